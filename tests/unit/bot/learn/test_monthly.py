"""The month's card for executives and whoever leads: when it comes, to whom, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.conversation.kept import from_json
from bot.conversation.learn.monthly import monthly, monthly_card
from bot.conversation.learn.school import School
from bot.jobs import Ledger
from bot.ports import Delivery, Graded, Profile, Row, Sitting
from bot.state import State
from bot.state.lessons.figures import SqlFigures
from bot.state.lessons.programme import SqlProgrammeSettings
from lessons.dials import Dial, Setting
from lessons.report import Budget, Figures, Report
from tests.fakes.answers import FakeAnswers
from tests.fakes.office import office
from tests.fakes.school import school
from tests.fakes.state import MemoryState

ORG = "slack:T1"
OCTOBER, NOVEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11))
MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)  # the first of November is a Sunday


class Board:
    """A company in a state, with a school over it and one executive who leads."""

    def __init__(self, state: State) -> None:
        self.state = state
        place = school(office(MemoryState(), FakeAnswers()), state.learners)
        self.school: School = replace(place, staff=state.staff)
        self.programme = SqlProgrammeSettings(state.engine)
        self.lead("ada")

    def lead(self, name: str, track: str = "executives", zone: str = "UTC", region: str = "") -> str:
        """Somebody with the role of a lead; their id."""
        email = f"{name}@example.com"
        self.state.roster.upsert(ORG, [Row(email, track=track, region=region)], OCTOBER)
        person = self.state.people.meet(ORG, name, Profile(name, email, zone), OCTOBER)
        self.state.staff.grant(person.id, "coe_lead")
        self.state.learners.enrol(OCTOBER)
        return person.id

    def hire(self, name: str, track: str = "executives") -> str:
        """Somebody without a role; their id."""
        email = f"{name}@example.com"
        self.state.roster.upsert(ORG, [Row(email, track=track)], OCTOBER)
        person = self.state.people.meet(ORG, name, Profile(name, email), OCTOBER)
        self.state.learners.enrol(OCTOBER)
        return person.id

    def teach(self, count: int, right: int, at: datetime) -> None:
        """A lesson for so many employees, of whom so many are right."""
        rows = [Row(f"e{number}@example.com", track="employees") for number in range(count)]
        self.state.roster.upsert(ORG, rows, OCTOBER)
        for number, row in enumerate(rows):
            person = self.state.staff.by_email(ORG, row.email)
            assert person
            lesson = f"lesson-{at:%m}"
            name = f"{person.id}:{lesson}"
            self.state.learners.begin(Sitting(name, person.id, lesson, "1", "employees-weekly", at, opened=at))
            answer = Graded(person.id, lesson, "1", "c1", at, (0,), right=number < right, first=True)
            self.state.learners.grade(answer)
            self.state.learners.end(person.id, name, at)

    def owed(self, at: datetime) -> list[Delivery]:
        """The cards of a moment."""
        return monthly(self.school, SqlFigures(self.state.engine), self.programme, at)


@pytest.fixture
def board(state: State) -> Board:
    """A board over a SQLite file."""
    return Board(state)


def test_it_comes_on_the_first_working_day(board: Board) -> None:
    """Monday the second, within the hours, and neither on Sunday, nor before nine, nor a day later."""
    board.teach(6, 6, OCTOBER + timedelta(3))
    hours = [hour for hour in range(96) if board.owed(NOVEMBER + timedelta(hours=hour))]
    assert hours == list(range(24 + 9, 24 + 17))


def test_it_is_sent_once(board: Board) -> None:
    """However often it is looked at, the ledger owes one card for a person and month."""
    board.teach(6, 6, OCTOBER + timedelta(3))
    ledger = Ledger(board.state.engine, lambda: MONDAY)
    assert [ledger.plan(board.owed(MONDAY + timedelta(minutes=each))) for each in (0, 15, 240)] == [1, 0, 0]
    (card,) = board.owed(MONDAY)
    assert card.id.startswith("monthly:") and card.id.endswith(":2026-10") and card.account == "ada"


def test_by_their_own_clock_and_holidays(board: Board) -> None:
    """In Tokyo it is Monday earlier; where Monday is a holiday it is Tuesday."""
    board.teach(6, 6, OCTOBER + timedelta(3))
    board.lead("aiko", zone="Asia/Tokyo")
    board.lead("mia", region="de")
    school = replace(board.school, holidays=lambda region: lambda day: region == "de" and day == date(2026, 11, 2))
    board.school = school
    whose = [{each.account for each in board.owed(MONDAY + timedelta(hours=hours))} for hours in (-9, 0, 24)]
    assert whose == [{"aiko"}, {"ada"}, {"mia"}]


def test_executives_and_whoever_leads(board: Board) -> None:
    """With or without the role on the track of executives, or with it on any; each once, and nobody else."""
    board.teach(6, 6, OCTOBER + timedelta(3))
    board.lead("kim", track="coe")
    board.lead("lou", track="")
    board.hire("olu")
    board.hire("pat", track="coe")
    owed = board.owed(MONDAY)
    assert sorted(each.account for each in owed) == ["ada", "kim", "lou", "olu"]
    assert len({each.id for each in owed}) == 4


def test_not_to_who_opted_out_paused_left_or_cannot_be_reached(board: Board) -> None:
    """Whoever wants nothing that is not mandatory gets no card, nor does a lead; it says how to stop it."""
    board.teach(6, 6, OCTOBER + timedelta(3))
    learners, left = board.state.learners, Row("gus@example.com", left=NOVEMBER.date())
    for name in ("olu", "ben", "eve"):
        person = board.hire(name)
        if name == "olu":
            learners.choose_weekly(person, OCTOBER, weekly=False)
        elif name == "ben":
            learners.pause(person, MONDAY + timedelta(minutes=1), OCTOBER)
    board.hire("gus")
    board.state.roster.upsert(ORG, [left], OCTOBER)
    kim = board.lead("kim", track="coe")
    learners.choose_weekly(kim, OCTOBER, weekly=False)
    board.state.people.set_reachable(ORG, "ada", reachable=False)
    (card,) = board.owed(MONDAY)
    assert card.account == "eve" and "No weekly lesson" in from_json(card.body).notes[0]


def test_no_card_of_too_few(board: Board) -> None:
    """Where four people were reached, or nobody, there is nothing to tell."""
    assert board.owed(MONDAY) == []
    board.teach(4, 4, OCTOBER + timedelta(3))
    assert board.owed(MONDAY) == []


def test_two_sentences_and_the_figures(board: Board) -> None:
    """How many were reached and opened; how many were right, against the month before; the figures as facts."""
    september = datetime(2026, 9, 7, tzinfo=UTC)
    board.teach(10, 5, september)
    board.teach(10, 8, OCTOBER + timedelta(3))
    (card,) = board.owed(MONDAY)
    reply = from_json(card.body)
    assert reply.text == (
        "In October lessons reached 10 of 11 people, who opened 100 % of them. "
        "Of those answered, 80 % were right at the first try, 30 points more than in September."
    )
    assert dict(reply.facts)["Reached"] == "10 of 11 people (91 %)" and dict(reply.facts)["Answered"] == "100 %"
    assert reply.head is not None and reply.head.word == "Lessons in October"
    assert "Cost for each person reached" not in dict(reply.facts)


def test_formal_measurement_tells_the_cost(board: Board) -> None:
    """With a budget of a year, the card tells what October cost for each person reached."""
    board.teach(10, 8, OCTOBER + timedelta(3))
    board.programme.enter_budget(ORG, Budget(36_500, "EUR"), MONDAY, "cli")
    board.programme.turn(ORG, Dial.MEASUREMENT, Setting.FORMAL, MONDAY, "cli")
    (card,) = board.owed(MONDAY)
    assert dict(from_json(card.body).facts)["Cost for each person reached"] == "310.00 EUR"


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ((10, 9), (10, 8), "90 % were right at the first try, 10 points more than in September."),
        ((100, 89), (100, 90), "89 % were right at the first try, 1 point fewer than in September."),
        ((10, 9), (20, 18), "90 % were right at the first try, as in September."),
        ((10, 9), (0, 0), "90 % were right at the first try."),
        ((10, None), (10, 9), "Too few people answered a check to tell how many were right."),
        ((0, 0), (10, 9), "Nobody answered a check yet."),
    ],
)
def test_the_second_sentence(
    make: Callable[..., Report], now: tuple[int, int | None], then: tuple[int, int], said: str
) -> None:
    """It compares with the month before where both have figures, and says so where there are none."""
    card = monthly_card(make(OCTOBER, *now), make(datetime(2026, 9, 1, tzinfo=UTC), *then))
    assert card.text.endswith(said)


@pytest.fixture
def make() -> Callable[..., Report]:
    """Reports of a month in which so many lessons were answered, and so many right."""

    def report(since: datetime, answered: int, right: int | None) -> Report:
        whole = Figures(200, 150, 150, 120, answered, right, 0, 0, None, None)
        return Report(since, since + timedelta(30), whole, (), (), ())

    return report
