"""The database that holds what cannot be rebuilt: a SQLite file, or PostgreSQL where a company outgrew that."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StateError

_SQLITE: Final = ("sqlite:///", "sqlite+pysqlite:///")
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_READS: Final = "clearpost_reads"  # execution option of a connection that only reads
_TURN: Final = "clearpost_turn"  # execution option of a SQLite engine: the lock whose holder may write

_PATIENCE: Final = 30  # seconds for another writer, a free connection, another process that starts
_CONNECT: Final = 10  # seconds for PostgreSQL to answer
_POOL: Final = 10  # connections that are kept open; as many again where they do not suffice
_SHAPES: Final = "'sqlite:///<file>' or 'postgresql://<user>:<password>@<host>/<name>'"


def open_engine(url: str) -> Engine:
    """The database of a URL: ``sqlite:///<file>``, whose folder is made, or ``postgresql://…``; for all threads.

    Raises:
        StateError: where the URL is of another kind or the database cannot be used; never with the URL's password.
    """
    for prefix in _SQLITE:
        if url.startswith(prefix) and url not in {prefix, f"{prefix}:memory:"}:
            return _open_sqlite(Path(url.removeprefix(prefix)))
    return _open_postgres(_postgres_url(url))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads: it sees one moment and waits for nobody who writes.

    Raises:
        StateError: where the database cannot be read.
    """
    try:
        with engine.connect().execution_options(**{_READS: True}) as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StateError(f"the state cannot be read: {reason(error)}") from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it is kept at the end, or nothing where it is left by an error.

    Raises:
        StateError: where the database cannot be written.
    """
    try:
        with _turn(engine), engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StateError(f"the state cannot be written: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """What the database said, in one line and without the values of the statement: they may be a question's words."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    return lines[0].strip().rstrip(":") if lines else type(cause).__name__


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Threads that write to one SQLite file queue here: SQLite lets them poll, and the unlucky wait for seconds."""
    lock: threading.Lock | None = engine.get_execution_options().get(_TURN)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=_PATIENCE):
        raise StateError(f"the state cannot be written: another thread has been writing for {_PATIENCE} seconds")
    try:
        yield
    finally:
        lock.release()


def _open_sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            FileLock(f"{path}.opening", timeout=_PATIENCE),  # SQLite does not wait while it switches to WAL
            closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA journal_mode = WAL")
    except (OSError, Timeout, sqlite3.Error) as error:
        raise StateError(
            f"'{path}' cannot be used ({reason(error)}); set CLEARPOST_DATA to a folder that can be written"
        ) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # the driver begins no transaction of its own: it would begin one that cannot wait for its turn to write
        connect_args={"isolation_level": None, "timeout": _PATIENCE},
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=_PATIENCE,
        hide_parameters=True,
        execution_options={_TURN: threading.Lock()},
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the event's own type
    for pragma in ("synchronous = FULL", f"busy_timeout = {_PATIENCE * 1000}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Who may write asks for it at once and waits; a reader that turned writer would fail with "locked"."""
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgres_url(url: str) -> URL:
    scheme = url.partition("://")[0]
    if scheme not in _POSTGRES:
        kind = "sqlite" if scheme.startswith("sqlite") else scheme
        named = f"a database of the kind '{kind}'" if "://" in url and kind.isidentifier() else "this database"
        raise StateError(f"{named} cannot be used as it stands; set CLEARPOST_DATABASE to {_SHAPES}")
    try:
        return make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):  # its message may hold a piece of the password
        raise StateError(f"CLEARPOST_DATABASE cannot be read as a URL; set it to {_SHAPES}") from None


def _open_postgres(url: URL) -> Engine:
    where = f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"
    try:
        engine = create_engine(
            url,
            connect_args={"connect_timeout": _CONNECT, "application_name": "clearpost"},
            pool_pre_ping=True,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=_PATIENCE,
            hide_parameters=True,
        )
        with engine.connect():
            pass
    except (SQLAlchemyError, ValueError) as error:
        said = reason(error)
        if url.password:
            said = said.replace(str(url.password), "***")
        raise StateError(f"the database '{where}' cannot be used ({said}); check CLEARPOST_DATABASE") from None
    return engine


__all__ = ["open_engine", "reading", "reason", "writing"]
