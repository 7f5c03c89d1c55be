"""What is missing for a level, what a renewal asks, and when somebody is reminded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.certification.levels import Belt, EvidenceRule, ExamRule, Reminder, Scope
from lessons.certification.progress import (
    Evidence,
    Finished,
    Held,
    Record,
    Sat,
    Standing,
    criteria,
    due,
    exam_opens,
    expiry,
    in_force,
    next_attempt,
    next_level,
    progress,
    reminder,
    renewal,
    standing,
)
from lessons.models import Track
from tests.unit.lessons.certification.level_files import bank_of, catalogue_of, item, lesson_of, level_of, levels_of

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY = AT.date()
DAY = timedelta(days=1)
EXAM = ExamRule("bank", 8, 75, 2)
WHITE = level_of(lessons=Scope.ALL, exam=EXAM, mandatory_within=60)
YELLOW = level_of(Belt.YELLOW, evidence=(EvidenceRule("brown_bag", 2),))
LEVELS = levels_of(YELLOW, WHITE)
CATALOGUE = catalogue_of(lesson_of("a", "p#a"), lesson_of("b", "p#b"))
DONE = (Finished("a", "1.0", TODAY), Finished("b", "1.0", TODAY))
BANK = bank_of([item("qa", "p#a"), item("qb", "p#b"), item("qc", "p#c"), item("qy", "p#a", Belt.YELLOW)])
Since = Callable[[str, date], date | None]


def passed(days_ago: int, attempt: int = 1) -> Sat:
    """An exam for white that was passed so many days ago."""
    return Sat("white", attempt, AT - days_ago * DAY, passed=True)


def failed(days_ago: int, attempt: int = 1) -> Sat:
    """An exam for white that was not passed."""
    return Sat("white", attempt, AT - days_ago * DAY, passed=False)


def held(left: int, level: str = "white") -> Held:
    """A certificate that is in force for so many days more."""
    expires = TODAY + left * DAY
    return Held(level, expires - 365 * DAY, expires)


def changes(**days: date) -> Since:
    """The sections of policy ``p`` that changed, each on a day."""

    def since(section: str, day: date) -> date | None:
        changed = days.get(section.removeprefix("p#"))
        return changed if changed is not None and changed > day else None

    return since


def missing(record: Record) -> tuple[str, ...]:
    """What is missing for white."""
    return progress(WHITE, LEVELS, CATALOGUE, record, AT).missing


def test_everything_that_is_missing_is_said() -> None:
    """A sentence for the lessons and one for the exam, with what it takes."""
    assert missing(Record()) == (
        "Finish 2 lessons: “A” and “B”.",
        "Pass the exam (8 questions, at least 6 right).",
    )
    assert missing(Record(finished=DONE[:1]))[0] == "Finish the lesson “B”."


def test_many_lessons_are_counted_rather_than_named() -> None:
    """Three are named, and the rest is a number."""
    catalogue = catalogue_of(*(lesson_of(each) for each in "abcde"))
    asked = progress(WHITE, LEVELS, catalogue, Record(), AT)
    assert asked.missing[0] == "Finish 5 lessons: “A”, “B”, “C” and 2 more."
    assert (asked.parts[0].done, asked.parts[0].of) == (0, 5)


def test_who_has_done_all_is_eligible() -> None:
    """Lessons finished and exam passed, and nothing is missing."""
    reached = progress(WHITE, LEVELS, CATALOGUE, Record(finished=DONE, sat=(passed(3),)), AT)
    assert reached.eligible
    assert reached.opens is None
    assert [each.words for each in reached.done] == ["2 lessons finished.", "The exam is passed."]


def test_a_lesson_whose_sections_are_proven_counts() -> None:
    """Who showed that they know a section need not read its lesson; an older version counts as well."""
    assert missing(Record(finished=(Finished("a", "0.9", TODAY),), sat=(passed(1),), proven=frozenset({"p#b"}))) == ()


def test_a_lesson_that_was_passed_in_a_quiz_counts() -> None:
    """Who placed out of a lesson need not read it for the level either; of another one they do."""
    assert missing(Record(sat=(passed(1),), passed=frozenset({"a", "b"}))) == ()
    assert missing(Record(sat=(passed(1),), passed=frozenset({"a"}))) == ("Finish the lesson “B”.",)


def test_a_pass_counts_as_long_as_its_certificate_would() -> None:
    """Who passed more than a year ago and never took the certificate sits again; another level's pass is none."""
    assert missing(Record(finished=DONE, sat=(passed(364),))) == ()
    assert len(missing(Record(finished=DONE, sat=(passed(366),)))) == 1
    assert len(missing(Record(finished=DONE, sat=(Sat("yellow", 1, AT, passed=True),)))) == 1


