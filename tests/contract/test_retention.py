"""What is forgotten when its time is over, and what stays to be measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.ports import Entry, Event, PrecedentState, Stage
from bot.state import Keep, State
from tests.contract.cases import CASE, EXPERT, NOOR, ORG, answered, claimed, now_of, opened
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.contract.test_learning import APPROVED, ONE, OWNER

LATER = NOW + 366 * DAY


def test_the_words_of_an_old_case_are_forgotten(database: Database) -> None:
    """A year after its end a case holds neither words nor names; its number, kind and times stay."""
    state = database.open()
    _answered_case(state)
    before = now_of(state, CASE)
    assert state.forget_old(LATER)["escalations"] == 1
    after = now_of(state, CASE)
    assert before.owner is not None
    expected = replace(
        before,
        question="",
        found="",
        asker=replace(before.asker, name=""),
        owner=replace(before.owner, name=""),
        version=before.version + 1,
    )
    assert after == expected
    said = state.escalations.entries(ORG, CASE.id)
    assert [each.event for each in said] == [Event.OPENED, Event.CLAIMED, Event.JOINED, Event.ANSWERED]
    assert not any(each.words or each.actor.name for each in said)
    assert not any(each.name for each in state.escalations.reporters(ORG, CASE.id))
    assert "Example" not in repr((after, said))


def test_what_was_forgotten_is_not_forgotten_again(database: Database) -> None:
    """A case without words is left as it is; one that was changed meanwhile is not written back by an older state."""
    state = database.open()
    _answered_case(state)
    old = now_of(state, CASE)
    assert state.forget_old(LATER)["escalations"] == 1
    assert state.forget_old(LATER)["escalations"] == 0
    assert not state.escalations.change(old, replace(old, stage=Stage.OPEN), [])


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.CLAIMED])
def test_what_is_not_over_is_not_forgotten(database: Database, stage: Stage) -> None:
    """A case that still waits keeps its words however old it is, and one that ended lately keeps them, too."""
    state = database.open()
    waiting = opened(state, replace(CASE, stage=stage))
    recent = opened(state, replace(CASE, id="recent", stage=Stage.CLOSED, ended=LATER - 365 * DAY))
    assert state.forget_old(LATER)["escalations"] == 0
    assert now_of(state, waiting) == waiting and now_of(state, recent) == recent


def test_more_cases_than_a_batch_are_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cases are due, all of them are forgotten."""
    monkeypatch.setattr("bot.state.retention._BATCH", 3)
    state = database.open()
    for number in range(7):
        opened(state, replace(CASE, id=f"c{number}", stage=Stage.CLOSED, ended=NOW))
    assert state.forget_old(LATER)["escalations"] == 7


def test_precedents_that_are_over_are_deleted(database: Database) -> None:
    """A year after its last day, its refusal, or an offer in vain, a precedent is deleted; one that counts is kept."""
    state = database.open()
    refused = replace(ONE, state=PrecedentState.REFUSED, approver=OWNER, decided=NOW)
    for name, precedent in {
        "expired": replace(APPROVED, expires=NOW.date()),
        "refused": refused,
        "counts": APPROVED,
        "for ever": replace(APPROVED, expires=None),
        "refused lately": replace(refused, decided=LATER - DAY),
        "offered in vain": ONE,
        "offered lately": replace(ONE, proposed=LATER - DAY),
        "expired lately": replace(APPROVED, expires=date(2026, 11, 4)),
    }.items():
        assert state.precedents.propose(replace(precedent, id=name, escalation=name), [])
    assert state.forget_old(LATER)["precedents"] == 3
    left = {each.id for each in state.precedents.all(ORG)}
    assert left == {"counts", "for ever", "refused lately", "offered lately", "expired lately"}


def test_how_long_is_a_setting(database: Database) -> None:
    """Each kind of record is kept as long as whoever opens the state says."""
    opened(database.open(), replace(CASE, stage=Stage.CLOSED, ended=NOW))
    short = State(database.engine, keep=Keep(escalations=timedelta(days=1)))
    assert short.forget_old(NOW + DAY)["escalations"] == 0
    assert short.forget_old(NOW + DAY + MINUTE)["escalations"] == 1


def test_the_audit_stays_whole(database: Database) -> None:
    """What is forgotten by its age leaves the audit as it was."""
    state = database.open()
    _answered_case(state)
    before = [state.audit.lines(workspace) for workspace in (ORG, EXPERT.workspace)]
    state.forget_old(LATER)
    assert [state.audit.lines(workspace) for workspace in (ORG, EXPERT.workspace)] == before
    assert list(state.audit.verify()) == []


def _answered_case(state: State) -> None:
    case = opened(state)
    after, entry = claimed(case)
    assert state.escalations.change(case, after, [entry])
    case = now_of(state, case)
    joined = Entry(Event.JOINED, NOW + MINUTE, NOOR, "1", "2", "me too")
    assert state.escalations.report(case, replace(case, reports=2), joined, [])
    case = now_of(state, case)
    after, entry = answered(case)
    assert state.escalations.change(case, after, [entry])
