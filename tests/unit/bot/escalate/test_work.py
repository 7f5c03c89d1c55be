"""What the Center of Excellence does with a case, and what its asker does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.conversation.reply import ReplyKind
from bot.ports import Event, Profile, Stage
from knowledge.models import Priority
from tests.unit.bot.escalate.conftest import (
    INES,
    LENA,
    MAX,
    OMAR,
    QUESTION,
    SLACK,
    TEAMS,
    Company,
    action,
    labels,
)

ANSWER = "Yes, from the day of the announcement on; before that only to customers under NDA."


@pytest.mark.parametrize("choices", [(), ("confidential",)])
def test_who_claimed_it_hears_who_added_something(company: Company, choices: tuple[str, ...]) -> None:
    """In their own chat, where the card names the asker, too."""
    company.ask_a_person(INES, QUESTION, *choices)
    company.do(OMAR, "claim", company.case().id)
    company.do(INES, "add", company.case().id, "By Friday, please.")
    [told] = company.shown("added")
    assert told.text == "Ines Example added something."


def test_asked_in_slack_answered_in_teams(company: Company) -> None:
    """The answer reaches the asker in the thread where they asked, quoted, with the expert's name; they close it."""
    company.ask_a_person()
    card = company.card()
    claimed = company.press(OMAR, action(card, "Claim"))
    assert dict(claimed.facts)["Status"] == "claimed by Omar Example"
    answered = company.press(OMAR, action(claimed, "Answer"), ANSWER)
    assert labels(answered) == ["Offer as precedent"]
    [sent] = company.owed("answer")
    assert (sent.workspace, sent.account, sent.thread) == (*INES, f"D-{INES[1]}/1")
    [reply] = company.shown("answer")
    assert reply.asked == QUESTION
    assert [(each.who, each.words) for each in reply.said] == [("Omar Example, Social media lead", ANSWER)]
    thanked = company.press(INES, action(reply, "👍 That helped"))
    assert company.case().stage is Stage.CLOSED
    assert labels(thanked) == ["Reopen"]


def test_every_change_renews_every_card_in_place(company: Company) -> None:
    """The card in the channel is edited, never posted again."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "claim", case.id)
    company.do(OMAR, "answer", case.id, ANSWER)
    first, *edits = company.owed("case")
    assert first.edits == ""
    assert [each.edits for each in edits] == [first.id, first.id]
    assert all(each.place == first.place for each in edits)


def test_twenty_claims_at_once_make_one_owner(company: Company) -> None:
    """One of them has it, nineteen hear who."""
    company.ask_a_person()
    case = company.case()
    people = [OMAR if number % 2 else LENA for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda who: company.do(who, "claim", case.id), people))
    assert sum(each.kind is ReplyKind.CASE for each in replies) == 1
    assert all(
        "claimed" in each.text or "have it already" in each.text for each in replies if each.kind is ReplyKind.NOTE
    )
    entries = company.state.escalations.entries(company.organisation, case.id)
    assert [each.event for each in entries] == [Event.OPENED, Event.CLAIMED]


def test_who_is_too_late_hears_who_has_it(company: Company) -> None:
    """A friendly line, for the presser alone; they can take over."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "claim", case.id)
    late = company.do(LENA, "claim", case.id)
    assert (late.text, late.private) == ("Already claimed by Omar Example.", True)
    assert "claimed this case" in company.do(LENA, "answer", case.id, ANSWER).text
    company.do(LENA, "claim", case.id, choices=("over",))
    owner = company.case().owner
    assert owner is not None
    assert owner.name == "Lena Example"


@pytest.mark.parametrize("act", ["claim", "answer", "ask_back", "reassign", "priority", "close", "look", "offer"])
@pytest.mark.parametrize("who", [MAX, INES], ids=["a colleague", "the asker"])
def test_only_the_center_of_excellence_works_on_cases(company: Company, act: str, who: tuple[str, str]) -> None:
    """A forged button of anybody else changes nothing and shows nothing."""
    company.ask_a_person()
    case = company.case()
    reply = company.do(who, act, case.id, ANSWER, ("urgent",))
    assert reply.kind is ReplyKind.ERROR
    assert QUESTION not in repr(reply)
    assert company.case() == case


def test_another_company_cannot_touch_a_case(company: Company) -> None:
    """Its staff does not even learn that the case exists."""
    company.ask_a_person()
    stranger = ("slack:T9", "U-eve")
    company.state.workspaces.add("slack:T9", "slack", "Other", company.now)
    person = company.state.people.meet(*stranger, Profile("Eve Example", "eve@example.org"), company.now)
    company.state.staff.grant(person.id, "coe_lead")
    assert company.do(stranger, "claim", company.case().id).kind is ReplyKind.ERROR
    assert company.case().stage is Stage.OPEN