def test_after_a_failure_the_exam_stays_shut_for_a_while() -> None:
    """The waiting time counts from the last failure, and its end is told."""
    record = Record(finished=DONE, sat=(failed(9), failed(1, attempt=2)))
    waiting = progress(WHITE, LEVELS, CATALOGUE, record, AT)
    assert waiting.opens == datetime(2026, 11, 24, tzinfo=UTC)
    assert waiting.missing == ("Pass the exam (8 questions, at least 6 right); it opens again on 24 November 2026.",)
    assert next_attempt(WHITE, record) == 3
    assert exam_opens(WHITE, record, AT + 5 * DAY) == AT + 5 * DAY
    assert progress(WHITE, LEVELS, CATALOGUE, Record(), AT).opens == AT


def test_evidence_and_the_belt_below_are_asked() -> None:
    """Yellow takes white in force and two brown bags."""
    one = Record(evidence=(Evidence("brown_bag", TODAY), Evidence("other", TODAY)), held=(held(-1),))
    asked = progress(YELLOW, LEVELS, CATALOGUE, one, AT)
    assert asked.missing == ("Hold the level “White”.", "Give a brown-bag session (1 of 2).")
    two = Record(evidence=(Evidence("brown_bag", TODAY),) * 2, held=(held(0),))
    assert progress(YELLOW, LEVELS, CATALOGUE, two, AT).eligible


@given(st.sets(st.sampled_from(["a", "b"])), st.booleans(), st.integers(0, 3))
def test_doing_more_never_leaves_more_to_do(lessons: set[str], sits: bool, bags: int) -> None:
    """Each lesson, pass or brown bag more can only shorten what is missing."""
    finished = tuple(each for each in DONE if each.lesson in lessons)
    less = Record(finished=finished, evidence=(Evidence("brown_bag", TODAY),) * bags)
    more = Record(DONE, (passed(1),) if sits else (), (*less.evidence, Evidence("brown_bag", TODAY)))
    for level in (WHITE, YELLOW):
        before, after = (progress(level, LEVELS, CATALOGUE, each, AT) for each in (less, more))
        assert len(after.missing) <= len(before.missing)
        assert [each.done for each in before.parts] <= [each.done for each in after.parts]


def test_the_next_level_is_above_all_that_are_in_force() -> None:
    """White first, yellow for who holds white, white again for whose white ran out, nothing at the top."""
    held_by = {
        "nobody": Record(),
        "white": Record(held=(held(5),)),
        "lapsed": Record(held=(held(-5),)),
        "yellow": Record(held=(held(5, "yellow"),)),
    }
    found = {name: next_level(Track.EMPLOYEES, LEVELS, each, TODAY) for name, each in held_by.items()}
    assert found == {"nobody": WHITE, "white": YELLOW, "lapsed": WHITE, "yellow": None}
    assert next_level(Track.PARTNERS, LEVELS, Record(), TODAY) is None


@pytest.mark.parametrize(
    ("left", "expected", "forced"),
    [
        (365, Standing.HELD, True),
        (31, Standing.HELD, True),
        (30, Standing.RENEWABLE, True),
        (0, Standing.RENEWABLE, True),
        (-1, Standing.RENEWABLE, False),
        (-30, Standing.RENEWABLE, False),
        (-31, Standing.LAPSED, False),
    ],
)
def test_a_certificate_can_be_renewed_around_its_end(left: int, expected: Standing, forced: bool) -> None:
    """From 30 days before its last day until as many after; in force is it only up to its last day."""
    record = Record(held=(held(left),))
    assert standing(WHITE, record, TODAY) is expected
    assert in_force(WHITE, record, TODAY) is forced
    assert not in_force(WHITE, record, record.held[0].issued - DAY)


def test_the_newest_certificate_counts() -> None:
    """Who renewed is not asked about the one before."""
    record = Record(held=(held(-100), held(200)))
    assert standing(WHITE, record, TODAY) is Standing.HELD
    assert standing(WHITE, Record(), TODAY) is Standing.NEVER
    assert expiry(WHITE, date(2026, 1, 1)) == date(2027, 1, 1)


def test_a_renewal_asks_nothing_where_nothing_changed() -> None:
    """Whoever holds a level whose lessons and sections are as they were may renew at once, and only in time."""
    finished = tuple(Finished(each.lesson, each.version, held(0).issued) for each in DONE)
    for left, eligible in ((40, False), (10, True), (-10, True), (-40, False)):
        record = Record(finished=tuple(Finished(each.lesson, "1.0", held(left).issued) for each in finished))
        found = renewal(WHITE, CATALOGUE, BANK, Record(record.finished, held=(held(left),)), changes(), AT)
        assert found is not None
        assert (found.lessons, found.items, found.progress.missing) == ((), (), ())
        assert found.eligible is eligible
    assert renewal(WHITE, CATALOGUE, BANK, Record(), changes(), AT) is None


