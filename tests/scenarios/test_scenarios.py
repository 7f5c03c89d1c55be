"""Whole conversations on every surface: what is decided is the same, and each shows it in its own manner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.state import State
from knowledge.live import LiveAnswers
from tests.scenarios.conftest import Snapshots
from tests.scenarios.overheard import Overheard
from tests.scenarios.scenario import FOLDER, Expected, read_scenario
from tests.scenarios.surfaces import SURFACES

FILES = sorted(FOLDER.glob("*.yml"))
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path, surface: str, sample_answers: LiveAnswers, state: State, snapshots: Snapshots) -> None:
    """Every step has the reply that the scenario expects, and the surface shows it as its snapshot does."""
    scenario = read_scenario(path)
    overheard = Overheard(Router(sample_answers, state.records, state.people, _identifiers(), timedelta(hours=12)))
    shown = SURFACES[surface](scenario.steps, overheard, _clock())
    assert len(overheard.replies) == len(scenario.steps)
    for number, (step, reply) in enumerate(zip(scenario.steps, overheard.replies, strict=True), 1):
        assert _found(reply, step.expect, step.say) == step.expect, f"step {number} of {path.name}"
    snapshots.check(f"{path.stem}.{surface}.txt", shown)


def test_there_are_scenarios_and_no_snapshot_without_one() -> None:
    """Snapshots of scenarios that were renamed or removed do not stay behind."""
    expected = {f"{path.stem}.{surface}.txt" for path in FILES for surface in SURFACES}
    assert expected
    assert {path.name for path in FOLDER.glob("*.txt")} <= expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nobody_is_left_alone(path: Path) -> None:
    """Scenarios hold every reply that does not settle a question to naming a person."""
    for step in read_scenario(path).steps:
        if step.expect.kind in (ReplyKind.HAND_OVER, ReplyKind.CLARIFY):
            assert step.expect.person not in (None, "none")


def _found(reply: Reply, expected: Expected, said: str | None) -> Expected:
    """What a reply holds of that which is expected."""
    quote = reply.quotes[0] if reply.quotes else None
    understood = reply.question if said is not None and reply.question != said else None
    return Expected(
        kind=reply.kind,
        verdict=reply.verdict,
        section=(f"{quote.policy}#{quote.section}" if quote else "none") if expected.section else None,
        person=(reply.person.name if reply.person else "none") if expected.person else None,
        understood=understood if reply.kind is not ReplyKind.SMALL_TALK else None,
        options=tuple(option.label for option in reply.options) if expected.options else None,
    )


def _identifiers() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"reply-{next(numbers)}"


def _clock() -> Callable[[], datetime]:
    minutes = count()
    return lambda: NOW + timedelta(minutes=next(minutes))
