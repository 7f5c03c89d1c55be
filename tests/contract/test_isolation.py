"""One workspace or organisation can never read another's data, nor change it: every call that takes one is tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

import bot.ports
from bot import state as repositories
from bot.ports import (
    STAFF,
    Crisis,
    Desk,
    Entry,
    Escalation,
    Event,
    Kept,
    Party,
    Place,
    Post,
    Precedent,
    PrecedentState,
    Profile,
    Row,
    Turn,
)
from knowledge.models import Verdict
from tests.contract.cases import CASE
from tests.contract.stores import DAY, NOW, Repositories

THEIRS, MINE = "slack:T1", "slack:T2"
INES: Final = Profile("Ines Example", "ines@example.com")
CHAT: Final = Place("c1", "personal", {"id": "theirs"}, "U1")

Try = Callable[[Repositories, str], object]
"""Makes one call in a workspace with the very names that ``THEIRS`` uses; what it returns is what can be seen there."""

CARD: Final = Post("card", "slack:T1", place="C1")


def _asker(workspace: str) -> Party:
    return Party(workspace, "U1", "t1", name="Ines Example")


def _open(state: Repositories, organisation: str, *cases: str) -> None:
    for case in cases:
        opened = replace(CASE, id=case, organisation=organisation, asker=_asker(organisation))
        entry = Entry(Event.OPENED, NOW, _asker(organisation), words=organisation)
        state.escalations.open(opened, entry, [CARD], lambda _: [])


def _their_case(state: Repositories, organisation: str) -> Escalation:
    """Their case, as somebody would name it who knows all of it but is of another organisation."""
    case = state.escalations.find(THEIRS, CASE.id)
    assert case is not None
    return replace(case, organisation=organisation)


def _change(state: Repositories, organisation: str) -> object:
    case = _their_case(state, organisation)
    return state.escalations.change(case, replace(case, question="mine"), []) or None


def _report(state: Repositories, organisation: str) -> object:
    case = _their_case(state, organisation)
    return state.escalations.report(case, case, Entry(Event.JOINED, NOW, Party(organisation, "U2")), []) or None


def _propose(state: Repositories, organisation: str, *precedents: str) -> None:
    for name in precedents:
        by = _asker(organisation)
        proposed = Precedent(name, organisation, name, "q", organisation, Verdict.NO, "legal", by, NOW)
        state.precedents.propose(proposed, [])


def _approve(state: Repositories, organisation: str) -> object:
    before = state.precedents.find(THEIRS, "p1")
    assert before is not None
    before = replace(before, organisation=organisation)
    return (
        state.precedents.change(before, replace(before, state=PrecedentState.APPROVED), _asker(organisation), NOW, [])
        or None
    )


def _declare(state: Repositories, organisation: str) -> None:
    state.crises.declare(Crisis(organisation, organisation, (), "coe_lead", NOW, _asker(organisation)))


TRIES: Final[dict[str, Try]] = {
    "Escalations.latest": lambda state, mine: state.escalations.latest(mine) or None,
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
    "Escalations.organisation": lambda state, mine: state.escalations.organisation(mine) == THEIRS or None,
    "Escalations.open": lambda state, mine: _open(state, mine, CASE.id, "another"),
    "Escalations.change": _change,
    "Escalations.report": _report,
    "Escalations.find": lambda state, mine: state.escalations.find(mine, "r1-case"),
    "Escalations.entries": lambda state, mine: list(state.escalations.entries(mine, "r1-case")) or None,
    "Escalations.posts": lambda state, mine: list(state.escalations.posts(mine, "r1-case")) or None,
    "Escalations.reporters": lambda state, mine: list(state.escalations.reporters(mine, "r1-case")) or None,
    "Escalations.unresolved": lambda state, mine: list(state.escalations.unresolved(mine)) or None,
    "Escalations.since": lambda state, mine: list(state.escalations.since(mine, NOW - DAY)) or None,
    "Escalations.of": lambda state, mine: list(state.escalations.of(mine, mine, "U1")) or None,
    "Escalations.forget_post": lambda state, mine: state.escalations.forget_post(mine, "r1-case", "card"),
    "Staff.synchronise": lambda state, mine: state.staff.synchronise(mine, [], STAFF, "slack:S1") or None,
    "Staff.with_role": lambda state, mine: list(state.staff.with_role(mine, STAFF)) or None,
    "Staff.by_email": lambda state, mine: state.staff.by_email(mine, "ines@example.com"),
    "Roster.upsert": lambda state, mine: (
        state.roster.upsert(mine, [Row("ines@example.com", track="mine")], NOW)[0].what == "changed" or None
    ),
    "Desks.put": lambda state, mine: state.desks.put(mine, Desk("legal", mine, "C9"), NOW),
    "Desks.find": lambda state, mine: state.desks.find(mine, "legal"),
    "Desks.all": lambda state, mine: list(state.desks.all(mine)) or None,
    "Desks.drop": lambda state, mine: state.desks.drop(mine, "C1"),
    "Precedents.propose": lambda state, mine: _propose(state, mine, "p1", "p2"),
    "Precedents.change": _approve,
    "Precedents.find": lambda state, mine: state.precedents.find(mine, "p1"),
    "Precedents.approved": lambda state, mine: list(state.precedents.approved(mine, NOW.date())) or None,
    "Precedents.all": lambda state, mine: list(state.precedents.all(mine)) or None,
    "Crises.declare": _declare,
    "Crises.lift": lambda state, mine: state.crises.lift(mine, _asker(mine), NOW) or None,
    "Crises.current": lambda state, mine: state.crises.current(mine),
}

ELSEWHERE: Final = {"Jobs.cancel", "Subjects.cases", "Subjects.export", "Subjects.forget"}
"""Tried where the deliveries are, in the contract of ``Jobs``, and where subjects are, which have no fake."""

BY_VALUE: Final = {
    "Crises.declare",
    "Escalations.change",
    "Escalations.open",
    "Escalations.report",
    "Precedents.change",
    "Precedents.propose",
}
"""Calls that are told the organisation within what is kept."""


OWN_SUITES: Final = (
    "Certificates.",
    "Directory.",
    "Figures.",
    "Gatherings.",
    "Introductions.",
    "Notes.",
    "ProgrammeSettings.",
)
"""Ports whose own contracts hold an organisation for a border."""


@pytest.mark.parametrize("call", sorted(TRIES))
def test_a_workspace_is_a_border(state: Repositories, call: str) -> None:
    """A call in one workspace, with names that another uses, sees nothing of the other's and changes nothing there."""
    _fill(state)
    before = _all_of_theirs(state)
    assert all(before)
    assert TRIES[call](state, MINE) is None
    assert _all_of_theirs(state) == before


