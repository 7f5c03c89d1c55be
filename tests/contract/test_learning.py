"""What every ``Precedents`` and every ``Crises`` must do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from sqlalchemy import select

from bot.ports import Crisis, Party, Precedent, PrecedentState
from bot.state import reading
from bot.state.tables import deliveries
from knowledge.models import Verdict
from tests.contract.cases import EXPERT, INES, ORG, owed
from tests.contract.stores import DAY, MINUTE, NOW, Database, Repositories, Store

OWNER: Final = Party(ORG, "U7", "D7", "p-olu", "Olu Example")
ONE: Final = Precedent(
    id="p1",
    organisation=ORG,
    escalation="r1-case",
    question="May I post this? 日本",
    answer="Yes, where the label is shown.",
    verdict=Verdict.YES_IF,
    owner="legal",
    author=EXPERT,
    proposed=NOW,
    policy="disclosure",
    section="say-who-you-work-for",
    basis="abc",
)
APPROVED: Final = replace(
    ONE, state=PrecedentState.APPROVED, approver=OWNER, decided=NOW + DAY, expires=date(2027, 5, 2)
)
CRISIS: Final = Crisis(ORG, "We are looking into it.", ("disclosure", "security"), "coe_lead", NOW, OWNER, "r1-case")


def test_a_precedent_is_kept_whole(state: Repositories) -> None:
    """A precedent comes back as it was proposed, and as it was changed, with the next version."""
    assert state.precedents.propose(ONE, [])
    assert state.precedents.find(ORG, "p1") == ONE
    assert state.precedents.change(ONE, APPROVED, OWNER, NOW + DAY, [])
    assert state.precedents.find(ORG, "p1") == replace(APPROVED, version=2)
    assert state.precedents.find(ORG, "p2") is None


def test_a_case_has_one_precedent(state: Repositories) -> None:
    """A second precedent of a case is refused until the first one was."""
    assert state.precedents.propose(ONE, [])
    assert not state.precedents.propose(replace(ONE, id="p2"), [])
    assert not state.precedents.propose(ONE, [])
    assert state.precedents.propose(replace(ONE, id="p3", escalation="other"), [])
    assert state.precedents.propose(replace(ONE, organisation="slack:T9"), [])
    refused = replace(ONE, state=PrecedentState.REFUSED, approver=OWNER, decided=NOW)
    assert state.precedents.change(ONE, refused, OWNER, NOW, [])
    assert state.precedents.propose(replace(ONE, id="p2"), [])
    assert {each.id for each in state.precedents.all(ORG)} == {"p1", "p2", "p3"}


def test_of_twenty_proposals_one_is_kept(store: Store) -> None:
    """However many offer the same answer at once, in two processes, one precedent is kept."""
    both = (store.open(), store.open())
    together = threading.Barrier(20, timeout=30)

    def propose(number: int) -> bool:
        together.wait()
        return both[number % 2].precedents.propose(replace(ONE, id=f"p{number}"), [])

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(propose, range(20), timeout=60)) == 1
    assert len(both[0].precedents.all(ORG)) == 1


def test_who_decides_later_decides_nothing(state: Repositories) -> None:
    """A decision about a state that is past is refused, and leaves no line in the audit."""
    state.precedents.propose(ONE, [])
    assert state.precedents.change(ONE, APPROVED, OWNER, NOW, [])
    lines = len(state.audit.lines(ORG))
    assert not state.precedents.change(ONE, replace(ONE, state=PrecedentState.REFUSED), INES, NOW, [owed()])
    kept = state.precedents.find(ORG, "p1")
    assert kept is not None and kept.state is PrecedentState.APPROVED
    assert len(state.audit.lines(ORG)) == lines


def test_what_names_a_precedent_stays(state: Repositories) -> None:
    """A change gives a precedent neither another id nor another organisation."""
    state.precedents.propose(ONE, [])
    assert state.precedents.change(ONE, replace(ONE, id="x", organisation="y", answer="No."), OWNER, NOW, [])
    assert state.precedents.find(ORG, "p1") == replace(ONE, answer="No.", version=2)


def test_only_what_counts_on_a_day_is_approved(state: Repositories) -> None:
    """Approved precedents count up to and on their last day, those without one always; others never."""
    for name, precedent in {
        "in time": APPROVED,
        "for ever": replace(APPROVED, expires=None),
        "over": replace(APPROVED, expires=date(2027, 5, 1)),
        "proposed": ONE,
        "refused": replace(APPROVED, state=PrecedentState.REFUSED),
        "questioned": replace(APPROVED, state=PrecedentState.QUESTIONED),
    }.items():
        assert state.precedents.propose(replace(precedent, id=name, escalation=name), [])
    assert {each.id for each in state.precedents.approved(ORG, date(2027, 5, 2))} == {"in time", "for ever"}
    assert {each.id for each in state.precedents.approved(ORG, date(2027, 5, 3))} == {"for ever"}
    assert list(state.precedents.approved("slack:T9", date(2027, 5, 2))) == []


def test_every_precedent_is_listed(state: Repositories) -> None:
    """All precedents of an organisation come newest first, and their organisations are known."""
    for number in range(3):
        one = replace(ONE, id=f"p{number}", escalation=f"c{number}", proposed=NOW + number * MINUTE)
        state.precedents.propose(one, [])
    state.precedents.propose(replace(ONE, organisation="slack:T9"), [])
    assert [each.id for each in state.precedents.all(ORG)] == ["p2", "p1", "p0"]
    assert list(state.precedents.organisations()) == [ORG, "slack:T9"]


def test_what_becomes_of_a_precedent_is_in_the_audit(state: Repositories) -> None:
    """Each change leaves a line, in the workspace of who made it, the clock's in the author's; never a word of it."""
    state.precedents.propose(ONE, [])
    steps = (
        (replace(ONE, answer="Yes, secret."), OWNER),
        (APPROVED, OWNER),
        (replace(APPROVED, state=PrecedentState.QUESTIONED), Party("", "clock")),
        (replace(APPROVED, state=PrecedentState.REFUSED), OWNER),
    )
    for number, (after, actor) in enumerate(steps, 1):
        before = state.precedents.find(ORG, "p1")
        assert before is not None and before.version == number
        assert state.precedents.change(before, after, actor, NOW, [])
    ours, theirs = state.audit.lines(ORG), state.audit.lines(EXPERT.workspace)
    assert [(each.actor, each.action) for each in ours] == [
        ("U7", "precedent_edited"),
        ("U7", "precedent_approved"),
        ("U7", "precedent_refused"),
    ]
    assert [(each.actor, each.action) for each in theirs] == [
        ("A1", "precedent_proposed"),
        ("clock", "precedent_questioned"),
    ]
    assert not [word for word in ("secret", "label", "May I") if word in repr((*ours, *theirs))]


def test_what_a_precedent_owes_is_kept_with_it(database: Database) -> None:
    """What is owed with a precedent is planned with it, and nothing where it is not kept."""
    state = database.open()
    assert state.precedents.propose(ONE, [owed("a")])
    assert not state.precedents.propose(replace(ONE, id="p2"), [owed("b")])
    assert state.precedents.change(ONE, APPROVED, OWNER, NOW, [owed("c")])
    assert not state.precedents.change(ONE, APPROVED, OWNER, NOW, [owed("d")])
    with reading(database.engine) as connection:
        assert connection.execute(select(deliveries.c.id).order_by(deliveries.c.id)).scalars().all() == ["a", "c"]


def test_a_crisis_is_declared_changed_and_lifted(state: Repositories) -> None:
    """There is one crisis at a time in an organisation; lifted it is gone, once."""
    assert state.crises.current(ORG) is None
    state.crises.declare(CRISIS)
    assert state.crises.current(ORG) == CRISIS
    changed = replace(CRISIS, notice="It is worse.", policies=(), since=NOW + MINUTE, by=INES)
    state.crises.declare(changed)
    assert state.crises.current(ORG) == changed
    assert state.crises.current("slack:T9") is None and not state.crises.lift("slack:T9", OWNER, NOW)
    assert state.crises.lift(ORG, OWNER, NOW + DAY)
    assert not state.crises.lift(ORG, OWNER, NOW + DAY)
    assert state.crises.current(ORG) is None


def test_a_crisis_is_in_the_audit(state: Repositories) -> None:
    """Who declared, changed and lifted a crisis is written down, without the words of the notice."""
    state.crises.declare(CRISIS)
    state.crises.declare(replace(CRISIS, by=INES, policies=()))
    state.crises.lift(ORG, OWNER, NOW)
    lines = state.audit.lines(ORG)
    assert [(each.actor, each.action, each.subject) for each in lines] == [
        ("U7", "crisis_declared", ORG),
        ("U1", "crisis_changed", ORG),
        ("U7", "crisis_lifted", ORG),
    ]
    assert "looking" not in repr(lines)


@pytest.mark.parametrize("notice", ["", "x" * 5_000, "“日本” 🙂\n<b>"])
def test_any_notice_is_kept_as_it_is(state: Repositories, notice: str) -> None:
    """A notice is data, whatever is in it."""
    state.crises.declare(replace(CRISIS, notice=notice))
    current = state.crises.current(ORG)
    assert current is not None and current.notice == notice
