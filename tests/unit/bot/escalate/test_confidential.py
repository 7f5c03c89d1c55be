"""Confidential cases: who reads their words, from consent to the day on which somebody no longer may."""

from __future__ import annotations

from bot.conversation.kept import from_json
from bot.conversation.reply import Reply
from bot.ports import STAFF
from tests.unit.bot.escalate.conftest import INES, LENA, OMAR, QUESTION, TEAMS, Company, action, labels

SECRET = "He shouts at our trainees."


def revoke(company: Company, who: tuple[str, str], role: str) -> None:
    """Take a role back."""
    person = company.state.people.find(*who)
    assert person is not None
    company.state.staff.revoke(person.id, role)


def newest_card_of(company: Company, who: tuple[str, str]) -> Reply:
    """The card in somebody's own chat, as it was owed last."""
    mine = [each for each in company.owed("case") if (each.workspace, each.account) == who]
    return from_json(max(mine, key=lambda each: (each.due, each.id)).body)


def test_without_a_channel_whoever_claims_it_reads_it(company: Company) -> None:
    """Its card came to the chats of several people without the words; one of them claims it and gets them there."""
    company.state.desks.drop(TEAMS, "19:social")
    company.ask_a_person(INES, QUESTION, "confidential")
    case = company.case()
    assert all(QUESTION not in each.body for each in company.owed("case"))
    company.do(OMAR, "claim", case.id)
    read = {(each.workspace, each.account) for each in company.owed("case") if QUESTION in each.body}
    assert read == {OMAR}


def test_who_may_no_longer_work_on_it_reads_no_more_of_it(company: Company) -> None:
    """Their role was taken back: what the asker adds is not written into the card in their chat, whose words go."""
    company.ask_a_person(INES, QUESTION, "confidential")
    company.do(OMAR, "claim", company.case().id)
    revoke(company, OMAR, STAFF)
    company.do(INES, "add", company.case().id, SECRET)
    left = newest_card_of(company, OMAR)
    assert SECRET not in repr(company.owed())
    assert QUESTION not in repr(left)
    assert left.actions == ()


def test_a_card_in_a_chat_is_emptied_of_any_case(company: Company) -> None:
    """Also of one that is not confidential, where its contact has no channel."""
    company.state.desks.drop(TEAMS, "19:social")
    company.ask_a_person()
    revoke(company, OMAR, STAFF)
    company.do(LENA, "claim", company.case().id)
    assert QUESTION not in repr(newest_card_of(company, OMAR))
    assert QUESTION in repr(newest_card_of(company, LENA))


def test_whoever_claimed_it_knows_who_asked(company: Company) -> None:
    """As the asker agreed to: the one card with the words names them, the one in the channel does not."""
    company.ask_a_person(INES, QUESTION, "confidential")
    company.do(OMAR, "claim", company.case().id)
    assert dict(newest_card_of(company, OMAR).facts)["Asked by"] == "Ines Example"
    assert all("Ines" not in each.body for each in company.owed("case") if each.place)


def test_consent_says_what_is_confidential_by_itself(company: Company) -> None:
    """Nobody has to choose it, nor can choose against it."""
    asked = company.say(INES, "saw: employee misconduct, he shouted at a customer")
    consent = company.press(INES, action(asked, "Send it to Corporate communications"))
    assert labels(consent) == ["Send confidentially", "Add a note"]
    assert any("confidentially" in note for note in consent.notes)
    company.press(INES, action(consent, "Send confidentially"))
    assert company.case().confidential
