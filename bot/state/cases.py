"""Escalations and their entries as rows and back, and the lines that they leave in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row

from bot.ports import Clock, Entry, Escalation, Event, Stage
from bot.state.chain import add_line
from bot.state.rows import maybe_party_of, party_columns, party_of
from knowledge.models import Priority

_PLAIN: Final = ("question", "found", "contact", "kind", "region", "unit", "language", "confidential", "reports")
_MOMENTS: Final = ("opened", "ended")
_CLOCK: Final = ("began", "due", "rung", "next")


def case_columns(escalation: Escalation) -> dict[str, Any]:
    """All of an escalation but what names it: its organisation, its id and its number."""
    clock = escalation.clock
    return {
        **{name: getattr(escalation, name) for name in (*_PLAIN, *_MOMENTS)},
        "priority": escalation.priority.value,
        "stage": escalation.stage.value,
        "version": escalation.version,
        **party_columns("asker", escalation.asker),
        **party_columns("owner", escalation.owner),
        **{f"clock_{name}": None if clock is None else getattr(clock, name) for name in _CLOCK},
    }


def case_of(row: Row[Any]) -> Escalation:
    """The escalation of a row."""
    return Escalation(
        id=row.id,
        number=row.number,
        organisation=row.organisation,
        asker=party_of(row, "asker"),
        owner=maybe_party_of(row, "owner"),
        priority=Priority(row.priority),
        stage=Stage(row.stage),
        clock=_clock(row),
        version=row.version,
        **{name: getattr(row, name) for name in (*_PLAIN, *_MOMENTS)},
    )


def entry_columns(entry: Entry) -> dict[str, Any]:
    """An entry as columns, without the escalation that it belongs to."""
    said = {"before": entry.before, "after": entry.after, "words": entry.words}
    return {"event": entry.event.value, "at": entry.at} | said | party_columns("actor", entry.actor)


def entry_of(row: Row[Any]) -> Entry:
    """The entry of a row."""
    return Entry(Event(row.event), row.at, party_of(row, "actor"), row.before, row.after, row.words)


def write_audit(connection: Connection, escalation: Escalation, entries: Sequence[Entry]) -> None:
    """A line for each entry: who, when, from what, to what; never what was said, nor a name.

    ``escalation`` is the state before them.
    """
    home = escalation.asker.workspace
    # by workspace, so that two who write to the same chains wait for each other in one order
    for entry in sorted(entries, key=lambda each: each.actor.workspace or home):
        where = entry.actor.workspace or home
        action = f"escalation_{entry.event.value}"
        detail = {**_from_to(escalation, entry), "number": escalation.number}
        add_line(connection, where, entry.at, entry.actor.account, action, escalation.id, detail)


def _from_to(escalation: Escalation, entry: Entry) -> dict[str, str]:
    if entry.event is not Event.CLAIMED:
        return {"from": entry.before, "to": entry.after}
    owner = escalation.owner  # the entry names people; in the audit, which forgets nobody, they are accounts
    return {"from": owner.account if owner else "", "to": entry.actor.account}


def _clock(row: Row[Any]) -> Clock | None:
    if row.clock_began is None:
        return None
    return Clock(row.clock_began, row.clock_due, row.clock_rung, row.clock_next)


__all__ = ["case_columns", "case_of", "entry_columns", "entry_of", "write_audit"]
