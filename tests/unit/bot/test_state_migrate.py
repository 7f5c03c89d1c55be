"""How a database of an earlier version becomes one of this version."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, DateTime, Engine, MetaData, column, insert, inspect, select, table, text

from bot.errors import StateError
from bot.ports import Delivery, Turn
from bot.state import State
from bot.state.audit import SqlAudit
from bot.state.deliveries import plan_in
from bot.state.engine import open_engine, reading, writing
from bot.state.migrate import check, migrate, pending
from bot.state.migrations import versions
from bot.state.records import SqlRecords
from bot.state.tables import deliveries, feedback, metadata, people, turns

ALL: Final = sorted(each.name[1:5] for each in Path(versions.__file__).parent.glob("v*.py"))
NOW: Final = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)

VERSION_0_1: Final = """
CREATE TABLE [turns] ([thread] TEXT NOT NULL, [question] TEXT NOT NULL, [at] FLOAT NOT NULL);
CREATE INDEX [idx_turns_thread_at] ON [turns] ([thread], [at]);
CREATE TABLE [feedback] ([reply] TEXT PRIMARY KEY NOT NULL, [helped] INTEGER NOT NULL, [at] FLOAT NOT NULL);
"""
"""What version 0.1 made, through sqlite-utils."""

ROWS: Final[dict[str, dict[str, Any]]] = {
    "people": dict.fromkeys(("email", "name", "time_zone", "locale", "track", "region"), "x")
    | {"id": "p1", "organisation": "w", "roles": ["legal"], "hire_date": None},
    "accounts": {"workspace": "w", "account": "U1", "person": "p1", "renewed": NOW, "reachable": True},
    "deliveries": {"id": "d1", "workspace": "w", "account": "U1", "kind": "lesson", "body": "{}"}
    | {"resend": False, "due": NOW, "state": "sent", "round": 1, "ended": NOW, "message": "D1/1", "problem": None},
}
"""A row of each table of revision 0001 that revision 0002 changes, and of one that it does not."""

_AUDIT: Final = table(
    "audit",
    column("at", DateTime(timezone=True)),
    column("detail", JSON),
    *(column(name) for name in ("workspace", "actor", "action", "subject")),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A new database without tables, of each kind in turn."""
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    opened = open_engine(sqlite if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url"))
    yield opened
    opened.dispose()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """A file of version 0.1 with 2,500 questions and three words of feedback."""
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_0_1)
        questions = ((f"t{n % 7}", f"q{n} 日本", (NOW + timedelta(seconds=n)).timestamp()) for n in range(2500))
        connection.executemany("INSERT INTO turns VALUES (?, ?, ?)", questions)
        said = [(f"r{n}", n % 2, (NOW + timedelta(days=n)).timestamp()) for n in range(3)]
        connection.executemany("INSERT INTO feedback VALUES (?, ?, ?)", said)
    opened = open_engine(f"sqlite:///{path}")
    yield opened
    opened.dispose()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A database of revision 0001 with rows, 2,500 lines in the audit among them."""
    config = Config()
    config.set_main_option("script_location", "bot.state:migrations")
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = MetaData()
        old.reflect(connection, only=[*ROWS, "audit"])
        for name, row in ROWS.items():
            connection.execute(insert(old.tables[name]).values(_as_kept(row, connection.dialect.name)))
        lines = [
            {"workspace": "v" if n % 5 < 2 else "w", "actor": f"U{n}", "action": "did", "subject": "日本"}
            | {"at": NOW + timedelta(seconds=n), "detail": {"n": n, "words": ["ü", None]}}
            for n in range(2500)
        ]
        connection.execute(insert(_AUDIT), [_as_kept(line, connection.dialect.name) for line in lines])
    return engine


def _as_kept(row: dict[str, Any], dialect: str) -> dict[str, Any]:
    """A row as revision 0001 kept it: in SQLite without a zone."""
    bare = dialect == "sqlite"
    return {
        name: value.replace(tzinfo=None) if bare and isinstance(value, datetime) else value
        for name, value in row.items()
    }


def test_an_empty_database_gets_exactly_the_tables(engine: Engine) -> None:
    """From nothing, the migrations make what the repositories use: no more, no less."""
    assert migrate(engine) == ALL
    assert _differences(engine) == []


def test_the_tables_are_those_of_the_code_to_the_letter(engine: Engine) -> None:
    """Columns, keys and indexes are the same as if the tables had been made from the code, predicates included."""
    migrate(engine)
    migrated = _letters(engine)
    with writing(engine) as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert migrated == _letters(engine)
    assert len(migrated) > len(metadata.tables)


def test_version_0_1_loses_nothing(old: Engine) -> None:
    """Every question and every word of feedback of version 0.1 is there, at its moment, in the workspace "local"."""
    assert migrate(old) == ALL
    with reading(old) as connection:
        rows = connection.execute(select(turns).order_by(turns.c.at)).all()
        said = connection.execute(select(feedback).order_by(feedback.c.reply)).all()
    expected = [("local", f"t{n % 7}", f"q{n} 日本", NOW + timedelta(seconds=n)) for n in range(2500)]
    assert [(row.workspace, row.thread, row.question, row.at) for row in rows] == expected
    assert [tuple(row) for row in said] == [("local", f"r{n}", bool(n % 2), NOW + timedelta(days=n)) for n in range(3)]


def test_version_0_1_gets_exactly_the_tables(old: Engine) -> None:
    """A file of version 0.1 becomes the same as a new one, and its threads go on."""
    migrate(old)
    assert _differences(old) == []
    records = SqlRecords(old)
    records.add_turn("local", "t0", Turn("and then?", NOW + timedelta(days=1)))
    assert records.turns("local", "t0", NOW)[0] == Turn("q0 日本", NOW)
    assert records.turns("local", "t0", NOW)[-1].question == "and then?"


@pytest.mark.parametrize("left", ["turns", "feedback"])
def test_half_a_version_0_1_loses_nothing(old: Engine, left: str) -> None:
    """Also a file that holds only one of the two tables of version 0.1 is taken over."""
    gone = "feedback" if left == "turns" else "turns"
    with writing(old) as connection:
        connection.execute(text(f"DROP TABLE {gone}"))
    migrate(old)
    assert _differences(old) == []
    with reading(old) as connection:
        assert len(connection.execute(select(metadata.tables[left])).all()) == (2500 if left == "turns" else 3)


def test_0001_gets_exactly_the_tables(filled: Engine) -> None:
    """A database of revision 0001 that holds rows becomes the same as a new one."""
    assert migrate(filled) == ALL[1:]
    assert _differences(filled) == []
    migrated = _letters(filled)
    with writing(filled) as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert migrated == _letters(filled)


def test_0001_loses_nothing(filled: Engine) -> None:
    """Every row of revision 0001 is there afterwards, with nothing in its new columns."""
    old = MetaData()
    with reading(filled) as connection:
        old.reflect(connection, only=list(ROWS))
        before = {name: connection.execute(select(old.tables[name])).all() for name in ROWS}
    assert all(before.values())
    migrate(filled)
    with reading(filled) as connection:
        assert {name: connection.execute(select(old.tables[name])).all() for name in ROWS} == before
        delivery = connection.execute(select(deliveries)).one()
        assert (delivery.place, delivery.thread, delivery.edits) == ("", "", "")
        assert connection.execute(select(people.c.unit)).scalar_one() == ""


def test_0001_has_its_audit_chained(filled: Engine) -> None:
    """The lines of revision 0001 become chains that are found to be whole, can be added to, and not changed."""
    migrate(filled)
    audit = SqlAudit(filled)
    assert [(each.workspace, each.lines, each.broken) for each in audit.chains()] == [("v", 1000, ()), ("w", 1500, ())]
    audit.add("w", NOW, "U1", "installed", "", {})
    assert list(audit.verify()) == [] and len(audit.lines("w")) == 1501
    with pytest.raises(StateError, match="only added"), writing(filled) as connection:
        connection.execute(text("DELETE FROM audit WHERE id = 1"))


def test_0001_goes_on(filled: Engine) -> None:
    """Who was known is known with their roles, and gets another; what was owed is not owed twice."""
    migrate(filled)
    state = State(filled)
    (ines,) = state.staff.with_role("w", "legal")
    state.staff.grant(ines.id, "coe", "slack:S1")
    found = state.people.find("w", "U1")
    assert found is not None and found.roles == ("legal", "coe")
    with writing(filled) as connection:
        assert plan_in(connection, [Delivery("d1", "w", "U1", "lesson", "{}", NOW)]) == 0


def test_a_migration_that_fails_changes_nothing(old: Engine) -> None:
    """Where a migration cannot be finished, the database is as it was before, and works with the old version."""
    with writing(old) as connection:
        connection.execute(text("CREATE TABLE attempts (in_the_way INTEGER)"))
    before = _letters(old)
    with pytest.raises(StateError, match=r"the state cannot be written: .*attempts"):
        migrate(old)
    assert _letters(old) == before
    with reading(old) as connection:
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar_one() == 2500


def test_a_migrated_database_needs_nothing(engine: Engine) -> None:
    """A database needs its migrations until it has them; a second run does nothing."""
    assert pending(engine)
    with pytest.raises(StateError, match="the database is of an older version; run 'clearpost migrate'"):
        check(engine)
    migrate(engine)
    assert not pending(engine)
    check(engine)
    assert migrate(engine) == []


def test_a_newer_database_is_refused(engine: Engine) -> None:
    """An older Clearpost neither uses nor changes the database of a newer one."""
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for call in (check, migrate, pending):
        with pytest.raises(StateError, match="the database is of a newer version; upgrade Clearpost"):
            call(engine)


def test_many_migrate_at_once(engine: Engine) -> None:
    """Of several processes that migrate together one does it, the others wait for it and find nothing left."""
    together = threading.Barrier(6, timeout=30)
    url = engine.url.render_as_string(hide_password=False)

    def migrate_one(_: int) -> list[str]:
        own = open_engine(url)
        try:
            together.wait()
            return migrate(own)
        finally:
            own.dispose()

    with ThreadPoolExecutor(6) as pool:
        applied = list(pool.map(migrate_one, range(6)))
    assert sorted(applied) == [[], [], [], [], [], ALL]
    assert _differences(engine) == []


def _differences(engine: Engine) -> list[object]:
    with reading(engine) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _letters(engine: Engine) -> list[str]:
    """Everything that the database itself says of its tables, in its own words."""
    if engine.dialect.name == "sqlite":
        query = (  # a table that was made anew stands between quotes
            "SELECT replace(sql, 'TABLE \"' || name || '\"', 'TABLE ' || name) FROM sqlite_master "
            "WHERE sql IS NOT NULL AND type <> 'trigger' AND tbl_name <> 'alembic_version'"
        )
    else:
        query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    with reading(engine) as connection:
        said = [" ".join(line.split()) for line in connection.execute(text(query)).scalars()]
        for table in inspect(connection).get_table_names():
            if table != "alembic_version":
                said += [f"{table}: {column}" for column in inspect(connection).get_columns(table)]
    return sorted(said)
