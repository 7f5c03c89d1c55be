"""What became of the lessons, and how far the programme goes, read from both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

import pytest

from bot.conversation.ask import to_reply
from bot.conversation.kept import to_json
from bot.ports import Delivery, Graded, Kept, Look, Person, Row, Sitting
from bot.ports.figures import DEFAULT_DIALS, Staffing
from bot.state.lessons.figures import SqlFigures
from bot.state.lessons.programme import SqlProgrammeSettings
from bot.state.lessons.roster import COLUMNS
from lessons.dials import Dial, Setting
from lessons.report import AnswerRow, Budget, MemberRow, QuestionRow, SittingRow
from lessons.schedule import Answered
from lessons.xapi import Award, Examination, Reading, Response
from tests.contract.school import ORG, School, SqlBooks, opened
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.fakes.answers import ANSWER, CITATION, CLARIFY, FakeAnswers

OTHER: Final = "slack:T2"
SECTION: Final = f"{CITATION.policy}#{CITATION.section}"
LATER: Final = NOW + 400 * DAY


class Town:
    """A school with its figures, and hands that do what people do."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.school: School = opened(database)
        self.figures = SqlFigures(database.engine)

    def owe(self, person: Person, lesson: str, due: datetime = NOW, check: str = "", programme: str = "weekly") -> str:
        """Owe a lesson that is due at a moment; its id."""
        name = f"{person.id}:{lesson}:{check}:{due:%Y%m%d}"
        owed = Sitting(name, person.id, lesson, "1", programme, due, check)
        self.school.learners.look_again(due, [person.id])
        message = Delivery(name, ORG, person.profile.name, "lesson", "{}", due)
        assert self.school.learners.plan([Look(person.id, due, due + DAY, owed, message)]) == 1
        return name

    def send(self, person: Person, lesson: str, due: datetime = NOW, check: str = "", programme: str = "weekly") -> str:
        """The same, and it is sent."""
        name = self.owe(person, lesson, due, check, programme)
        SqlBooks(self.database.engine).sent(name)
        return name

    def answer(self, person: Person, lesson: str, check: str, at: datetime, *, right: bool = True) -> None:
        """Answer a check."""
        given = Graded(person.id, lesson, "1", check, at, (0, 2), right=right, first=False)
        self.school.learners.grade(given)

    def sittings(
        self, since: datetime = NOW - DAY, until: datetime = LATER, organisation: str = ORG
    ) -> list[SittingRow]:
        """The sittings of a period."""
        return list(self.figures.sittings(organisation, since, until))


@pytest.fixture
def town(database: Database) -> Town:
    """A town on each database."""
    return Town(database)


def test_members_are_who_was_there(town: Town) -> None:
    """Who left before a period or was hired after it is no member, nor is anybody of another organisation."""
    days = {"ines": None, "left": date(2026, 10, 1), "leaving": date(2026, 11, 20)}
    rows = [
        Row(f"{name}@example.com", track="employees", unit="toys", region="de", left=left)
        for name, left in days.items()
    ]
    town.school.listed(*rows, Row("new@example.com", track="coe", hired=date(2027, 1, 1)))
    town.school.roster.upsert(OTHER, [Row("olu@example.com", track="coe")], NOW)
    found = town.figures.members(ORG, NOW, NOW + 30 * DAY)
    assert [(each.track, each.unit, each.region) for each in found] == [("employees", "toys", "de")] * 2
    assert len(town.figures.members(ORG, NOW, NOW + 90 * DAY)) == 3
    assert [each.track for each in town.figures.members(OTHER, NOW, NOW + DAY)] == ["coe"]


def test_a_lesson_that_was_sent_opened_and_answered(town: Town) -> None:
    """It is answered when it ended, and right at first where each first try until then was."""
    ines, olu, kim = (town.school.join(name) for name in ("ines", "olu", "kim"))
    for person, right in ((ines, True), (olu, False)):
        name = town.send(person, "one")
        town.school.learners.open(person.id, name, NOW + MINUTE)
        town.answer(person, "one", "c1", NOW + MINUTE, right=right)
        town.answer(person, "one", "c2", NOW + 2 * MINUTE)
        town.school.learners.end(person.id, name, NOW + 2 * MINUTE)
        town.answer(person, "one", "c1", NOW + DAY, right=not right)  # a second try counts no more
    town.send(kim, "one")
    opened_at, ended = NOW + MINUTE, NOW + 2 * MINUTE
    assert sorted(town.sittings(), key=lambda each: [ines.id, olu.id, kim.id].index(each.person)) == [
        SittingRow(ines.id, "one", NOW, opened_at, ended, right_first=True),
        SittingRow(olu.id, "one", NOW, opened_at, ended, right_first=False),
        SittingRow(kim.id, "one", NOW),
    ]


