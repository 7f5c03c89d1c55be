"""What is owed to learners: planned within the caller's transaction, and cancelled as long as it was not begun."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    or_,
    select,
)
from sqlalchemy import update as change_rows

from bot.ports import Delivery, Sitting
from bot.state.deliveries import plan_in
from bot.state.lessons.rows import sitting_columns
from bot.state.lessons.tables import sittings
from bot.state.rows import insert_into
from bot.state.tables import accounts, attempts, deliveries

KIND: Final = "lesson"
"""The kind of a delivery that teaches."""

SOME: Final = 500  # people or ids in one statement

Each = TypeVar("Each")

# Written into the statement: where they were parameters, SQLite could not tell that the partial indexes apply.
_PLANNED: Final[ColumnClause[str]] = literal_column("'planned'")
_QUEUED: Final[ColumnClause[str]] = literal_column("'queued'")


def never_came() -> ColumnElement[bool]:
    """Whether a sitting is as if it had never been owed: its delivery was cancelled before anybody saw it."""
    its = (deliveries.c.id == sittings.c.id, deliveries.c.state == "cancelled")
    return and_(sittings.c.opened.is_(None), exists().where(*its))


def owe(connection: Connection, found: Sequence[tuple[Sitting, Delivery | None]]) -> int:
    """Keep sittings with their deliveries; one whose id is known is left as it is. Returns how many are new.

    One that never came is owed again under the same id. The learners are locked by the caller.
    """
    by_id = {sitting.id: (sitting, delivery) for sitting, delivery in found}
    known: set[str] = set()
    for some in chunks(by_id):
        connection.execute(delete(sittings).where(sittings.c.id.in_(some), never_came()))
        known.update(connection.execute(select(sittings.c.id).where(sittings.c.id.in_(some))).scalars())
    new = [by_id[each] for each in sorted(by_id.keys() - known)]
    if not new:
        return 0
    # Not one INSERT that returns what is new: of many rows PostgreSQL's driver takes several times as long for that.
    kept = insert_into(connection, sittings).on_conflict_do_nothing()
    connection.execute(kept, [sitting_columns(sitting) for sitting, _ in new])
    owed = [delivery for _, delivery in new if delivery is not None]
    if plan_in(connection, owed) < len(owed):
        _revive(connection, owed)
    return len(new)


def cancel_lessons(
    connection: Connection, people: Sequence[str], at: datetime, *, since: datetime | None = None
) -> Sequence[str]:
    """No longer owe people the lessons that were not begun, or those that are due ``since`` a moment; their ids."""
    table = deliveries.c
    gone: list[str] = []
    for some in chunks(people):
        ids = _open_ones(connection, some, since)
        if not ids:
            continue
        begun = exists().where(attempts.c.delivery == table.id, attempts.c.number == table.round)
        not_begun = or_(table.state == _PLANNED, and_(table.state == _QUEUED, ~begun))
        for few in chunks(ids):
            done = change_rows(deliveries).where(table.id.in_(few), not_begun).values(state="cancelled", ended=at)
            gone += connection.execute(done.returning(table.id)).scalars()
    return gone


def chunks(each: Iterable[Each]) -> Iterable[Sequence[Each]]:
    """Some at a time: as many as go into one statement."""
    every = list(each)
    return (every[start : start + SOME] for start in range(0, len(every), SOME))


def _open_ones(connection: Connection, people: Sequence[str], since: datetime | None) -> Sequence[str]:
    """The ids of what is planned or queued for people, locked: only a later statement surely sees what was begun."""
    table = deliveries.c
    theirs = select(sittings.c.id).where(sittings.c.person.in_(people))
    sent_to = and_(accounts.c.workspace == table.workspace, accounts.c.account == table.account)
    to_them = select(table.id).join_from(deliveries, accounts, sent_to)
    to_them = to_them.where(accounts.c.person.in_(people), table.kind == KIND)
    query = select(table.id).where(
        or_(table.id.in_(theirs), table.id.in_(to_them)), or_(table.state == _PLANNED, table.state == _QUEUED)
    )
    if since is not None:
        query = query.where(table.due >= since)
    return connection.execute(query.order_by(table.id).with_for_update(of=deliveries)).scalars().all()


def _revive(connection: Connection, owed: Iterable[Delivery]) -> None:
    """Owe again what was cancelled; its rounds go on counting, so that each work has a name of its own."""
    table = deliveries.c
    by_id = {each.id: each for each in owed}
    gone: list[str] = []
    for some in chunks(by_id):
        gone += connection.execute(select(table.id).where(table.id.in_(some), table.state == "cancelled")).scalars()
    if not gone:
        return
    names = ("workspace", "account", "kind", "body", "resend", "due", "place", "thread", "edits", "until")
    again: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names} | {
        "state": "planned",
        "ended": None,
        "problem": None,
    }
    renewed = change_rows(deliveries).where(table.id == bindparam("which")).values(again)
    rows = [{f"new_{name}": getattr(by_id[each], name) for name in names} | {"which": each} for each in sorted(gone)]
    connection.execute(renewed, rows)


__all__ = ["KIND", "SOME", "cancel_lessons", "chunks", "never_came", "owe"]
