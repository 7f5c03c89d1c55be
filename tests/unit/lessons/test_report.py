"""Figures of groups: what counts, when it counts, and that a person's answers never show."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.report import (
    LEAST,
    NOT_GIVEN,
    OTHERS,
    AnswerRow,
    Budget,
    Dimension,
    Figures,
    MemberRow,
    QuestionRow,
    Report,
    Rows,
    SittingRow,
    build_report,
    to_csv,
    to_json,
    to_text,
)

SINCE = datetime(2026, 9, 1, tzinfo=UTC)
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SENT = SINCE + 31 * DAY


def members(prefix: str, count: int, track: str = "employees", unit: str = "", region: str = "") -> list[MemberRow]:
    """So many people of a track, a unit and a region."""
    return [MemberRow(f"{prefix}{number}", track, unit, region) for number in range(count)]


def sat(person: str, *, at: datetime = SENT, lesson: str = "one", right: bool = True) -> SittingRow:
    """A lesson that was opened and answered within the hour."""
    return SittingRow(person, lesson, at, at + DAY / 24, at + DAY / 24, right)


def report(people: Iterable[MemberRow], *sittings: SittingRow, budget: Budget | None = None) -> Report:
    """The report of sittings alone."""
    return build_report(Rows(list(people), sittings), SINCE, UNTIL, budget)


def figures(of: Report, dimension: Dimension, label: str) -> Figures:
    """Those of one group."""
    return next(each.figures for each in of.by(dimension) if each.label == label)


def test_lessons_are_counted_to_where_they_got() -> None:
    """Sent, opened, answered and right at the first try are counted in lessons, reached in people."""
    people = members("p", 6)
    rows = [sat(each.person) for each in people[:3]]
    rows += [sat(people[3].person, right=False), SittingRow("p4", "one", SENT, SENT), SittingRow("p4", "two", SENT)]
    whole = report(people, *rows).whole
    assert (whole.people, whole.reached, whole.sent) == (6, 5, 6)
    assert (whole.opened, whole.answered) == (5, 4)
    assert whole.right is None  # four people answered


def test_only_what_was_sent_in_the_period_counts() -> None:
    """The first moment is in the period, the last is not."""
    people = members("p", 8)
    early = [sat(each.person, at=SINCE - DAY) for each in people]
    late = [sat(each.person, at=UNTIL) for each in people]
    rows = [*early, *late, *(sat(each.person, at=SINCE) for each in people)]
    assert report(people, *rows).whole.sent == 8


def test_rows_of_strangers_are_left_out() -> None:
    """Whoever is no member, such as a person who left, changes no figure."""
    people = members("p", 6)
    rows = [sat(each.person) for each in people]
    strangers = Rows(
        people,
        [*rows, sat("gone")],
        [AnswerRow("gone", "one", "1", "c", SINCE, True), AnswerRow("gone", "one", "1", "c", SENT, True)],
    )
    assert build_report(strangers, SINCE, UNTIL) == report(people, *rows)


def test_small_groups_are_told_together() -> None:
    """Two units of three are the others; their figures are one sum."""
    people = [*members("a", 9, unit="Sales"), *members("b", 3, unit="Legal"), *members("c", 3, unit="People")]
    found = report(people, *(sat(each.person) for each in people))
    assert [each.label for each in found.by(Dimension.UNIT)] == ["Sales", OTHERS]
    assert figures(found, Dimension.UNIT, OTHERS).sent == 6


def test_a_lone_small_group_cannot_be_had_by_subtraction() -> None:
    """The others of three take the next smallest unit with them."""
    people = [
        *members("a", 9, unit="Sales"),
        *members("b", 6, unit="Shops"),
        *members("c", 3, unit="People"),
        *members("d", 8, unit="Service"),
    ]
    found = report(people, *(sat(each.person) for each in people))
    assert [each.label for each in found.by(Dimension.UNIT)] == ["Sales", "Service", OTHERS]
    assert figures(found, Dimension.UNIT, OTHERS).people == 9


def test_nothing_is_told_of_a_company_of_four() -> None:
    """Below five people there is no figure but their number and that nobody came back to a check."""
    people = members("p", 4, unit="Sales")
    found = report(people, *(sat(each.person) for each in people), budget=Budget(100, "EUR"))
    assert found.whole == Figures(people=4, reviewed=0, kept=0)
    assert (found.groups, found.months, found.lessons, found.cost) == ((), (), (), None)


def test_right_answers_of_few_are_withheld_though_the_group_is_large() -> None:
    """Where four of a unit answered, how they answered is withheld, and so it is in a second unit beside it."""
    people = [*members("a", 9, unit="Sales"), *members("b", 9, unit="Shops"), *members("c", 9, unit="Service")]
    answered = [*people[:9], *people[9:13], *people[18:26]]
    found = report(people, *(sat(each.person) for each in answered))
    assert figures(found, Dimension.UNIT, "Shops").right is None
    assert figures(found, Dimension.UNIT, "Service").right is None
    assert figures(found, Dimension.UNIT, "Sales").right == 9


def test_labels_that_nobody_has_make_no_table() -> None:
    """A dimension that says nothing of anybody is left out; one that is known of some tells of the others too."""
    people = [*members("a", 6, region="Europe"), *members("b", 6)]
    found = report(people, *(sat(each.person) for each in people))
    assert found.by(Dimension.UNIT) == ()
    assert {each.label for each in found.by(Dimension.REGION)} == {"Europe", NOT_GIVEN}


def test_months_are_those_of_the_company() -> None:
    """A lesson late on the last of the month in UTC is of the next month where it is later already."""
    people = members("p", 6)
    zone = ZoneInfo("Asia/Tokyo")
    rows = [sat(each.person, at=datetime(2026, 9, 30, 20, tzinfo=UTC)) for each in people]
    found = build_report(Rows(people, rows), SINCE.astimezone(zone), UNTIL.astimezone(zone))
    assert [(each.label, each.sent) for each in found.months] == [("2026-10", 6)]


def test_a_month_that_few_learned_in_is_withheld() -> None:
    """A month of two people is left out, and so is the one that it could be worked out from."""
    people = members("p", 9)
    rows = [sat(each.person, at=SINCE + month * 31 * DAY) for each in people for month in (0, 1)]
    rows += [sat("p0", at=SINCE + 70 * DAY), sat("p1", at=SINCE + 70 * DAY)]
    found = report(people, *rows)
    assert found.whole.sent == 20
    assert [each.sent for each in found.months] == [9]


def test_kept_is_the_first_answer_thirty_days_on() -> None:
    """Reviews before 30 days and second ones after them do not count."""
    people = members("p", 6)

    def answers(person: str) -> list[AnswerRow]:
        return [
            AnswerRow(person, "one", "1", "c", SINCE, False),
            AnswerRow(person, "one", "1", "c", SINCE + 29 * DAY, False),
            AnswerRow(person, "one", "1", "c", SINCE + 30 * DAY, True),
            AnswerRow(person, "one", "1", "c", SINCE + 60 * DAY, False),
        ]

    rows = Rows(people, answers=[each for person in people for each in reversed(answers(person.person))])
    whole = build_report(rows, SINCE, UNTIL).whole
    assert (whole.reviewed, whole.kept) == (6, 6)


def test_a_new_version_begins_anew() -> None:
    """The first answer to a changed lesson is no review of the old one."""
    people = members("p", 6)
    old = [AnswerRow(each.person, "one", "1", "c", SINCE, True) for each in people]
    new = [replace(each, version="2", at=SINCE + 60 * DAY) for each in old]
    assert build_report(Rows(people, answers=[*old, *new]), SINCE, UNTIL).whole.reviewed == 0


def test_a_first_answer_before_the_period_begins_the_thirty_days() -> None:
    """What counts is when the review was, not when the lesson was."""
    people = members("p", 6)
    first = [AnswerRow(each.person, "one", "1", "c", SINCE - 20 * DAY, True) for each in people]
    review = [replace(each, at=SINCE + 20 * DAY, right=False) for each in first]
    whole = build_report(Rows(people, answers=[*first, *review]), SINCE, UNTIL).whole
    assert (whole.reviewed, whole.kept) == (6, 0)


def asked(*shifts: float, section: str = "pay#who") -> Callable[[MemberRow], list[QuestionRow]]:
    """Questions so many days after the lesson."""
    return lambda each: [QuestionRow(each.person, section, SENT + shift * DAY) for shift in shifts]


def questions(people: list[MemberRow], ask: Callable[[MemberRow], list[QuestionRow]], **rows: str) -> Report:
    """The report of one lesson on two sections and the questions of those who got it."""
    sections = {"one": ("pay#who", "pay#when")}
    sittings = [sat(each.person) for each in people]
    return build_report(Rows(people, sittings, (), [q for p in people for q in ask(p)], sections), SINCE, UNTIL)


def test_questions_count_thirty_days_before_and_after_a_lesson() -> None:
    """From 30 days before until just before 30 days after; other sections do not count."""
    people = members("p", 6)
    found = questions(people, asked(-30.1, -30, -1, 0, 29.9, 30))
    assert (found.whole.asked_before, found.whole.asked_after) == (12, 12)
    assert [(each.lesson, each.people, each.before, each.after) for each in found.lessons] == [("one", 6, 12, 12)]
    assert questions(people, asked(-1, section="pay#how")).whole.asked_before == 0


def test_a_question_that_cites_two_sections_of_a_lesson_counts_once() -> None:
    """One question is one question."""
    people = members("p", 6)
    found = questions(people, lambda each: [*asked(-1)(each), *asked(-1, section="pay#when")(each)])
    assert found.whole.asked_before == 6


def test_a_lesson_whose_thirty_days_are_not_over_is_not_compared() -> None:
    """Half a month after would look like an improvement."""
    people = members("p", 6)
    at = UNTIL - 20 * DAY
    rows = Rows(
        people,
        [sat(each.person, at=at) for each in people],
        questions=[QuestionRow(each.person, "pay#who", at - DAY) for each in people],
        sections={"one": ("pay#who",)},
    )
    found = build_report(rows, SINCE, UNTIL)
    assert (found.whole.asked_before, found.lessons) == (0, ())


def test_the_cost_is_by_person_reached() -> None:
    """The budget is divided by those whom a lesson reached, not by those whom it should have."""
    people = members("p", 20)
    found = report(people, *(sat(each.person) for each in people[:8]), budget=Budget(100, "EUR"))
    assert found.cost == 12.5
    assert report(people, budget=Budget(100, "EUR")).cost is None


@pytest.mark.parametrize(("since", "until"), [(UNTIL, SINCE), (SINCE, SINCE), (SINCE.replace(tzinfo=None), UNTIL)])
def test_a_period_that_is_none_is_refused(since: datetime, until: datetime) -> None:
    """Moments out of order or without a zone are refused with what to do."""
    with pytest.raises(ValueError, match="give two moments with a time zone, in order"):
        build_report(Rows([]), since, until)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("uvw"), st.booleans(), st.booleans(), st.integers(0, 2)),
        max_size=45,
    )
)
def test_changing_the_answers_of_four_people_alone_never_shows_by_itself(
    drawn: list[tuple[str, str, bool, bool, int]],
) -> None:
    """Every sum of right answers told, and each difference to the whole, is that of five people or more, or of none."""
    people = [MemberRow(f"p{n}", track, unit) for n, (track, unit, *_) in enumerate(drawn)]
    rows = [
        sat(f"p{n}", right=right, at=SINCE + month * 31 * DAY) if answers else SittingRow(f"p{n}", "one", SINCE)
        for n, (_, _, answers, right, month) in enumerate(drawn)
    ]
    found = report(people, *rows)
    everybody = sum(answers for _, _, answers, *_ in drawn)
    assert (found.whole.right is None) == (0 < everybody < LEAST)
    for dimension in Dimension:
        told = [each.figures.answered or 0 for each in found.by(dimension) if each.figures.right is not None]
        assert all(count == 0 or count >= LEAST for count in told)
        if found.by(dimension) and found.whole.right is not None:
            assert everybody - sum(told) == 0 or everybody - sum(told) >= LEAST
    for month in found.months:
        assert month.reached >= LEAST
        assert month.right is None or month.answered == 0 or month.answered >= LEAST


@pytest.fixture
def small_report() -> Report:
    """Two units, one of which hardly answered, with a budget."""
    people = [*members("a", 9, unit="=SUM(A1)"), *members("b", 8, unit="Shops")]
    rows = [sat(each.person) for each in people[:9]] + [sat(each.person, right=False) for each in people[9:11]]
    rows += [SittingRow(each.person, "one", SENT) for each in people[11:]]
    return report(people, *rows, budget=Budget(1700, "EUR"))


def test_the_table_is_aligned_and_marks_what_is_withheld(small_report: Report) -> None:
    """Figures stand in columns, and a dot stands for what is withheld."""
    lines = to_text(small_report).splitlines()
    assert lines[:3] == [
        "Lessons from 1 September 2026 to 30 November 2026",
        "17 people, 17 of them reached (100 %)",
        "budget 1,700.00 EUR, 100.00 EUR for each person reached",
    ]
    rows = [line for line in lines if line.lstrip().startswith(("everybody", "Shops", "=SUM"))]
    assert len({len(line) for line in rows}) == 1
    assert rows[0].split() == "everybody 17 17 17 65 % 65 % 82 % - 0 → 0".split()
    assert rows[2].split() == "Shops 8 8 8 25 % 25 % · - 0 → 0".split()


def test_a_spreadsheet_takes_no_label_for_a_formula(small_report: Report) -> None:
    """A unit that begins with an equals sign is quoted; what is withheld is empty."""
    rows = {each["label"]: each for each in csv.DictReader(io.StringIO(to_csv(small_report)))}
    assert rows["everybody"]["cost"] == "100.00"
    assert rows["'=SUM(A1)"]["answered"] == "9"
    assert rows["Shops"]["right"] == ""
    assert rows["2026-10"]["kind"] == "month"


def test_json_tells_what_the_table_tells(small_report: Report) -> None:
    """Withheld is null, and the names of people are nowhere."""
    text = to_json(small_report)
    value = json.loads(text)
    assert value["whole"]["right"] == 9
    assert [each["right"] for each in value["groups"] if each["label"] == "Shops"] == [None]
    assert (value["cost"], value["least"]) == (100.0, 5)
    assert not any(f'"{prefix}{number}"' in text for prefix in "ab" for number in range(9))