def test_half_a_lesson_is_not_answered(town: Town) -> None:
    """One of two checks answered is not the lesson; a lesson that was put aside without an answer is not, either."""
    ines, olu = town.school.join("ines"), town.school.join("olu")
    half, aside = town.send(ines, "one"), town.send(olu, "one")
    town.school.learners.open(ines.id, half, NOW + MINUTE)
    town.answer(ines, "one", "c1", NOW + MINUTE)
    town.school.learners.open(olu.id, aside, NOW + MINUTE)
    town.school.learners.end(olu.id, aside, NOW + MINUTE)
    assert [(each.answered, each.right_first) for each in town.sittings()] == [(None, False)] * 2


def test_what_never_came_is_not_counted(town: Town) -> None:
    """What is planned, cancelled, a review, opened alone, due at another time or another company's is left out."""
    ines, olu, kim = (town.school.join(name) for name in ("ines", "olu", "kim"))
    town.owe(ines, "planned")
    town.owe(olu, "cancelled")
    town.school.learners.pause(olu.id, NOW + DAY, NOW)
    town.send(kim, "one", check="c1", programme="review")
    town.school.learners.begin(Sitting("own", kim.id, "two", "1", "", NOW, opened=NOW))
    assert town.sittings() == []
    sent = town.send(kim, "three", NOW + 3 * DAY)
    assert [each.lesson for each in town.sittings()] == ["three"]
    assert town.sittings(until=NOW + 3 * DAY) == [] and town.sittings(organisation=OTHER) == []
    assert len(town.sittings(since=NOW + 3 * DAY)) == 1 and sent


def test_an_opened_lesson_came(town: Town) -> None:
    """Where it is open whether it went out, opening it settles that; on this machine nothing has to be sent at all."""
    ines = town.school.join("ines")
    name = town.owe(ines, "one")
    assert town.sittings() == []
    town.school.learners.open(ines.id, name, NOW + MINUTE)
    town.school.learners.begin(Sitting("played", ines.id, "two", "1", "employees-onboarding", NOW))
    assert {(each.lesson, each.opened is None) for each in town.sittings()} == {("one", False), ("two", True)}


def test_answers_that_came_back(town: Town) -> None:
    """Of a check answered again 30 days or more after the first time every answer is told, of others none."""
    ines = town.school.join("ines")
    for days, check in ((0, "c1"), (5, "c1"), (31, "c1"), (0, "c2"), (29, "c2"), (0, "c3")):
        town.answer(ines, "one", check, NOW + days * DAY, right=days > 0)
    found = list(town.figures.answers(ORG, NOW + 20 * DAY, LATER))
    assert found == [AnswerRow(ines.id, "one", "1", "c1", NOW + n * DAY, right=n > 0) for n in (0, 5, 31)]
    assert not list(town.figures.answers(ORG, NOW + 40 * DAY, LATER))  # it came back before the period
    assert not list(town.figures.answers(ORG, NOW, NOW + 31 * DAY)) and not list(
        town.figures.answers(OTHER, NOW, LATER)
    )


def test_questions_by_section(town: Town) -> None:
    """An answer tells each section that it quotes once; a question back and a stranger tell nothing."""
    ines = town.school.join("ines")
    records = town.database.state.records
    twice = replace(ANSWER, citations=(CITATION, CITATION, replace(CITATION, section="other")))
    for reply, account, answer in (("r1", "ines", twice), ("r2", "ines", CLARIFY), ("r3", "stranger", ANSWER)):
        body = to_json(to_reply(answer, reply, FakeAnswers().contacts))
        records.keep_reply(ORG, Kept(reply, account, "t", NOW, body))
    records.keep_reply(ORG, Kept("r4", "ines", "t", NOW + DAY, '{"kind":"answer",broken'))
    found = list(town.figures.questions(ORG, NOW, NOW + 2 * DAY))
    assert found == [QuestionRow(ines.id, each, NOW) for each in (SECTION, f"{CITATION.policy}#other")]
    assert not list(town.figures.questions(ORG, NOW + MINUTE, NOW + DAY)) and not list(
        town.figures.questions(OTHER, NOW, LATER)
    )


