"""What who asked is shown of their case and can do with it, and what they are not shown."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.messages import Act, Press
from bot.conversation.reply import Reply
from bot.ports import STAFF, Profile, Stage
from tests.unit.bot.escalate.conftest import INES, LENA, MAX, OMAR, QUESTION, SLACK, TEAMS, Company, labels

FIRE = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"


def head_of(reply: Reply) -> str:
    """What a card says at the top."""
    return reply.head.word if reply.head else ""


def revoke(company: Company, who: tuple[str, str], role: str) -> None:
    """Take a role back."""
    person = company.state.people.find(*who)
    assert person is not None
    company.state.staff.revoke(person.id, role)


def test_only_what_was_shown_is_sent(company: Company) -> None:
    """What somebody asks in the same thread after consent was shown to them does not go along."""
    company.say(INES, "Can I post my badge?")
    asked = company.say(INES, QUESTION)
    shown = company.router.reply(replace(company.message(INES), press=Press(asked.id, Act.PERSON)))
    assert any("Can I post my badge?" in note for note in shown.notes)
    company.say(INES, "May I post that I am expecting a child?")
    company.do(INES, "send", asked.id)
    sent = repr(company.owed("case"))
    assert "Can I post my badge?" in sent
    assert "expecting a child" not in sent


def test_a_word_of_whoever_hands_over_reaches_the_next_and_not_the_asker(company: Company) -> None:
    """It is said among those who work on the case."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "reassign", case.id, "Be careful, she knows the editor.", ("communications",))
    [fresh] = [each for each in company.owed("case") if each.place == "19:press" and not each.edits]
    assert "she knows the editor" in fresh.body
    assert "she knows the editor" not in repr(company.do(INES, "see", case.id))
    company.do(OMAR, "answer", case.id, "Yes.")
    assert "she knows the editor" not in repr([company.owed("answer"), company.do(INES, "see", case.id)])


def test_those_who_work_on_it_read_what_others_report(company: Company) -> None:
    """The note of a colleague who saw the same stands on the card; of a surge, the last three reports."""
    company.do(INES, "send", company.say(INES, FIRE).id)
    company.do(MAX, "send", company.say(MAX, f"{FIRE}!").id, "The neighbour called the fire brigade.")
    assert "The neighbour called the fire brigade." in repr(company.card())
    for number in range(4):
        who = (SLACK, f"U-{number}")
        company.do(who, "send", company.say(who, f"{FIRE} {number}").id, f"Note {number}.")
    assert [f"Note {number}." in repr(company.card()) for number in range(4)] == [False, True, True, True]
    assert "The neighbour" not in repr(company.do(INES, "see", company.case().id))


def test_the_asker_does_not_read_what_another_reporter_adds(company: Company) -> None:
    """Neither of two who report the same reads the words of the other."""
    for who in (INES, MAX):
        company.do(who, "send", company.say(who, FIRE).id)
    case = company.case()
    company.do(MAX, "add", case.id, "It was my mother's flat.")
    company.do(OMAR, "answer", case.id, "Call the hotline.")
    company.do(MAX, "reopen", case.id, "My mother is deaf.")
    seen = repr(company.do(INES, "see", case.id))
    assert [each for each in ("my mother's flat", "My mother is deaf") if each in seen] == []
    assert "Call the hotline." in seen
    assert "my mother's flat" in repr(company.do(MAX, "see", case.id))


def test_that_helped_after_not_yet_closes_it(company: Company) -> None:
    """They thought better of it: the case does not stay open behind a thank-you."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "answer", case.id, "Yes.")
    company.do(INES, "reopen", case.id)
    assert labels(company.do(INES, "solved", case.id)) == ["Reopen"]
    assert company.case().stage is Stage.CLOSED
    assert "noted already" in company.do(INES, "solved", case.id).text


def test_a_question_back_waits_for_its_asker_whatever_the_staff_do(company: Company) -> None:
    """A new priority or another owner does not hide it, nor let the clock run while it waits."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "ask_back", case.id, "Which fair is it?")
    company.do(OMAR, "priority", case.id, "", ("high",))
    company.do(LENA, "claim", case.id, "", ("over",))
    held = company.case()
    assert held.clock is not None
    assert held.clock.next is None
    for act in ("see", "news"):
        assert head_of(company.do(INES, act, case.id)) == "A question back, case 1"
    company.do(INES, "add", case.id, "The one in Hannover.")
    assert company.do(INES, "news", "").text == ""
    assert head_of(company.do(INES, "news", "")) == ""


def test_a_case_that_was_closed_is_news(company: Company) -> None:
    """Who cannot be written to first reads the reason when they come back; for two weeks, and never their own close."""
    company.ask_a_person()
    company.do(OMAR, "close", company.case().id, "Settled by phone.")
    news = company.do(INES, "news", "")
    assert "Settled by phone." in repr(news.said)
    assert labels(news) == ["Reopen"]
    company.do(INES, "reopen", company.case().id)
    company.do(INES, "withdraw", company.case().id)
    assert head_of(company.do(INES, "news", "")) == ""


def test_a_case_that_was_answered_was_not_closed_without_an_answer(company: Company) -> None:
    """Somebody closes it from an older card."""
    company.ask_a_person()
    company.do(OMAR, "answer", company.case().id, "Yes.")
    company.do(LENA, "close", company.case().id, "That is all.")
    [told] = company.shown("closed")
    assert "without an answer" not in told.text


def test_what_nobody_has_any_more_is_offered_anew(company: Company) -> None:
    """Whoever answered is gone: reopened, its contact gets a new card; a card changed far above would tell nobody."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "answer", case.id, "Yes.")
    revoke(company, OMAR, STAFF)
    reopened = company.now
    company.do(INES, "reopen", case.id, "And abroad?")
    fresh = [each for each in company.owed("case") if each.due > reopened and not each.edits]
    assert [each.place for each in fresh] == ["19:social"]
    assert "And abroad?" in fresh[0].body


def test_what_is_added_to_a_case_of_somebody_who_is_gone_opens_it(company: Company) -> None:
    """It does not wait with an owner who reads nothing more; the audit says so."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "ask_back", case.id, "Which fair is it?")
    revoke(company, OMAR, STAFF)
    asked = company.now
    company.do(INES, "add", case.id, "The one in Hannover.")
    now = company.case()
    assert (now.stage, now.owner) == (Stage.OPEN, None)
    assert now.clock is not None
    assert now.clock.next is not None
    assert [each.place for each in company.owed("case") if each.due > asked and not each.edits] == ["19:social"]
    [line] = [each for each in company.audit() if each["action"] == "escalation_added"]
    assert (line["from"], line["to"]) == ("claimed", "open")


def test_who_turns_out_to_be_somebody_opens_the_cases_of_all_their_accounts(company: Company) -> None:
    """A case that "my cases" lists can be looked at, whichever account it was sent from."""
    stranger = (TEAMS, "29:new")
    company.state.people.meet(*stranger, Profile(), company.now)
    company.ask_a_person(stranger)
    company.state.people.meet(*stranger, Profile(email="ines@example.com"), company.now)
    [item] = company.say(INES, "my cases").items
    seen = company.press(INES, item.actions[0])
    assert seen.asked == QUESTION
    assert company.do(MAX, "see", company.case().id).asked == ""
