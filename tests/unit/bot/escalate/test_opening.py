"""Opening a case: consent first, then one press; where its card goes; and the same incident only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.messages import Act, Press
from bot.conversation.reply import ReplyKind
from bot.ports import Profile, Stage
from knowledge.models import Priority
from tests.fakes.answers import LEAD
from tests.unit.bot.escalate.conftest import INES, LENA, MAX, OMAR, QUESTION, SLACK, TEAMS, Company, action, labels

FIRE = "saw: the safety of our kettle: it caught fire in her kitchen, there is a video of it"


def test_nothing_is_sent_before_it_was_shown(company: Company) -> None:
    """Asking a person shows what would be sent, to whom and how soon they respond; nobody has it yet."""
    asked = company.say(INES, QUESTION)
    message = company.message(INES)
    shown = company.router.reply(replace(message, press=Press(asked.id, Act.PERSON)))
    assert shown.kind is ReplyKind.CONSENT
    assert shown.private
    assert shown.asked == QUESTION
    assert dict(shown.facts) == {
        "To": "Social media lead",
        "From": "Ines Example",
        "Priority": "Normal",
        "First response": "by Mon 9 Nov, 08:02 UTC",
    }
    assert labels(shown) == ["Send", "Add a note", "Send confidentially"]
    assert company.owed() == []


def test_one_press_sends_it(company: Company) -> None:
    """The card goes to the channel of the contact, wherever its team lives, with what the bot had found."""
    reply = company.ask_a_person()
    assert reply.kind is ReplyKind.NOTE
    assert "case 1" in reply.text
    [sent] = company.owed("case")
    assert (sent.workspace, sent.place, sent.account) == (TEAMS, "19:social", "")
    card = company.card()
    assert card.asked == QUESTION
    assert card.quotes
    assert dict(card.facts)["Asked by"] == "Ines Example"
    assert labels(card) == ["Claim", "Answer", "Ask back", "Reassign", "Priority", "Close"]
    assert [line["action"] for line in company.audit()] == ["escalation_opened"]


def test_pressing_twice_sends_once(company: Company) -> None:
    """A second press finds the case that the first one opened."""
    company.ask_a_person()
    asked = company.case()
    again = company.do(INES, "send", asked.id.removesuffix("-case"))
    assert "You sent this before." in again.text
    assert len(company.owed("case")) == 1


def test_only_the_asker_can_send_it(company: Company) -> None:
    """The name of a reply in somebody else's hands opens nothing."""
    asked = company.say(INES, QUESTION)
    assert company.do(MAX, "send", asked.id).kind is ReplyKind.ERROR
    assert company.do(INES, "send", "no such reply").kind is ReplyKind.ERROR
    assert company.owed() == []


def test_a_note_and_what_was_asked_before_go_along(company: Company) -> None:
    """The expert reads the thread so far and the note."""
    company.say(INES, "Can I post my badge?")
    company.ask_a_person(words="The fair opens tomorrow.")
    [said] = company.card().said
    assert "“Can I post my badge?”" in said.words
    assert "The fair opens tomorrow." in said.words


def test_a_confidential_case_hides_its_words_in_the_channel(company: Company) -> None:
    """The channel reads neither question nor asker; who claims it gets both in their own chat, and only they."""
    company.ask_a_person(INES, QUESTION, "confidential")
    hidden = company.card()
    assert QUESTION not in repr(hidden)
    assert "Ines" not in repr(hidden)
    case = company.case()
    pressed = company.do(OMAR, "claim", case.id)
    assert QUESTION not in repr(pressed)
    whole = [each for each in company.owed("case") if each.account == OMAR[1]]
    assert [QUESTION in each.body for each in whole] == [True]
    assert all(QUESTION not in each.body for each in company.owed("case") if each.place)
    assert company.do(LENA, "look", case.id).asked == ""


def test_what_concerns_an_employees_conduct_is_confidential_by_itself(company: Company) -> None:
    """Nobody has to think of it."""
    reply = company.say(INES, "saw: employee misconduct, he shouted at a customer")
    company.do(INES, "send", reply.id)
    assert company.case().confidential


def test_without_a_desk_the_people_with_the_role_get_it(company: Company) -> None:
    """Where a contact has no channel, whoever holds its role gets the card in their own chat."""
    company.state.desks.drop(TEAMS, "19:social")
    company.ask_a_person()
    accounts = {(each.workspace, each.account) for each in company.owed("case")}
    assert accounts == {OMAR, LENA}


def test_where_nobody_can_be_reached_the_case_is_kept_and_the_asker_knows(company: Company) -> None:
    """The asker is told to write themselves, with the address; the case is in the queue all the same."""
    company.state.desks.drop(TEAMS, "19:social")
    for who, role in ((OMAR, "coe"), (LENA, "coe_lead")):
        person = company.state.people.find(*who)
        assert person is not None
        company.state.staff.revoke(person.id, role)
    reply = company.ask_a_person()
    assert reply.person is not None
    assert dict(reply.person.reach) == dict(LEAD.reach)
    assert company.case().stage is Stage.OPEN


