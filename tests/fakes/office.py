"""The Center of Excellence over some state, with knowledge that needs no model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from bot.conversation.escalate.clocks import DEFAULT_TIMES
from bot.conversation.escalate.office import Office
from bot.ports import Answers, Jobs
from tests.fakes.answers import FakeAnswers
from tests.fakes.jobs import MemoryJobs
from tests.fakes.triage import FakeDirectory, FakeLikeness


def office(
    state: Any,
    answers: Answers | None = None,
    jobs: Jobs | None = None,
    new_id: Callable[[], str] | None = None,
    surge: int = 3,
) -> Office:
    """An office whose identifiers are ``reply-1``, ``reply-2``, … unless others are given."""
    numbers = count(1)
    return Office(
        answers=answers or FakeAnswers(),
        directory=FakeDirectory(),
        likeness=FakeLikeness(),
        records=state.records,
        people=state.people,
        workspaces=state.workspaces,
        escalations=state.escalations,
        staff=state.staff,
        desks=state.desks,
        precedents=state.precedents,
        crises=state.crises,
        jobs=jobs or MemoryJobs(),
        audit=state.audit,
        times=DEFAULT_TIMES,
        new_id=new_id or (lambda: f"reply-{next(numbers)}"),
        surge=surge,
    )


__all__ = ["office"]
