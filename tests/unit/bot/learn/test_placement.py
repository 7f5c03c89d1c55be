"""The placement quiz: what somebody knows they skip, what they do not is taught, and it goes on where it was left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply, ReplyKind
from lessons.catalogue import Catalogue
from lessons.models import Check, CheckKind, Option, Programme, Rhythm, Step, Track
from tests.fakes.school import FIRST, SECTION
from tests.unit.bot.learn.conftest import Company, button, title

NAMES = tuple("abcdefghij")
LESSONS = {
    name: replace(
        FIRST,
        id=name,
        title=f"Lesson {name}",
        rests_on=(SECTION,),
        checks=(
            Check(
                "c1",
                f"What about {name}?",
                CheckKind.SINGLE,
                (Option("Right", "Yes.", right=True), Option("Wrong", "Because.", right=False)),
            ),
        ),
    )
    for name in NAMES
}
TAUGHT = Catalogue(
    LESSONS,
    (
        Programme(
            "drip", "Drip", Track.EMPLOYEES, Rhythm.ONBOARDING, tuple(Step(each) for each in "abcdef"), mandatory=True
        ),
        Programme("weekly", "Weekly", Track.EMPLOYEES, Rhythm.WEEKLY, tuple(Step(each) for each in "ghij")),
    ),
)
DAY = timedelta(days=1)


@pytest.fixture
def company() -> Company:
    """A company with ten lessons; somebody was hired today."""
    made = Company()
    made.school = replace(made.school, curriculum=lambda: TAUGHT)
    made.hire()
    made.rebuild()
    made.learners.enrol(made.now)
    return made


def asked(card: Reply) -> str:
    """The lesson that a card asks about."""
    return card.items[0].title.removeprefix("What about ").rstrip("?")


def take(company: Company, right: str = "", most: int = 9) -> tuple[list[str], Reply]:
    """Somebody takes the quiz, right where a lesson is among those; the lessons asked about, and the last card."""
    card, seen = company.say("lessons placement"), list[str]()
    while card.items and len(seen) < most:
        seen.append(asked(card))
        card = company.do(button(card, "Right" if seen[-1] in right else "Wrong"))
    return seen, card


def listed(card: Reply) -> dict[str, tuple[str, ...]]:
    """The lists of a card by their title."""
    return {each.title: each.items for each in card.lists}


def to_come(company: Company, days: int = 120) -> list[str]:
    """What comes in so many days to somebody who opens everything."""
    found = []
    for _ in range(days):
        if company.teach():
            company.receive()
            (sitting,) = (each for each in company.learners.sittings.values() if each.programme and not each.opened)
            company.learners.open(sitting.person, sitting.id, company.now)
            found += [] if sitting.check else [sitting.lesson]
        company.now += DAY
    return found


def test_eight_questions_at_most_one_of_each_lesson(company: Company) -> None:
    """Those of all that come next, and two of what is further ahead; the card says how many there are."""
    first = company.say("lessons placement")
    assert first.facts == (("Question", "1 of 8"),) and "Nobody else sees" in first.text
    seen, _ = take(company)
    assert len(seen) == len(set(seen)) == 8 and set("abcdef") < set(seen)
    assert seen != sorted(seen)


def test_what_was_known_is_skipped_and_the_rest_is_taught(company: Company) -> None:
    """The last card names both; of the mandatory ones those alone are skipped of which a check was right."""
    seen, card = take(company, right="ace")
    assert "You have skipped 3 lessons." in card.text
    assert sorted(listed(card)["You skip"]) == ["Lesson a", "Lesson c", "Lesson e"]
    missed = [f"Lesson {each}" for each in seen if each not in "ace"]
    assert list(listed(card)["Comes as a lesson, in its turn"]) == missed
    assert to_come(company) == [each for each in NAMES if each not in "ace"]


def test_a_wrong_answer_explains_and_shames_nobody(company: Company) -> None:
    """It is graded at once, with why; the question does not come back before the lesson did."""
    card = company.do(button(company.say("placement"), "Wrong"))
    assert title(card) == "Not quite" and card.text.startswith("No harm done")
    assert listed(card)["Wrong"] == ("Because.",) and card.facts == (("Question", "2 of 8"),)
    take(company)
    for _ in range(6):
        company.now += DAY
        company.teach()
    assert not [each for each in company.jobs.planned if each.startswith("review:")]


def test_what_was_known_comes_back_as_a_question_once_it_may_fade(company: Company) -> None:
    """Whoever skipped everything is asked again some days later, as anybody who was taught it."""
    for _ in range(2):
        take(company, right="abcdefghij")
        company.now += DAY
    for _ in range(14):
        company.teach()
        company.now += DAY
    assert {each.partition(":")[0] for each in company.jobs.planned} == {"review"}


def test_it_goes_on_where_it_was_left(company: Company) -> None:
    """After days, with the questions as they were; a second press on a question changes nothing."""
    seen, card = take(company, right="ace", most=3)
    company.now += 3 * DAY
    again = company.say("skip what I know")
    assert again.items == card.items and again.facts == (("Question", "4 of 8"),)
    pressed = button(again, "Wrong")
    after = company.do(pressed)
    assert company.do(button(again, "Right")).items == after.items
    assert len(company.learners.graded) == 4
    rest, _ = take(company)
    assert len({*seen, *rest, asked(again)}) == 8


def test_one_a_day_and_nothing_is_asked_until_it_is_right(company: Company) -> None:
    """The same day shows what came of it; another day asks about other lessons, and then there is none left."""
    seen, card = take(company)
    assert company.say("placement").lists == card.lists[1:]
    company.now += DAY
    others, _ = take(company, right="ghij")
    assert len(others) == 2 and not set(others) & set(seen)
    company.now += DAY
    assert company.say("placement").kind is ReplyKind.NOTE


def test_a_lesson_comes_back_once_its_section_changed(company: Company) -> None:
    """What was known of the old words is not known of the new ones."""
    take(company, right="abcdef")
    company.answers.since[SECTION] = company.now.date() + 2 * DAY
    assert set("abcdef") <= set(to_come(company, 160))


def test_what_was_owed_is_dropped_where_it_is_known(company: Company) -> None:
    """Who skips the first lesson on the morning on which it is owed does not get it that day."""
    company.teach()
    assert company.delivery().id.endswith(":a")
    take(company, right="a")
    company.teach()
    assert company.delivery().id.endswith(":b")


def test_the_overview_offers_it_to_whoever_has_hardly_begun(company: Company) -> None:
    """A button to begin, to go on, and none once it is over or many lessons came; skipped ones count as done."""
    reply = company.say("lessons")
    card = company.do(button(reply, "Skip what I know"))
    assert card.facts == (("Question", "1 of 8"),)
    company.do(button(card, "Right"))
    reply = company.say("lessons")
    assert company.do(button(reply, "Go on with the quiz")).facts == (("Question", "2 of 8"),)
    take(company, right="abcdef")
    reply = company.say("lessons")
    assert not [each for each in reply.actions if each.act == "placement"]
    assert ("Drip", "6 of 6") in reply.facts


def test_whoever_is_far_on_is_not_offered_it(company: Company) -> None:
    """After four lessons the button is gone; the words still work."""
    assert len(to_come(company, 8)) == 4
    assert not [each for each in company.say("lessons").actions if each.act == "placement"]
    assert company.say("placement").facts


def test_it_is_ones_own(company: Company) -> None:
    """Another person's press, a made-up question, an option that is not there and a lesson's card are refused."""
    card = company.say("placement")
    company.hire("U2")
    assert company.do(button(card, "Right"), account="U2").kind is ReplyKind.ERROR
    action = replace(button(card, "Right"), choice="")
    for choices in ((), ("c1:7",), ("c2:0",), ("c1:x",)):
        assert company.do(action, *choices).kind is ReplyKind.ERROR
    assert company.do(replace(action, on="placement:stray"), "c1:0").kind is ReplyKind.ERROR
    assert not company.learners.graded


def test_a_question_that_is_taught_no_more_is_passed_over(company: Company) -> None:
    """Lessons that were taken out since the quiz began are not asked about, and an old press leads on."""
    card = company.say("placement")
    gone = asked(card)
    company.school = replace(
        company.school, curriculum=lambda: replace(TAUGHT, lessons={k: v for k, v in LESSONS.items() if k != gone})
    )
    company.rebuild()
    after = company.do(button(card, "Right"))
    assert after.facts == (("Question", "2 of 8"),) and asked(after) != gone


def test_who_is_on_no_track_has_nothing_to_skip(company: Company) -> None:
    """A line that says so; on this machine whoever asks is put on a track, as by the button for new hires."""
    company.hire("U2", track="")
    assert company.say("placement", account="U2").kind is ReplyKind.NOTE
    card = company.say("placement", workspace=LOCAL)
    assert card.facts == (("Question", "1 of 8"),)
    for _ in range(8):
        card = company.do(button(card, "Right"), workspace=LOCAL)
    following = company.do(button(card, "What comes next?"), workspace=LOCAL)
    assert title(following).removeprefix("Lesson ") in "ghij"


def test_the_first_day_counts(company: Company) -> None:
    """What is asked is drawn by person and day, so that two people are not asked the same in the same order."""
    company.hire("U2", day=date(2026, 11, 2))
    company.learners.enrol(company.now)
    one = [each.lesson for each in company.learners.sittings.values()]
    seen, _ = take(company)
    assert not one
    card, theirs = company.say("placement", account="U2"), list[str]()
    while card.items:
        theirs.append(asked(card))
        card = company.do(button(card, "Wrong"), account="U2")
    assert theirs != seen