def test_the_channel_of_the_contacts_file_is_a_slack_channel(company: Company) -> None:
    """Without a desk, a contact whose entry names #a-channel answers there."""
    company.state.desks.drop(TEAMS, "19:press")
    reply = company.say(INES, "saw: a complaint about the queue")
    company.do(INES, "send", reply.id)
    [sent] = company.owed("case")
    assert (sent.workspace, sent.place) == (SLACK, "#press-office")


def test_the_same_incident_joins_one_case(company: Company) -> None:
    """Three colleagues report the same fire: one case with a counter, everybody is told, and the lead is asked."""
    for who in (INES, MAX, LENA):
        reply = company.say(who, FIRE if who is INES else f"{FIRE}!")
        told = company.do(who, "send", reply.id)
        assert "case 1" in told.text
    case = company.case()
    assert case.reports == 3
    assert [each.account for each in company.state.escalations.reporters(company.organisation, case.id)] == [
        INES[1],
        MAX[1],
        LENA[1],
    ]
    assert dict(company.card().facts)["Reports"].startswith("3")
    [question] = company.shown("crisis")
    assert question.head is not None
    assert question.head.word == "Is this a crisis?"


def test_a_shared_link_makes_it_the_same_incident(company: Company) -> None:
    """Other words, same post."""
    for who, words in (
        (INES, "saw: complaint https://x.example/p/1?utm=2"),
        (MAX, "saw: complaint! people hate us https://X.example/p/1/"),
    ):
        reply = company.say(who, words)
        company.do(who, "send", reply.id)
    assert company.case().reports == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.youtube.com/watch?v=kettle&t=12s", "www.youtube.com/watch?v=fridge", False),
        ("https://www.youtube.com/watch?v=kettle&t=12s", "m.youtube.com/watch?v=kettle&feature=share", True),
        ("https://forum.example/topic.php?t=1", "forum.example/topic.php?t=2", False),
        ("https://x.example/p/AbC?fbclid=1", "x.example/p/abc", False),
        ("https://brand.example", "brand.example/", False),
    ],
)
def test_a_link_names_one_post(company: Company, one: str, other: str, same: bool) -> None:
    """What says which post it is counts, what only tracks its readers does not; a home page is no post."""
    for who, words in ((INES, f"saw: complaint {one}"), (MAX, f"saw: people hate us, complaint https://{other}.")):
        company.do(who, "send", company.say(who, words).id)
    assert (company.case().reports == 2) is same


def test_what_is_more_urgent_joins_nothing_that_waits_longer(company: Company) -> None:
    """The same link, but somebody was hurt: it has a case and a clock of its own, which others then join."""
    link = "https://x.example/p/1"
    for who, words in ((INES, "saw: a complaint"), (MAX, "saw: the safety, he burned his hand"), (LENA, "saw: safety")):
        company.do(who, "send", company.say(who, f"{words} {link}").id)
    assert [company.case(number).reports for number in (1, 2)] == [1, 2]
    assert company.case(2).priority is Priority.URGENT


def test_one_person_on_two_platforms_is_one_report(company: Company) -> None:
    """One impatient person is no surge."""
    in_teams = (TEAMS, "ines")
    company.state.people.meet(*in_teams, Profile("Ines Example", "ines@example.com"), company.now)
    first, second = (company.do(who, "send", company.say(who, FIRE).id) for who in (INES, in_teams))
    assert "You sent this before." not in first.text
    assert "You sent this before." in second.text
    assert company.case().reports == 1


@pytest.mark.parametrize(
    "other", ["saw: a complaint about a late train to work", "saw: the press wants to talk about our kettle"]
)
def test_another_incident_is_another_case(company: Company, other: str) -> None:
    """What is only of the same kind, or only of the same words, stays apart."""
    for who, words in ((INES, "saw: a complaint, our kettle leaks all over her floor"), (MAX, other)):
        company.do(who, "send", company.say(who, words).id)
    assert company.case(2).reports == 1


def test_an_hour_later_it_is_another_case(company: Company) -> None:
    """A surge is a matter of an hour."""
    company.do(INES, "send", company.say(INES, FIRE).id)
    company.now += timedelta(hours=2)
    company.do(MAX, "send", company.say(MAX, FIRE).id)
    assert company.case(2).reports == 1


def test_a_case_by_command(company: Company) -> None:
    """``escalate …`` needs no answer to begin with, and finds the contact by the words."""
    shown = company.say(INES, "escalate A journalist stands in our lobby")
    assert dict(shown.facts)["To"] == "Corporate communications"
    company.press(INES, action(shown, "Send"))
    assert company.case().question == "A journalist stands in our lobby"
    assert company.say(INES, "escalate").kind is ReplyKind.ERROR