def test_what_records_tell(town: Town) -> None:
    """A lesson is told in the period in which it was opened and in which it ended, an answer in that of the answer."""
    ines = town.school.join("ines")
    name = town.send(ines, "one")
    town.send(ines, "two", NOW + 3 * DAY)  # never opened
    town.school.learners.open(ines.id, name, NOW + MINUTE)
    town.answer(ines, "one", "c1", NOW + 2 * DAY)
    town.school.learners.end(ines.id, name, NOW + 2 * DAY)
    told = Reading(ines.id, "one", "1", NOW + MINUTE, NOW + 2 * DAY, "weekly")
    for since, until, count in ((NOW, NOW + DAY, 1), (NOW + DAY, NOW + 3 * DAY, 1), (NOW + 3 * DAY, LATER, 0)):
        assert list(town.figures.readings(ORG, since, until)) == [told] * count
    answered = Response(ines.id, "one", "1", "c1", NOW + 2 * DAY, (0, 2), right=True)
    assert list(town.figures.responses(ORG, NOW, NOW + 3 * DAY)) == [answered]
    assert not list(town.figures.responses(ORG, NOW, NOW + 2 * DAY)) and not list(
        town.figures.responses(OTHER, NOW, LATER)
    )


def test_staffing(town: Town) -> None:
    """People who have not left are counted with what is known of them."""
    town.school.listed(
        Row("a@example.com", track="coe", unit="toys", hired=date(2026, 1, 1)),
        Row("b@example.com", track="partners"),
        Row("c@example.com"),
        Row("d@example.com", track="executives", left=NOW.date()),
    )
    person = town.database.state.staff.by_email(ORG, "a@example.com")
    assert person
    town.database.state.staff.grant(person.id, "coe_lead")
    assert town.figures.staffing(ORG, NOW.date()) == Staffing(3, 2, 1, 1, 1, frozenset({"coe", "partners"}))
    assert town.figures.staffing(OTHER, NOW.date()) == Staffing()


def test_every_answer_for_the_fit(town: Town) -> None:
    """Answers of every organisation come by person, oldest first."""
    ines, olu = town.school.join("ines"), town.school.join("olu")
    for person, days in ((ines, 2), (olu, 1), (ines, 0)):
        town.answer(person, "one", "c1", NOW + days * DAY)
    answers = [(ines.id, 0), (ines.id, 2), (olu.id, 1)]
    assert sorted(town.figures.reviewed(), key=lambda each: each[0] == olu.id) == [
        (person, Answered("one", "c1", NOW + days * DAY, right=True, version="1")) for person, days in answers
    ]
    whose = [person for person, _ in town.figures.reviewed()]
    assert whose == sorted(whose)


def test_columns_of_the_roster_are_those_of_members() -> None:
    """What reports group by is what a company's list can say."""
    assert {field for field in MemberRow.__dataclass_fields__ if field != "person"} <= set(COLUMNS)


@pytest.fixture
def settings(database: Database) -> SqlProgrammeSettings:
    """The settings of a database."""
    return SqlProgrammeSettings(database.engine)


def test_dials_stand_where_they_were_turned(database: Database, settings: SqlProgrammeSettings) -> None:
    """Each dial is an organisation's own, outlives the process, and stands at the default until it is turned."""
    assert settings.get(ORG) == DEFAULT_DIALS
    assert settings.turn(ORG, Dial.DELIVERY, Setting.CASUAL, NOW, "cli") is DEFAULT_DIALS.delivery
    assert settings.turn(ORG, Dial.PARTICIPANTS, Setting.FORMAL, NOW, "cli") is DEFAULT_DIALS.participants
    assert settings.turn(ORG, Dial.PARTICIPANTS, Setting.FORMAL, NOW, "cli") is Setting.FORMAL
    there = SqlProgrammeSettings(database.open().engine)
    assert there.get(ORG) == replace(DEFAULT_DIALS, delivery=Setting.CASUAL, participants=Setting.FORMAL)
    assert there.get(OTHER) == DEFAULT_DIALS


def test_a_budget_to_the_cent(settings: SqlProgrammeSettings) -> None:
    """It comes back as it was entered, beside the dials, until it is taken back."""
    settings.turn(ORG, Dial.CONTENT, Setting.CASUAL, NOW, "cli")
    assert settings.budget(ORG) is None
    settings.enter_budget(ORG, Budget(12_000.29, "USD"), NOW, "cli")
    assert settings.budget(ORG) == Budget(12_000.29, "USD") and settings.budget(OTHER) is None
    settings.enter_budget(ORG, None, NOW, "cli")
    assert settings.budget(ORG) is None and settings.get(ORG).content is Setting.CASUAL


