"""How a database is opened, read and written."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from bot.errors import StateError
from bot.state.engine import open_engine, reading, writing

Opener = Callable[[str], Engine]


@pytest.fixture
def opener() -> Iterator[Opener]:
    """Opens databases and closes them after the test."""
    opened: list[Engine] = []

    def open_one(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database without tables, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    given: str = request.getfixturevalue("empty_postgres_url")
    return given


def test_every_connection_is_set_up_to_lose_nothing(tmp_path: Path, opener: Opener) -> None:
    """Each connection to a SQLite file writes ahead, waits for the disk and for others, and holds foreign keys."""
    engine = opener(f"sqlite:///{tmp_path / 'state.db'}")
    with reading(engine) as one, reading(engine) as two:
        for connection in (one, two):
            values = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            ]
            assert values == ["wal", 2, 30_000, 1]


@pytest.mark.parametrize("name", ["state.db", "a b.db", "100%.db", "what?.db", "päivä.db", "a#b&c=d.db"])
def test_the_file_is_where_it_was_told(tmp_path: Path, opener: Opener, name: str) -> None:
    """The folder is made, and the name of the file is taken as it is."""
    path = tmp_path / "new folder" / name
    opener(f"sqlite:///{path}")
    assert path.is_file()


@pytest.mark.parametrize("kind", ["file in the way", "no database", "folder"])
def test_an_unusable_file_is_one_line(tmp_path: Path, kind: str) -> None:
    """Where the file cannot be opened, the error says so in one line and names the setting."""
    path = tmp_path / "data" / "state.db"
    if kind == "file in the way":
        path.parent.write_text("a file", "utf-8")
    elif kind == "no database":
        path.parent.mkdir()
        path.write_bytes(b"no database" * 1000)
    else:
        path.mkdir(parents=True)
    with pytest.raises(StateError, match="set CLEARPOST_DATA to a folder that can be written") as caught:
        open_engine(f"sqlite:///{path}")
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@db.example.com/x",
        "postgresql+asyncpg://u:hunter2@db.example.com/x",
        "postgresql://u:hunter2@db.example.com:port/x",
        "postgresql://u:hun:ter2@db.example.com:hunter2/x",
        "postgres://u:hunter2@127.0.0.1:1/x",
        "postgresql://u:hunter2@127.0.0.1:1/x?bogus=hunter2",
        "postgresql://u:hunter2@127.0.0.1:1/x?connect_timeout=hunter2",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///hunter2",
        "hunter2",
        "",
    ],
)
def test_a_url_that_cannot_be_used_keeps_its_password(url: str) -> None:
    """What is no usable database is refused in one line that names the setting and never shows the password."""
    with pytest.raises(StateError, match="CLEARPOST_DATABASE") as caught:
        open_engine(url)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_by_three_names(empty_postgres_url: str, opener: Opener, scheme: str) -> None:
    """The URL that a provider of PostgreSQL hands out works as it is."""
    engine = opener(empty_postgres_url.replace("postgresql", scheme, 1))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT current_setting('application_name')")).scalar_one() == "clearpost"


def test_a_lost_connection_is_made_again(empty_postgres_url: str, opener: Opener) -> None:
    """After PostgreSQL dropped all connections, the next call works."""
    engine, other = opener(empty_postgres_url), opener(empty_postgres_url)
    with reading(engine):
        pass
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {me}"
    with reading(other) as connection:
        assert connection.execute(text(drop.format(me="pg_backend_pid()"))).scalars().all()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_what_fails_leaves_nothing_behind(url: str, opener: Opener) -> None:
    """A transaction that is left by an error keeps nothing of what it wrote."""
    engine = opener(url)
    _make_counter(engine)
    with pytest.raises(StateError), writing(engine) as connection:
        _write_and_fail(connection)
    assert _count(engine) == 0


def test_an_error_does_not_show_what_was_written(url: str, opener: Opener) -> None:
    """An error of the database is one line without the values: they may be a question's words."""
    engine = opener(url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE words (word VARCHAR PRIMARY KEY)"))
    _add_word(engine)
    with pytest.raises(StateError, match="the state cannot be written: ") as caught:
        _add_word(engine)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(StateError, match=r"the state cannot be read: .*nowhere"), reading(engine) as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))


def test_nobody_who_reads_and_then_writes_is_refused(tmp_path: Path, opener: Opener) -> None:
    """Two processes with several threads each read a number and write it back: none fails, none is overtaken."""
    engines = [opener(f"sqlite:///{tmp_path / 'state.db'}") for _ in range(2)]
    _make_counter(engines[0])

    def add_one(number: int) -> None:
        with writing(engines[number % 2]) as connection:
            n = connection.execute(text("SELECT n FROM counter")).scalar_one()
            connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(100)))
    assert _count(engines[0]) == 100


def test_a_reader_does_not_wait_for_a_writer(url: str, opener: Opener) -> None:
    """While somebody writes, others read what was there before."""
    engine = opener(url)
    _make_counter(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE counter SET n = 1"))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_count, engine).result(timeout=10) == 0
    assert _count(engine) == 1


def test_a_reader_sees_one_moment(tmp_path: Path, opener: Opener) -> None:
    """What is written meanwhile does not appear in the middle of a reading of a SQLite file."""
    engine = opener(f"sqlite:///{tmp_path / 'state.db'}")
    _make_counter(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 0
        with writing(engine) as writer:
            writer.execute(text("UPDATE counter SET n = 1"))
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 0


def test_many_open_a_new_file_at_once(tmp_path: Path, opener: Opener) -> None:
    """Several processes that start together on an empty folder all get to work."""
    together = threading.Barrier(6, timeout=30)

    def open_one(_: int) -> Engine:
        together.wait()
        return opener(f"sqlite:///{tmp_path / 'data' / 'state.db'}")

    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(open_one, range(6)))
    _make_counter(engines[0])
    assert [_count(engine) for engine in engines] == [0] * 6


def _make_counter(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))


def _write_and_fail(connection: Connection) -> None:
    connection.execute(text("UPDATE counter SET n = 1"))
    connection.execute(text("UPDATE nowhere SET n = 1"))


def _count(engine: Engine) -> object:
    with reading(engine) as connection:
        return connection.execute(text("SELECT n FROM counter")).scalar_one()


def _add_word(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": "secret"})