def test_asking_back_stops_the_clock_until_the_asker_replies(company: Company) -> None:
    """The asker gets the question where they asked; their reply reaches whoever asked, and the clock runs again."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "ask_back", case.id, "Which fair is it?")
    held = company.case()
    assert held.stage is Stage.CLAIMED
    assert held.clock is not None
    assert held.clock.next is None
    [question] = company.shown("question")
    assert question.said[0].words == "Which fair is it?"
    company.press(INES, action(question, "Reply"), "The one in Hannover.")
    running = company.case()
    assert running.clock is not None
    assert running.clock.next is not None
    [told] = company.owed("added")
    assert (told.workspace, told.account) == OMAR
    assert "The one in Hannover." in [each.words for each in company.card().said]


def test_reassigning_posts_a_card_there_and_begins_anew(company: Company) -> None:
    """The new contact's channel gets its own card, and nobody has claimed it yet."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "claim", case.id)
    company.do(OMAR, "reassign", case.id, "A reporter is involved", ("communications",))
    moved = company.case()
    assert (moved.stage, moved.contact, moved.owner) == (Stage.OPEN, "communications", None)
    fresh = [each for each in company.owed("case") if not each.edits]
    assert [each.place for each in fresh] == ["19:social", "19:press"]
    line = company.audit()[-1]
    assert (line["action"], line["from"], line["to"]) == ("escalation_reassigned", "coe_lead", "communications")


def test_a_forged_choice_gets_the_form_again(company: Company) -> None:
    """A contact or a priority that does not exist changes nothing."""
    company.ask_a_person()
    case = company.case()
    for act, forged in (("reassign", "nobody"), ("priority", "now!"), ("reassign", "")):
        form = company.do(OMAR, act, case.id, "", (forged,))
        assert form.kind is ReplyKind.NOTE
        assert [each.act for each in form.actions] == [act]
    assert company.case() == case


def test_a_new_priority_sets_a_new_clock(company: Company) -> None:
    """From half a day to a quarter of an hour."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "priority", case.id, "", ("urgent",))
    urgent = company.case()
    assert urgent.priority is Priority.URGENT
    assert urgent.clock is not None
    assert urgent.clock.due == company.now + timedelta(minutes=15)


def test_closing_needs_a_reason_which_the_asker_reads(company: Company) -> None:
    """Without one the form comes; with one the asker is told and may reopen."""
    company.ask_a_person()
    case = company.case()
    assert company.do(OMAR, "close", case.id).actions[0].words is not None
    company.do(OMAR, "close", case.id, "Settled by phone.")
    [told] = company.shown("closed")
    assert told.said[0].words == "Settled by phone."
    assert labels(told) == ["Reopen"]


def test_not_yet_reopens_within_fourteen_days(company: Company) -> None:
    """It goes back to who answered, who hears of it at once; later it stays closed."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "answer", case.id, ANSWER)
    [reply] = company.shown("answer")
    company.press(INES, action(reply, "Not yet"), "And abroad?")
    again = company.case()
    assert (again.stage, again.owner and again.owner.account) == (Stage.CLAIMED, OMAR[1])
    assert [(each.workspace, each.account) for each in company.owed("added")] == [OMAR]
    company.do(OMAR, "answer", case.id, "Abroad, too.")
    company.now += timedelta(days=15)
    late = company.do(INES, "reopen", case.id, "Hm")
    assert late.kind is ReplyKind.ERROR
    assert company.case().stage is Stage.ANSWERED


def test_people_see_their_own_cases_alone(company: Company) -> None:
    """Neither the list nor a forged name shows anybody else's."""
    company.ask_a_person()
    case = company.case()
    assert [each.title for each in company.say(INES, "my cases").items] == ["Case 1: not claimed yet"]
    assert company.say(MAX, "my cases").kind is ReplyKind.NOTE
    for act in ("see", "add", "reopen", "solved", "withdraw"):
        assert company.do(MAX, act, case.id, "x").kind is ReplyKind.ERROR
    assert company.do(INES, "see", case.id).asked == QUESTION


def test_who_asked_can_take_it_back(company: Company) -> None:
    """Its card says so, and nobody is reminded of it any more."""
    company.ask_a_person()
    company.do(INES, "withdraw", company.case().id)
    case = company.case()
    assert (case.stage, case.clock) == (Stage.CLOSED, None)


def test_an_answer_of_fifty_kilobytes_is_kept_whole(company: Company) -> None:
    """Surfaces cut what they show; nothing is lost."""
    company.ask_a_person()
    long = "ü" * 50_000
    company.do(OMAR, "answer", company.case().id, long)
    assert company.shown("answer")[0].said[0].words == long


def test_the_web_chat_asks_for_its_answer(company: Company) -> None:
    """Nobody can write to it first: the answer is there when the page asks for news."""
    web = ("local", "visitor")
    company.desk("coe_lead", "local", "nowhere")
    asked = company.say(web, QUESTION)
    company.do(web, "send", asked.id)
    assert company.do(web, "news", "").text == ""
    assert company.owed("answer") == []


def test_the_audit_holds_every_step_and_no_words(company: Company) -> None:
    """Who, when, from and to; neither question nor answer."""
    company.ask_a_person()
    case = company.case()
    company.do(OMAR, "claim", case.id)
    company.do(OMAR, "answer", case.id, ANSWER)
    company.do(INES, "solved", case.id)
    lines = company.audit()
    assert sorted(str(each["action"]) for each in lines) == [
        "escalation_answered",
        "escalation_claimed",
        "escalation_closed",
        "escalation_opened",
    ]
    assert QUESTION not in repr(lines)
    assert ANSWER not in repr(lines)
    assert {SLACK, TEAMS} == {INES[0], OMAR[0]}
