"""Which workers live: so that one SQLite file has one, and on PostgreSQL the work of a dead one is taken over."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StateError
from bot.state.engine import reason

_LOCK: Final = text("SELECT pg_try_advisory_lock(hashtextextended('clearpost:' || :executor, 0))")
_UNLOCK: Final = text("SELECT pg_advisory_unlock(hashtextextended('clearpost:' || :executor, 0))")
_ASKS_SUBSECONDS: Final = (3, 12)  # from this Python on, DBOS asks SQLite for fractions of a second
_HAS_SUBSECONDS: Final = (3, 42)  # from this SQLite on, it can tell


class Presence(Protocol):
    """A worker's sign of life."""

    def claim(self) -> None:
        """Show that this worker lives.

        Raises:
            StateError: where it may not run here.
        """
        ...

    def renew(self) -> None:
        """Make sure that the sign is still there.

        Raises:
            StateError: where it was lost and cannot be given again yet.
        """
        ...

    def bury(self, executor: str, take_over: Callable[[], int]) -> int:
        """Take over from another worker if it is dead. Returns how much was taken over."""
        ...

    def give_up(self) -> None:
        """This worker ends."""
        ...


class FilePresence:
    """A lock beside a SQLite file, which one process can have."""

    def __init__(self, engine: Engine) -> None:
        self._file = str(engine.url.database)
        self._lock = FileLock(f"{self._file}.worker", thread_local=False)

    def claim(self) -> None:
        """Take the lock.

        Raises:
            StateError: where another process has it, or this Python cannot run a worker on this SQLite.
        """
        check_sqlite(sys.version_info[:2], sqlite3.sqlite_version_info[:2])
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StateError(
                f"another clearpost is running on '{self._file}'; stop it, or set CLEARPOST_DATABASE to PostgreSQL"
            ) from None
        except OSError as error:
            raise StateError(
                f"'{self._lock.lock_file}' cannot be written ({error.strerror}); check its folder"
            ) from error

    def renew(self) -> None:
        """A process keeps the lock as long as it lives."""

    def bury(self, executor: str, take_over: Callable[[], int]) -> int:  # noqa: ARG002 - the port's arguments
        """Take over: whoever else had work in hand is dead, for this process has the lock."""
        return take_over()

    def give_up(self) -> None:
        """Release the lock."""
        self._lock.release()


class LockPresence:
    """An advisory lock of PostgreSQL, which the server releases when the connection of a dead worker ends."""

    def __init__(self, engine: Engine, executor: str) -> None:
        self._engine = engine
        self._executor = executor
        self._connection: Connection | None = None
        self._suspects: set[str] = set()

    def claim(self) -> None:
        """Take the lock of this executor, on a connection of its own.

        Raises:
            StateError: where the server cannot be reached or still holds it for a connection that broke.
        """
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # from the pool: there the lock would outlive this worker
            taken = connection.execute(_LOCK, {"executor": self._executor}).scalar_one()
        except SQLAlchemyError as error:
            raise StateError(f"the worker's lock cannot be taken: {reason(error)}") from error
        if not taken:
            connection.close()
            raise StateError("the worker's lock is still held by a connection that broke; it is tried again")
        self._connection = connection

    def renew(self) -> None:
        """Ask over the connection that holds the lock; take it anew where that broke.

        Raises:
            StateError: where it cannot be taken yet.
        """
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self.give_up()
        if self._connection is None:
            self.claim()

    def bury(self, executor: str, take_over: Callable[[], int]) -> int:
        """Take over where the lock of another executor is free for the second time in succession.

        Not the first time: where the server was restarted, every worker needs a moment to take its lock again.
        """
        if self._connection is None or not self._connection.execute(_LOCK, {"executor": executor}).scalar_one():
            self._suspects.discard(executor)
            return 0
        try:
            if executor not in self._suspects:
                self._suspects.add(executor)
                return 0
            self._suspects.discard(executor)
            return take_over()
        finally:
            self._connection.execute(_UNLOCK, {"executor": executor})

    def give_up(self) -> None:
        """Release the lock and close its connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):  # where the connection broke, the server releases the lock by itself
                connection.execute(_UNLOCK, {"executor": self._executor})
            connection.close()


def presence(engine: Engine, executor: str) -> Presence:
    """The sign of life that fits a database."""
    return FilePresence(engine) if engine.dialect.name == "sqlite" else LockPresence(engine, executor)


def check_sqlite(python: tuple[int, ...], sqlite: tuple[int, ...]) -> None:
    """Refuse a pair of versions, each as (major, minor), on which no worker starts.

    Raises:
        StateError: where this Python needs a newer SQLite.
    """
    if python >= _ASKS_SUBSECONDS and sqlite < _HAS_SUBSECONDS:
        raise StateError(
            f"Python {_dotted(python)} needs SQLite {_dotted(_HAS_SUBSECONDS)} or newer to run a worker, and this is "
            f"{_dotted(sqlite)}; use Python 3.11, or set CLEARPOST_DATABASE to PostgreSQL"
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


__all__ = ["FilePresence", "LockPresence", "Presence", "check_sqlite", "presence"]
