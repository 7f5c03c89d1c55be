"""Deliveries that change the message of another one: when it is their turn, and which of several counts.

The newest counts, and the card must not fall back to an older state whatever fails meanwhile. So one at a time is under
way, and whatever has a newer one beside it, by the number that each got when it was kept, ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    and_,
    exists,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from bot.state.tables import attempts, deliveries

NEWER: Final = "a newer one follows"
"""Why a delivery that changes a message was cancelled."""

_NOT_SENT: Final = "the message to be changed was never sent"
_UNKNOWN: Final = "the message to be changed is not known any more"

# Written into the statement: where they were parameters, SQLite could not tell that the partial indexes apply.
_PLANNED: Final[ColumnClause[str]] = literal_column("'planned'")
_QUEUED: Final[ColumnClause[str]] = literal_column("'queued'")


@dataclass(frozen=True, slots=True)
class Prospect:
    """What may be done: change ``message``, or give up because of ``problem``; neither, where it has to wait."""

    message: str = ""
    problem: str = ""


def is_held() -> ColumnElement[bool]:
    """Whether a delivery has to wait: for the one that it edits to end, or for another that edits the same one."""
    mine, edited, other = deliveries.c, deliveries.alias("edited").c, deliveries.alias("other").c
    not_ended = looked_up(edited.id == mine.edits, edited.ended.is_(None))
    under_way = looked_up(other.edits == mine.edits, other.id != mine.id, other.state == _QUEUED)
    return and_(mine.edits != "", or_(not_ended, under_way))


def looked_up(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a row of another table or alias, looked up for one delivery after another.

    Where it said EXISTS, PostgreSQL might read a whole table for the few deliveries that are due.
    """
    return select(literal(1)).where(*conditions).limit(1).correlate(deliveries).scalar_subquery().is_not(None)


def drop_superseded(connection: Connection, now: datetime) -> None:
    """Cancel what is due and has a newer one behind it, so that it takes nobody's turn."""
    table = deliveries.c
    old = (
        select(table.id)
        .where(table.state == _PLANNED, table.due <= now, table.edits != "", _is_superseded())
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(old).scalars().all()
    if ids:
        _cancel(connection, table.id.in_(ids), now)


def prospect(connection: Connection, edit: Any) -> Prospect:  # noqa: ANN401 - a row
    """What may be done about a delivery that edits another one and is about to be sent.

    Those that are older end when it is their turn: whoever ended them here would wait for their workers, which wait
    for this one.
    """
    table = deliveries.c
    its = select(table.state, table.ended, table.message).where(table.id == edit.edits)
    edited = connection.execute(its).one_or_none()
    if edited is not None and edited.ended is None:
        return Prospect()
    if edited is None or edited.state != "sent":
        return Prospect(problem=_NOT_SENT if edited is not None else _UNKNOWN)
    if not edited.message:
        return Prospect(problem=_UNKNOWN)
    # Those that edit the same one begin one after another, on PostgreSQL, too: each sees what the one before it left.
    connection.execute(its.with_for_update())
    if connection.execute(select(table.id).where(table.id == edit.id, _is_superseded())).first() is not None:
        return Prospect(problem=NEWER)
    begun = exists().where(attempts.c.delivery == table.id, attempts.c.number == table.round)
    others = and_(table.edits == edit.edits, table.id != edit.id)
    if connection.execute(select(table.id).where(others, table.state == _QUEUED, begun)).first() is not None:
        return Prospect()
    return Prospect(message=edited.message)


def _is_superseded() -> ColumnElement[bool]:
    """Whether a newer delivery edits the same one and is owed, or was sent."""
    mine, newer = deliveries.c, deliveries.alias("newer").c
    counts = newer.state.in_(("planned", "queued", "sent"))
    return looked_up(newer.edits == mine.edits, newer.revision > mine.revision, counts)


def _cancel(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    done = {"state": "cancelled", "ended": now, "problem": NEWER}
    connection.execute(update(deliveries).where(which).values(done))


__all__ = ["NEWER", "Prospect", "drop_superseded", "is_held", "looked_up", "prospect"]
