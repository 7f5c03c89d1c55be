"""A lesson comes when it is due, is graded at once, and leaves people in peace when they say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.learn.cards import plain
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply, ReplyKind
from tests.fakes.school import CURRICULUM, FIRST, SECOND, SECTION
from tests.unit.bot.learn.conftest import WORKSPACE, Company, button, title

RIGHT = "“I work here, and I love it.”"
WRONG = "“Best kettle ever.”"


def test_the_first_lesson_is_owed_on_the_first_day_in_working_hours(company: Company) -> None:
    """A new hire gets one card, addressed to their account, and no second one on the same day."""
    company.hire()
    assert company.teach() == 1
    owed = company.delivery()
    assert (owed.workspace, owed.account, owed.kind, owed.resend) == (WORKSPACE, "U1", "lesson", False)
    assert owed.due.hour >= 9
    assert title(company.card()) == FIRST.title
    company.now += timedelta(hours=4)
    assert company.teach() == 0


def test_a_card_shows_title_text_time_progress_and_its_check(company: Company) -> None:
    """What stands on a lesson's card."""
    company.hire()
    company.teach()
    card = company.card()
    assert card.facts == (("Takes", "2 minutes"), ("Lesson", "1 of 2"))
    assert "her team" in card.text and "**" not in card.text
    assert card.items[0].title == "Which post is fine?"
    assert [each.label for each in card.items[0].actions] == [WRONG, RIGHT]
    assert card.notes[0].startswith("It rests on ")


def test_whoever_is_on_no_track_or_cannot_be_written_to_is_owed_nothing(company: Company) -> None:
    """No track, no lesson; a person of a list waits until they are met."""
    company.hire("U1", track="")
    person = company.hire("U2")
    company.people.set_reachable(WORKSPACE, "U2", reachable=False)
    assert company.teach() == 0
    company.people.set_reachable(WORKSPACE, "U2", reachable=True)
    company.learners.look_again(company.now, [person.id])
    assert company.teach() == 1


def _first_card(company: Company) -> Reply:
    company.hire()
    company.teach()
    return company.receive()


def test_a_right_answer_says_why_and_brings_the_next_check(company: Company) -> None:
    """Graded at once, with the rule behind it; the second check follows on the same card."""
    reply = company.do(button(_first_card(company), RIGHT))
    assert title(reply) == f"Right: {FIRST.title}"
    assert (reply.lists[0].title, reply.lists[0].tone) == (RIGHT, "good")
    assert reply.quotes and reply.quotes[0].section == SECTION.partition("#")[2]
    assert reply.items[0].title == "Where may it stand?"
    assert company.learners.graded[-1].right


def test_a_wrong_answer_explains_shames_nobody_and_gives_nothing_away(company: Company) -> None:
    """Nothing but why; the question comes back later."""
    reply = company.do(button(_first_card(company), WRONG))
    assert title(reply).startswith("Not quite")
    assert [each.title for each in reply.lists] == [WRONG]
    assert "comes back" in reply.text
    assert not company.learners.graded[-1].right


def test_the_last_check_ends_the_lesson_and_the_next_one_comes_the_next_day(company: Company) -> None:
    """Several options are graded together; then it is the next lesson's turn."""
    reply = company.do(button(_first_card(company), RIGHT))
    reply = company.do(button(reply, "Choose"), "where:0", "where:2")
    assert title(reply).startswith("Right")
    assert not reply.items
    day = company.now.date()
    company.now += timedelta(hours=13)
    assert company.teach() == 1
    assert company.delivery().due.date() > day
    assert title(company.card()) == SECOND.title


def test_a_missed_option_is_named(company: Company) -> None:
    """Of several right ones, each that was left out is told with its reason."""
    reply = company.do(button(_first_card(company), RIGHT))
    reply = company.do(button(reply, "Choose"), "where:0")
    assert [each.title for each in reply.lists] == ["In the first line", "Missed: In the picture"]


@pytest.mark.parametrize("choices", [(), ("post:7",), ("post:x",), ("nothing:0",), ("post:0", "where:0"), ("post",)])
def test_a_forged_choice_is_refused_and_kept_nowhere(company: Company, choices: tuple[str, ...]) -> None:
    """Nothing that a button claims is believed."""
    action = button(_first_card(company), RIGHT)
    forged = type(action)(action.act, action.on, action.label)
    assert company.do(forged, *choices).kind is ReplyKind.ERROR
    assert not company.learners.graded


def test_nobody_answers_a_lesson_of_somebody_else(company: Company) -> None:
    """A button that was passed on does nothing."""
    action = button(_first_card(company), RIGHT)
    company.hire("U2")
    assert company.do(action, account="U2").kind is ReplyKind.ERROR
    assert not company.learners.graded


