"""What nobody could answer, read from both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.ask import to_reply
from bot.conversation.kept import to_json
from bot.ports import Entry, Escalation, Event, Kept, Party
from bot.ports.gaps import Asked
from bot.state.gaps import SqlGaps
from knowledge.models import Answer, Priority
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.fakes.answers import ANSWER, CLARIFY, HAND_OVER, FakeAnswers

SLACK, TEAMS, OTHER = "slack:T1", "teams:A1", "slack:T2"


def body(answer: Answer, question: str = "May I?") -> str:
    """A reply as it is kept."""
    return to_json(to_reply(replace(answer, question=question), "r", FakeAnswers().contacts))


@pytest.fixture
def gaps(database: Database) -> SqlGaps:
    """The gaps of a database in which Slack and Teams are joined."""
    return SqlGaps(database.engine, (SLACK, TEAMS))


def keep(database: Database, workspace: str, reply: str, answer: Answer, days: int = 0) -> None:
    """Keep a reply of some days ago."""
    at = NOW - days * DAY
    database.state.records.keep_reply(workspace, Kept(reply, "U1", "t1", at, body(answer)))


def open_case(database: Database, reply: str, answer: Answer, *, confidential: bool = False) -> None:
    """Open the escalation of a reply."""
    asker = Party(TEAMS, "U1")
    case = Escalation(
        id=f"{reply}-case",
        number=0,
        organisation="company",
        asker=asker,
        question="May I?",
        found=body(answer),
        contact="legal",
        priority=Priority.NORMAL,
        opened=NOW + MINUTE,
        confidential=confidential,
    )
    database.state.escalations.open(case, Entry(Event.OPENED, case.opened, asker), (), lambda _: ())


def test_hand_overs_of_an_organisation(database: Database, gaps: SqlGaps) -> None:
    """Kept hand-overs of its workspaces, newest first; other kinds and other organisations are not among them."""
    keep(database, SLACK, "r1", HAND_OVER, days=2)
    keep(database, TEAMS, "r2", HAND_OVER, days=1)
    for number, answer in enumerate((ANSWER, CLARIFY)):
        keep(database, SLACK, f"x{number}", answer)
    keep(database, OTHER, "r3", HAND_OVER)
    found = gaps.handed_over("company", NOW - 9 * DAY)
    assert list(found) == [
        Asked(TEAMS, "r2", NOW - DAY, body(HAND_OVER)),
        Asked(SLACK, "r1", NOW - 2 * DAY, body(HAND_OVER)),
    ]
    assert [each.reply for each in gaps.handed_over(OTHER, NOW - 9 * DAY)] == ["r3"]
    assert list(gaps.handed_over(SLACK, NOW - 9 * DAY)) == []  # it is no organisation by itself
    assert list(gaps.handed_over("slack:T9", NOW - 9 * DAY)) == []


def test_only_since_a_moment(database: Database, gaps: SqlGaps) -> None:
    """What is older is left out."""
    keep(database, SLACK, "r1", HAND_OVER, days=3)
    assert len(gaps.handed_over("company", NOW - 3 * DAY)) == 1
    assert len(gaps.handed_over("company", NOW - 2 * DAY)) == 0


def test_cases_are_named_after_their_reply(database: Database, gaps: SqlGaps) -> None:
    """An escalation of a hand-over is found under the name of the reply that it came from, with its confidence kept."""
    open_case(database, "r1", HAND_OVER)
    open_case(database, "r2", HAND_OVER, confidential=True)
    open_case(database, "r3", ANSWER)
    found = {each.reply: each.confidential for each in gaps.handed_over("company", NOW)}
    assert found == {"r1": False, "r2": True}


def test_forgotten_words_are_gone(database: Database, gaps: SqlGaps) -> None:
    """What the retention forgot is not found."""
    keep(database, SLACK, "r1", HAND_OVER, days=40)
    database.state.forget_old(NOW)
    assert list(gaps.handed_over("company", NOW - 90 * DAY)) == []


def test_ratings(database: Database, gaps: SqlGaps) -> None:
    """Ratings come with the reply that they are about, newest first, and only while that is kept."""
    for number, helped in enumerate((True, False)):
        keep(database, SLACK, f"r{number}", ANSWER)
        database.state.records.rate(SLACK, f"r{number}", helped=helped, at=NOW + number * MINUTE)
    keep(database, OTHER, "r9", ANSWER)
    database.state.records.rate(OTHER, "r9", helped=False, at=NOW)
    database.state.records.rate(SLACK, "gone", helped=False, at=NOW)
    found = gaps.rated("company", NOW)
    assert [each.helped for each in found] == [False, True]
    assert {each.body for each in found} == {body(ANSWER)}
    assert [each.helped for each in gaps.rated("company", NOW + MINUTE)] == [False]
