"""One workspace can never read another's data, nor change it: every call that takes a workspace is tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Final

import pytest

import bot.ports
from bot import state as repositories
from bot.ports import Kept, Place, Profile, Turn
from tests.contract.stores import DAY, NOW, Repositories

THEIRS, MINE = "slack:T1", "slack:T2"
INES: Final = Profile("Ines Example", "ines@example.com")
CHAT: Final = Place("c1", "personal", {"id": "theirs"}, "U1")

Try = Callable[[Repositories, str], object]
"""Makes one call in a workspace with the very names that ``THEIRS`` uses; what it returns is what can be seen there."""

TRIES: Final[dict[str, Try]] = {
    "Records.add_turn": lambda state, mine: state.records.add_turn(mine, "t1", Turn("mine", NOW)),
    "Records.turns": lambda state, mine: list(state.records.turns(mine, "t1", NOW - DAY)) or None,
    "Records.keep_reply": lambda state, mine: state.records.keep_reply(mine, Kept("r1", "U9", "t9", NOW, "mine")),
    "Records.reply": lambda state, mine: state.records.reply(mine, "r1"),
    "Records.rate": lambda state, mine: state.records.rate(mine, "r1", helped=False, at=NOW + DAY),
    "Records.join_thread": lambda state, mine: state.records.join_thread(mine, "t1", "U2", NOW),
    "Records.in_thread": lambda state, mine: state.records.in_thread(mine, "t1", "U1") or None,
    "People.meet": lambda state, mine: (
        state.people.meet(mine, "U1", Profile("Other", "ines@example.com"), NOW + DAY) == _ines(state) or None
    ),
    "People.find": lambda state, mine: state.people.find(mine, "U1"),
    "People.met_since": lambda state, mine: state.people.met_since(mine, "U1", NOW - DAY) or None,
    "People.set_reachable": lambda state, mine: state.people.set_reachable(mine, "U1", reachable=False),
    "People.is_reachable": lambda state, mine: state.people.is_reachable(mine, "U1") or None,
    "Workspaces.add": lambda state, mine: state.workspaces.add(mine, "teams", "Mine", NOW).name == "Theirs" or None,
    "Workspaces.remove": lambda state, mine: state.workspaces.remove(mine, NOW),
    "Workspaces.find": lambda state, mine: state.workspaces.find(mine),
    "Places.keep": lambda state, mine: state.places.keep(
        mine, Place("c1", "personal", {"id": "mine"}, "U1"), NOW + DAY
    ),
    "Places.personal": lambda state, mine: state.places.personal(mine, "U1"),
    "Places.find": lambda state, mine: state.places.find(mine, "c1"),
    "Places.drop": lambda state, mine: state.places.drop(mine, "c1"),
    "Installations.put": lambda state, mine: state.installations.put("slack", f"bot:{mine}", mine, "mine", NOW),
    "Audit.add": lambda state, mine: state.audit.add(mine, NOW, "U1", "mine", "", {}),
    "Audit.lines": lambda state, mine: list(state.audit.lines(mine)) or None,
}

ELSEWHERE: Final = {"Jobs.cancel"}
"""Tried where the deliveries are: in the contract of ``Jobs``."""


@pytest.mark.parametrize("call", sorted(TRIES))
def test_a_workspace_is_a_border(state: Repositories, call: str) -> None:
    """A call in one workspace, with names that another uses, sees nothing of the other's and changes nothing there."""
    _fill(state)
    before = _all_of_theirs(state)
    assert all(before)
    assert TRIES[call](state, MINE) is None
    assert _all_of_theirs(state) == before


def test_every_call_that_takes_a_workspace_is_tried() -> None:
    """A new call of a port or of a repository that takes a workspace needs a try above."""
    assert set(_calls_with_a_workspace()) == set(TRIES) | ELSEWHERE


def test_every_try_can_fail(state: Repositories) -> None:
    """The same calls in their own workspace do see or change what is there, so that the tries above prove something."""
    for name, attempt in TRIES.items():
        _fill(state)
        before = _all_of_theirs(state)
        seen = attempt(state, THEIRS)
        assert seen is not None or _all_of_theirs(state) != before, name


def _fill(state: Repositories) -> None:
    state.workspaces.add(THEIRS, "slack", "Theirs", NOW)
    state.records.add_turn(THEIRS, "t1", Turn("theirs", NOW))
    state.records.keep_reply(THEIRS, Kept("r1", "U1", "t1", NOW, "theirs"))
    state.records.rate(THEIRS, "r1", helped=True, at=NOW)
    state.records.join_thread(THEIRS, "t1", "U1", NOW)
    state.people.meet(THEIRS, "U1", INES, NOW)
    state.people.set_reachable(THEIRS, "U1", reachable=True)
    state.places.keep(THEIRS, CHAT, NOW)
    state.installations.put("slack", f"bot:{THEIRS}", THEIRS, "theirs", NOW)
    state.audit.add(THEIRS, NOW, "U1", "theirs", "", {})


def _all_of_theirs(state: Repositories) -> list[object]:
    return [
        state.workspaces.find(THEIRS),
        state.records.turns(THEIRS, "t1", NOW - DAY),
        state.records.reply(THEIRS, "r1"),
        state.records.in_thread(THEIRS, "t1", "U1"),
        not state.records.in_thread(THEIRS, "t1", "U2"),
        state.people.find(THEIRS, "U1"),
        state.people.met_since(THEIRS, "U1", NOW),
        not state.people.met_since(THEIRS, "U1", NOW + DAY),
        state.people.is_reachable(THEIRS, "U1"),
        state.places.find(THEIRS, "c1"),
        state.places.personal(THEIRS, "U1"),
        state.installations.get("slack", f"bot:{THEIRS}"),
        state.audit.lines(THEIRS),
    ]


def _ines(state: Repositories) -> object:
    return state.people.find(THEIRS, "U1")


def _calls_with_a_workspace() -> Iterator[str]:
    ports = {name: each for name, each in vars(bot.ports).items() if getattr(each, "_is_protocol", False)}
    made = [each for each in vars(repositories).values() if inspect.isclass(each) and each.__name__.startswith("Sql")]
    for name, owner in [*ports.items(), *((each.__name__.removeprefix("Sql"), each) for each in made)]:
        for call, function in inspect.getmembers(owner, inspect.isfunction):
            if not call.startswith("_") and "workspace" in inspect.signature(function).parameters:
                yield f"{name}.{call}"
