"""Copies the whole state from one database into another: how a company that outgrew SQLite moves to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StateError
from bot.state.engine import reading, reason, writing
from bot.state.migrate import pending
from bot.state.tables import metadata

_BATCH: Final = 1000  # rows that are held in memory


def copy_state(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every row of the state into an empty database, all or none; how many rows of each table.

    Both are of this version, and nothing writes to either meanwhile. What DBOS keeps is not copied: the worker finds
    that queued deliveries are carried no longer, and plans them again.

    Raises:
        StateError: where one of them has to be migrated first, a worker runs on the source, the target holds rows
            already, a row cannot be copied, or not all of them arrived; then the target is as it was.
    """
    for name, engine in (("source", source), ("target", target)):
        if pending(engine):
            raise StateError(
                f"the {name} is of an older version; run 'clearpost migrate' with CLEARPOST_DATABASE set to it"
            )
    tables = metadata.sorted_tables
    with _alone(source), reading(source) as origin, writing(target) as goal:
        filled = [table.name for table in tables if _count(goal, table)]
        if filled:
            raise StateError(
                f"the target holds {', '.join(filled)} already; nothing was copied, name an empty database"
            )
        for table in tables:
            _copy(table, origin, goal)
        counts = {table.name: _count(goal, table) for table in tables}
        short = [table.name for table in tables if _count(origin, table) != counts[table.name]]
        if short:
            raise StateError(f"{', '.join(short)} changed while it was copied; stop every clearpost, then copy again")
        _advance(goal)
    return counts


@contextmanager
def _alone(source: Engine) -> Iterator[None]:
    """No worker on a SQLite file meanwhile: its lock is held."""
    if source.dialect.name != "sqlite":
        yield
        return
    file = source.url.database
    lock = FileLock(f"{file}.worker")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StateError(f"a clearpost is running on '{file}'; stop it, then copy again") from None
    except OSError as error:
        raise StateError(f"'{file}' cannot be locked ({error.strerror}); check who may write there") from error
    try:
        yield
    finally:
        lock.release()


def _copy(table: Table, origin: Connection, goal: Connection) -> None:
    for rows in _batches(table, origin):
        goal.execute(insert(table), rows)


def _batches(table: Table, origin: Connection) -> Iterator[Sequence[dict[str, Any]]]:
    """The rows of a table in the order of its key."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    try:
        for rows in origin.execute(query).mappings().partitions():
            yield [dict(row) for row in rows]
    except SQLAlchemyError as error:  # here, or it would be told as an error of the target
        raise StateError(f"the source cannot be read: {reason(error)}") from error


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _advance(goal: Connection) -> None:
    """PostgreSQL counts rows by sequences of its own, which a copied row leaves where they were."""
    if goal.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            last = func.max(column)
            goal.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


__all__ = ["copy_state"]