def test_changes_stand_in_the_audit(database: Database, settings: SqlProgrammeSettings) -> None:
    """Turning a dial and entering a budget are written down once each; to turn it where it stands is not."""
    settings.turn(ORG, Dial.CONTENT, Setting.FORMAL, NOW, "cli")
    settings.turn(ORG, Dial.CONTENT, Setting.STRUCTURED, NOW, "cli")
    settings.enter_budget(ORG, Budget(5, "EUR"), NOW, "cli")
    assert [(each.actor, each.action, each.subject, dict(each.detail)) for each in database.state.audit.lines(ORG)] == [
        ("cli", "dial_turned", "content", {"before": "formal", "after": "structured"}),
        ("cli", "budget_entered", "", {"cents": 500, "currency": "EUR"}),
    ]
    assert not database.state.audit.verify()


def test_a_key_for_ever(database: Database, settings: SqlProgrammeSettings) -> None:
    """Each organisation has a key of its own, which stays the same whatever else changes."""
    key = settings.records_key(ORG)
    settings.enter_budget(ORG, Budget(5, "EUR"), NOW, "cli")
    assert SqlProgrammeSettings(database.open().engine).records_key(ORG) == key
    assert len(key) == 32 and settings.records_key(OTHER) != key


def test_certificates_and_exams(town: Town, award: Callable[..., None]) -> None:
    """Who holds a level today is counted once; awards and exams are told in their period, also those taken back."""
    ines, olu = town.school.join("ines"), town.school.join("olu")
    award(ines, "white", NOW)
    award(ines, "white", NOW + DAY)
    award(olu, "white", NOW + DAY)
    award(olu, "yellow", NOW, days=5)
    award(ines, "yellow", NOW, revoked=NOW + DAY)
    assert town.figures.holders(ORG, NOW + 2 * DAY) == {"white": 2, "yellow": 1}
    assert town.figures.holders(ORG, NOW + 9 * DAY) == {"white": 2} and town.figures.holders(OTHER, NOW + DAY) == {}
    assert sorted(each.level for each in town.figures.awards(ORG, NOW, NOW + DAY)) == ["white", "yellow", "yellow"]
    assert Award(olu.id, "yellow", NOW) in list(town.figures.awards(ORG, NOW, NOW + DAY))


def test_exams_in_their_period(town: Town, sit: Callable[..., None]) -> None:
    """An exam is told when it ended, with the share that was right; one that goes on is not."""
    ines = town.school.join("ines")
    sit(ines, 1, right=3, ended=NOW + DAY)
    sit(ines, 2, right=0, ended=None)
    told = Examination(ines.id, "white", NOW + DAY, passed=True, share=0.75)
    assert list(town.figures.examinations(ORG, NOW, NOW + 2 * DAY)) == [told]
    assert not list(town.figures.examinations(ORG, NOW, NOW + DAY))


@pytest.fixture
def award(database: Database) -> Callable[..., None]:
    """Gives levels."""
    from sqlalchemy import insert

    from bot.state import writing
    from bot.state.lessons.certificate_tables import certificates

    def give(person: Person, level: str, at: datetime, days: int = 365, revoked: datetime | None = None) -> None:
        with writing(database.engine) as connection:
            place = len(connection.execute(certificates.select()).all())
            row = {"id": f"c{place}", "organisation": ORG, "person": person.id, "level": level, "issued": at}
            row |= {"expires": at + days * DAY, "place": place, "token": "", "revoked": revoked}
            connection.execute(insert(certificates).values(row | {"revoked_by": "", "reason": ""}))

    return give


@pytest.fixture
def sit(database: Database) -> Callable[..., None]:
    """Sits exams of four questions."""
    from sqlalchemy import insert

    from bot.state import writing
    from bot.state.lessons.certificate_tables import exams

    def take(person: Person, number: int, right: int, ended: datetime | None) -> None:
        row = {"person": person.id, "level": "white", "number": number, "started": NOW, "items": list("abcd")}
        with writing(database.engine) as connection:
            connection.execute(
                insert(exams).values(row | {"answers": {}, "ended": ended, "right": right, "passed": right > 2})
            )

    return take
