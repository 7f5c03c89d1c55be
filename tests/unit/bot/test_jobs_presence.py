"""Who may run a worker where, and when another one is dead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, column, func, select, table

from bot.errors import StateError
from bot.jobs.presence import FilePresence, LockPresence, check_sqlite, presence
from bot.state import open_engine

HOLD = """
import sys
from bot.jobs.presence import FilePresence
from bot.state import open_engine
held = FilePresence(open_engine(sys.argv[1]))
held.claim()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(empty_postgres_url: str) -> Iterator[Engine]:
    """A PostgreSQL database."""
    engine = open_engine(empty_postgres_url)
    yield engine
    engine.dispose()


def test_a_second_process_on_a_file_is_refused(tmp_path: Path) -> None:
    """It learns in one line what to do; when the first one dies, however it dies, the file is free."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None and first.stdout.readline() == "held\n"
    engine = open_engine(url)
    second = FilePresence(engine)
    with pytest.raises(StateError) as refused:
        second.claim()
    assert str(refused.value) == (
        f"another clearpost is running on '{tmp_path / 'state.db'}'; stop it, or set CLEARPOST_DATABASE to PostgreSQL"
    )
    first.kill()
    first.communicate()
    second.claim()
    second.give_up()
    engine.dispose()


def test_whoever_has_the_file_takes_over_at_once(tmp_path: Path) -> None:
    """No other process can be alive on it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    here = presence(engine, "x1")
    here.claim()
    here.renew()
    assert here.bury("x0", lambda: 3) == 3
    here.give_up()
    engine.dispose()


@pytest.mark.parametrize(
    ("python", "sqlite", "fits"),
    [((3, 11), (3, 40), True), ((3, 12), (3, 42), True), ((3, 13), (3, 46), True), ((3, 12), (3, 40), False)],
)
def test_a_sqlite_that_is_too_old_is_told(python: tuple[int, int], sqlite: tuple[int, int], fits: bool) -> None:
    """From Python 3.12 on, a worker needs SQLite 3.42; who lacks it learns both ways out."""
    if fits:
        check_sqlite(python, sqlite)
        return
    with pytest.raises(
        StateError, match=r"Python 3\.12 needs SQLite 3\.42 .* use Python 3\.11, or set CLEARPOST_DATABASE"
    ):
        check_sqlite(python, sqlite)


def test_a_living_worker_is_not_buried(server: Engine) -> None:
    """As long as it holds its lock, nobody takes over from it, however often they look."""
    living, other = LockPresence(server, "x1"), LockPresence(server, "x2")
    living.claim()
    other.claim()
    assert [other.bury("x1", lambda: 1) for _ in range(3)] == [0, 0, 0]
    living.give_up()
    other.give_up()


def test_a_dead_worker_is_buried_once_it_was_missed_twice(server: Engine) -> None:
    """One that comes back between two looks, as after a restart of the server, keeps its work."""
    living, other = LockPresence(server, "x1"), LockPresence(server, "x2")
    living.claim()
    other.claim()
    living.give_up()
    assert other.bury("x1", lambda: 7) == 0
    living.claim()
    assert other.bury("x1", lambda: 7) == 0
    living.give_up()
    assert [other.bury("x1", lambda: 7), other.bury("x1", lambda: 7)] == [0, 7]
    other.give_up()


def test_only_one_buries_at_a_time(server: Engine) -> None:
    """While one worker takes over, another that looks finds the dead one's lock held."""
    first, second = LockPresence(server, "x1"), LockPresence(server, "x2")
    first.claim()
    second.claim()
    first.bury("dead", lambda: 0)
    second.bury("dead", lambda: 0)
    assert first.bury("dead", lambda: second.bury("dead", lambda: 100)) == 0
    first.give_up()
    second.give_up()


def test_a_lock_that_was_lost_is_taken_again(server: Engine) -> None:
    """Where the server ended the connection, the worker takes its lock anew and stays alive for the others."""
    here, other = LockPresence(server, "x1"), LockPresence(server, "x2")
    here.claim()
    other.claim()
    with server.connect() as connection:
        held = select(func.pg_terminate_backend(column("pid"), 5000)).select_from(table("pg_locks"))
        connection.execute(held.where(column("locktype") == "advisory", column("pid") != func.pg_backend_pid()))
    here.renew()
    other.renew()
    assert [other.bury("x1", lambda: 1) for _ in range(3)] == [0, 0, 0]
    here.give_up()
    other.give_up()


def test_a_lock_that_another_holds_is_not_claimed(server: Engine) -> None:
    """Two workers of one name are told so."""
    first, second = LockPresence(server, "x1"), LockPresence(server, "x1")
    first.claim()
    with pytest.raises(StateError, match="still held"):
        second.claim()
    first.give_up()