def test_a_renewal_asks_what_changed_and_only_that() -> None:
    """A changed section brings back its lesson and its questions, those of the belt alone."""
    mine = held(10)
    record = Record(finished=(Finished("a", "1.0", mine.issued), Finished("b", "1.0", mine.issued)), held=(mine,))
    found = renewal(WHITE, CATALOGUE, BANK, record, changes(a=TODAY - 50 * DAY), AT)
    assert found is not None
    assert (found.lessons, found.items) == (("a",), ("qa",))
    assert found.progress.missing == ("Finish the lesson “A”.", "Pass the exam (1 question, all right).")
    assert not found.eligible
    assert (found.opens, found.closes) == (mine.expires - 30 * DAY, mine.expires + 30 * DAY)


def test_what_was_done_since_is_not_asked_again() -> None:
    """A lesson read after its section changed counts, and so does a pass since the renewal opened; none before."""
    mine = held(10)
    old = (Finished("a", "1.0", mine.issued), Finished("b", "1.0", mine.issued))
    since = changes(a=TODAY - 50 * DAY)
    for reread, sat, lessons, items in (
        (TODAY - 51 * DAY, passed(21), ("a",), ("qa",)),
        (TODAY - 50 * DAY, passed(21), (), ("qa",)),
        (TODAY - 50 * DAY, passed(20), (), ()),
    ):
        record = Record((*old, Finished("a", "1.0", reread)), (sat,), held=(mine,))
        found = renewal(WHITE, CATALOGUE, BANK, record, since, AT)
        assert found is not None
        assert (found.lessons, found.items, found.eligible) == (lessons, items, not lessons and not items)


def test_a_new_version_and_a_new_lesson_are_news() -> None:
    """A lesson with another version, and one that was added, are read; a section of the future is no news yet."""
    mine = held(10)
    catalogue = catalogue_of(lesson_of("a", "p#a", version="2.0"), lesson_of("b", "p#b"), lesson_of("n", "p#n"))
    old = (Finished("a", "1.0", mine.issued), Finished("b", "1.0", mine.issued))
    found = renewal(WHITE, catalogue, BANK, Record(old, held=(mine,)), changes(b=TODAY + DAY), AT)
    assert found is not None
    assert (found.lessons, found.items) == (("a", "n"), ())
    again = Record((*old, Finished("a", "2.0", TODAY), Finished("n", "1.0", TODAY)), held=(mine,))
    renewed = renewal(WHITE, catalogue, BANK, again, changes(), AT)
    assert renewed is not None
    assert renewed.eligible
    assert [each.words for each in renewed.progress.done] == ["2 lessons finished."]


def test_what_a_holder_has_shown_can_be_told() -> None:
    """The criteria of a certificate, a phrase each."""
    assert criteria(WHITE, LEVELS, CATALOGUE) == (
        "finished 2 lessons",
        "answered at least 6 of 8 exam questions right",
    )
    assert criteria(YELLOW, LEVELS, CATALOGUE) == (
        "holds the level “White”",
        "did this: give a brown-bag session (2 times)",
    )


def test_something_mandatory_is_due() -> None:
    """60 days after the start, then by the end of the certificate; what nobody must have is never due."""
    assert due(WHITE, TODAY, Record()) == TODAY + 60 * DAY
    assert due(WHITE, TODAY, Record(held=(held(100),))) == TODAY + 100 * DAY
    assert due(YELLOW, TODAY, Record()) is None


STEPS = tuple(Reminder(days, f"{days}") for days in (14, 5, 1, -7))


@pytest.mark.parametrize(
    ("left", "sent", "expected"),
    [
        (15, (), None),
        (14, (), 14),
        (9, (), 14),
        (9, (14,), None),
        (5, (14,), 5),
        (0, (), 1),
        (0, (14, 5, 1), None),
        (-7, (14,), -7),
        (-90, (14, 5, 1, -7), None),
        (9, (1,), None),
    ],
)
def test_reminders_come_one_at_a_time(left: int, sent: tuple[int, ...], expected: int | None) -> None:
    """The last whose day has come, once; those that were missed are skipped."""
    found = reminder(STEPS, TODAY + left * DAY, TODAY, sent)
    assert (found.days if found else None) == expected


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_nobody_is_reminded_more_often_than_there_are_reminders(looks: list[int]) -> None:
    """However often and with whatever gaps it is looked, each reminder comes at most once, and they rise."""
    sent: list[int] = []
    for day in sorted(looks):
        found = reminder(STEPS, TODAY + 20 * DAY, TODAY + day * DAY, sent)
        if found:
            sent.append(found.days)
    assert sent == sorted(set(sent), reverse=True)
    assert reminder((), TODAY, TODAY, ()) is None
