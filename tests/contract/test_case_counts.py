"""How many cases wait, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ports import Clock, Entry, Event, Party, Stage
from bot.state import State
from tests.contract.cases import CASE
from tests.contract.stores import NOW, Database


def test_what_waits_is_counted(database: Database) -> None:
    """Open, claimed, and overdue where the clock runs; what is over, or waits for its asker, is not overdue."""
    escalations = State(database.engine).escalations
    late = Clock(NOW - timedelta(hours=2), NOW - timedelta(hours=1), 2, NOW)
    opened = Entry(Event.OPENED, NOW, Party("slack:T1", "U1"))
    cases = [
        replace(CASE, id="a", clock=late),
        replace(CASE, id="b", clock=replace(late, due=NOW + timedelta(hours=1))),
        replace(CASE, id="c", stage=Stage.CLAIMED, clock=late),
        replace(CASE, id="d", stage=Stage.CLAIMED, clock=replace(late, next=None)),
        replace(CASE, id="e", stage=Stage.ANSWERED, clock=None),
    ]
    for case in cases:
        escalations.open(case, opened, (), lambda _case: ())
    found = escalations.count(NOW)
    assert (found.open, found.claimed, found.overdue) == (2, 2, 2)