def test_not_now_puts_it_off_for_a_day(company: Company) -> None:
    """The card stays, and nothing new comes before tomorrow."""
    reply = company.do(button(_first_card(company), "Not now"))
    assert (reply.kind, reply.private) == (ReplyKind.NOTE, True)
    learner = next(iter(company.learners.enrolments.values()))
    assert learner.paused_until == company.now + timedelta(days=1)


def test_a_question_about_a_lesson_is_asked_of_its_section(company: Company) -> None:
    """The section is pinned; the answer says which lesson it belongs to."""
    company.answers.sections[SECTION] = "words"
    card = _first_card(company)
    reply = company.do(button(card, "Ask about this"), words="And in a story?")
    assert company.answers.asked[-1].section == SECTION
    assert reply.kind in (ReplyKind.ANSWER, ReplyKind.ERROR)


@pytest.mark.parametrize(("mandatory", "owed"), [(False, 0), (True, 1)])
def test_who_asked_and_read_a_helpful_answer_needs_no_lesson_on_it(
    company: Company, mandatory: bool, owed: int
) -> None:
    """Both lessons rest on that section alone, so none is owed any more, save where everybody has to have read them."""
    from bot.conversation.messages import Act, Message, Press

    programmes = tuple(replace(each, mandatory=mandatory) for each in CURRICULUM.programmes)
    company.school = replace(company.school, curriculum=lambda: replace(CURRICULUM, programmes=programmes))
    company.rebuild()
    company.hire()
    company.learners.enrol(company.now)
    answered = company.say("Can I praise our kettle?")
    press = Press(answered.id, Act.HELPED)
    company.router.reply(Message("slack", WORKSPACE, "U1", "t", company.now, press=press))
    assert company.teach() == owed


def test_the_overview_tells_what_waits_and_has_the_switches(company: Company) -> None:
    """``lessons`` shows the track, the progress, what is open; pause and the weekly lesson can be changed there."""
    _first_card(company)
    reply = company.say("my lessons")
    assert ("Your first thirty days", "0 of 2") in reply.facts
    assert [each.title for each in reply.items] == [FIRST.title]
    paused = company.do(button(reply, "Pause"), "14")
    assert any(name == "Paused" for name, _ in paused.facts)
    assert not any(name == "Paused" for name, _ in company.do(button(paused, "Go on")).facts)
    off = company.do(button(reply, "No weekly lesson"))
    assert ("Weekly lesson", "off") in off.facts
    assert company.do(button(off, "Weekly lesson again")).facts == reply.facts


def test_every_lesson_can_be_found_and_read_again(company: Company) -> None:
    """By what it is about, or in the list; reading one counts as opened by oneself."""
    company.hire()
    found = company.say("show me the lesson on say it in the first line")
    assert found.items[0].title.startswith(FIRST.title)
    card = company.do(button(found, "Read"))
    assert title(card) == FIRST.title
    reply = company.do(button(card, RIGHT))
    assert title(reply).startswith("Right")
    listed = company.say("library")
    assert len(listed.items) == 2
    assert not company.say("lessons about quantum chromodynamics in zebras").items


def test_a_lesson_that_is_not_taught_any_more_says_so(company: Company) -> None:
    """A button of an old card leads nowhere, kindly."""
    card = _first_card(company)
    old = button(card, "Ask about this")
    gone = type(old)("lesson", "employees-gone", "Read")
    assert company.do(gone).kind is ReplyKind.ERROR


def test_a_new_hire_is_played_on_this_machine_alone(company: Company) -> None:
    """Day after day comes with a press, and what was missed comes back in between."""
    first = company.say("new hire", workspace=LOCAL)
    assert first.facts[0][0] == "Day"
    wrong = company.do(button(first, WRONG), workspace=LOCAL)
    several = company.do(button(wrong, "Choose"), "where:0", "where:2", workspace=LOCAL)
    second = company.do(button(several, "What comes next?"), workspace=LOCAL)
    assert title(second) == SECOND.title
    third = company.do(button(second, "What comes next?"), workspace=LOCAL)
    assert title(third) == f"One question: {FIRST.title}"
    assert company.say("new hire").kind is ReplyKind.NOTE


def test_markdown_becomes_plain_lines() -> None:
    """Paragraphs are joined, bullets and posts stand in lines of their own, links show their address."""
    text = "One *line*\ngoes **on**.\n\n- a\n- b\n\n> a post\n\nSee [the law](https://example.com/l)."
    assert plain(text) == ("One line goes on.\n\n• a\n• b\n\n  a post\n\nSee the law (https://example.com/l).")