def test_every_call_that_takes_a_workspace_is_tried() -> None:
    """A new call of a port or of a repository that takes a workspace or an organisation needs a try above."""
    calls = {each for each in _calls_with_a_border() if not each.startswith(OWN_SUITES)}
    assert calls | BY_VALUE == set(TRIES) | ELSEWHERE


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
    _open(state, THEIRS, CASE.id)
    ines = state.people.find(THEIRS, "U1")
    assert ines is not None
    state.staff.grant(ines.id, STAFF, "slack:S1")
    state.desks.put(THEIRS, Desk("legal", THEIRS, "C1"), NOW)
    _propose(state, THEIRS, "p1")
    _declare(state, THEIRS)


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
        state.escalations.unresolved(THEIRS),
        state.escalations.entries(THEIRS, CASE.id),
        state.escalations.posts(THEIRS, CASE.id),
        state.escalations.reporters(THEIRS, CASE.id),
        state.staff.with_role(THEIRS, STAFF),
        state.desks.find(THEIRS, "legal"),
        state.precedents.all(THEIRS),
        state.crises.current(THEIRS),
        state.audit.lines(THEIRS),
    ]


def _ines(state: Repositories) -> object:
    return state.people.find(THEIRS, "U1")


def _calls_with_a_border() -> Iterator[str]:
    ports = {name: each for name, each in vars(bot.ports).items() if getattr(each, "_is_protocol", False)}
    made = [each for each in vars(repositories).values() if inspect.isclass(each) and each.__name__.startswith("Sql")]
    for name, owner in [*ports.items(), *((each.__name__.removeprefix("Sql"), each) for each in made)]:
        for call, function in inspect.getmembers(owner, inspect.isfunction):
            named = {"workspace", "organisation"} & set(inspect.signature(function).parameters)
            if not call.startswith("_") and named:
                yield f"{name}.{call}"
