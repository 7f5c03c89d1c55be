"""What keeps the ledger small and true: cancel what can no longer be sent, forget the words of what is over, count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnClause, Engine, delete, exists, func, literal_column, select, update

from bot.state.engine import reading, writing
from bot.state.tables import accounts, attempts, deliveries, workspaces

KEPT: Final = timedelta(days=90)
"""How long the words of an ended delivery are kept. Its id and how it ended are kept for good: a programme may plan the
same step again, and only the id tells that it was sent."""

WAITED: Final = timedelta(days=30)
"""How long a delivery that is due waits for an account that may be written to."""

_RECENT: Final = timedelta(days=1)
_BATCH: Final = 1000
_PLANNED: Final[ColumnClause[str]] = literal_column("'planned'")
_QUEUED: Final[ColumnClause[str]] = literal_column("'queued'")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries are in which state, of all workspaces; those that ended, within the last day.

    ``oldest_due`` is when the most overdue of the planned ones was due; ``None`` where nothing is overdue.
    """

    planned: int
    queued: int
    sent: int
    undeliverable: int
    ambiguous: int
    cancelled: int
    oldest_due: datetime | None


def count(engine: Engine, now: datetime) -> Counts:
    """Count the deliveries, for metrics. For upkeep: reads across workspaces."""
    table = deliveries.c
    ended = select(table.state, func.count()).where(table.ended >= now - _RECENT).group_by(table.state)
    with reading(engine) as connection:
        of: dict[str, int] = dict(connection.execute(ended).all())
        oldest = connection.execute(
            select(table.due).where(table.state == _PLANNED, table.due <= now).order_by(table.due).limit(1)
        ).scalar_one_or_none()
        planned, queued = (
            connection.execute(select(func.count()).where(table.state == state)).scalar_one()
            for state in (_PLANNED, _QUEUED)
        )
    return Counts(
        planned=planned,
        queued=queued,
        sent=of.get("sent", 0),
        undeliverable=of.get("undeliverable", 0),
        ambiguous=of.get("ambiguous", 0),
        cancelled=of.get("cancelled", 0),
        oldest_due=oldest,
    )


def cancel_hopeless(engine: Engine, now: datetime) -> int:
    """Cancel what is owed in workspaces that were removed, or to accounts that could not be written to for long."""
    table = deliveries.c
    removed = exists().where(workspaces.c.id == table.workspace, workspaces.c.removed.is_not(None))
    reachable = exists().where(
        accounts.c.workspace == table.workspace, accounts.c.account == table.account, accounts.c.reachable
    )
    causes = (
        ("the app was removed from this workspace", [removed]),
        (
            f"the account could not be written to for {WAITED.days} days",
            [table.due < now - WAITED, table.place == "", ~reachable],
        ),
    )
    cancelled = 0
    for problem, conditions in causes:
        with writing(engine) as connection:
            cancelled += connection.execute(
                update(deliveries)
                .where(table.state == _PLANNED, *conditions)
                .values(state="cancelled", ended=now, problem=problem)
            ).rowcount
    return cancelled


def forget_words(engine: Engine, now: datetime) -> int:
    """Drop the body and the attempts of what ended long ago; its id and how it ended stay. Returns how many."""
    table = deliveries.c
    old = select(table.id).where(table.ended < now - KEPT, table.body != "").limit(_BATCH)
    forgotten = 0
    while True:  # in batches, so that sending never waits long for its turn to write
        with writing(engine) as connection:
            ids = connection.execute(old).scalars().all()
            connection.execute(delete(attempts).where(attempts.c.delivery.in_(ids)))
            emptied = update(deliveries).where(table.id.in_(ids)).values(body="", message=None, problem=None)
            connection.execute(emptied)
        forgotten += len(ids)
        if len(ids) < _BATCH:
            return forgotten


__all__ = ["KEPT", "WAITED", "Counts", "cancel_hopeless", "count", "forget_words"]
