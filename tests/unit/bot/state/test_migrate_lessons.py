"""How a database of revision 0002 becomes one in which people learn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, insert, select, text

from bot.errors import StateError
from bot.ports import Row
from bot.state import State, migrate, open_engine, pending, reading, writing
from bot.state.lessons.tables import LEARNING
from bot.state.migrations import versions
from bot.state.tables import metadata, people

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MANY: Final = 2500
LATER: Final = sorted(each.name[1:5] for each in Path(versions.__file__).parent.glob("v*.py"))[2:]

PERSON: Final[dict[str, Any]] = dict.fromkeys(("time_zone", "locale", "region", "unit"), "x") | {
    "organisation": "w",
    "roles": ["legal", "coe@slack:S1"],
    "hire_date": date(2026, 9, 1),
    "name": "日本",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of revision 0002 without rows, of each kind in turn."""
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    opened = open_engine(sqlite if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url"))
    config = Config()
    config.set_main_option("script_location", "bot.state:migrations")
    config.set_main_option("path_separator", "os")
    with writing(opened) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    yield opened
    opened.dispose()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """The same with 2,500 people, every second one on a track, the first one with an account."""
    old = MetaData()
    with writing(engine) as connection:
        old.reflect(connection, only=["people", "accounts"])
        rows = [
            PERSON | {"id": f"p{n}", "email": f"p{n}@example.com" if n else None, "track": "coe" if n % 2 else ""}
            for n in range(MANY)
        ]
        connection.execute(insert(old.tables["people"]), rows)
        renewed = NOW.replace(tzinfo=None) if connection.dialect.name == "sqlite" else NOW
        account = {"workspace": "w", "account": "U1", "person": "p1", "renewed": renewed, "reachable": True}
        connection.execute(insert(old.tables["accounts"]).values(account))
    return engine


def test_an_empty_0002_gets_exactly_the_tables(engine: Engine) -> None:
    """Without rows, it becomes what the repositories use, no more, no less."""
    assert pending(engine) and migrate(engine) == LATER
    assert _differences(engine) == []
    assert migrate(engine) == []


def test_a_filled_0002_loses_nobody(filled: Engine) -> None:
    """Every person is there afterwards as they were, nobody has left, and nobody is enrolled yet."""
    old = MetaData()
    with reading(filled) as connection:
        old.reflect(connection, only=["people", "accounts"])
        before = {table.name: connection.execute(select(table)).all() for table in old.sorted_tables}
    assert migrate(filled) == LATER
    assert _differences(filled) == []
    with reading(filled) as connection:
        after = {table.name: connection.execute(select(table)).all() for table in old.sorted_tables}
        assert {name: sorted(rows, key=repr) for name, rows in after.items()} == {
            name: sorted(rows, key=repr) for name, rows in before.items()
        }
        assert len(connection.execute(select(people).where(people.c.left.is_(None))).all()) == MANY
        assert not [row for table in LEARNING for row in connection.execute(select(table))]


def test_a_filled_0002_goes_on(filled: Engine) -> None:
    """Who was on a track is enrolled, keeps their account, and an address still belongs to one person."""
    migrate(filled)
    state = State(filled)
    assert state.learners.enrol(NOW) == MANY // 2
    found = state.learners.find("p1")
    assert found is not None and found.accounts == (("w", "U1"),) and found.person.roles == ("legal", "coe")
    assert state.roster.upsert("w", [Row("p1@example.com", track="coe")], NOW)[0].what == "same"
    with pytest.raises(StateError), writing(filled) as connection:
        connection.execute(text("UPDATE people SET email = 'p1@example.com' WHERE id = 'p2'"))


def test_a_migration_that_fails_changes_nothing(filled: Engine) -> None:
    """Where a table is in the way, the database stays of revision 0002 as it was."""
    with writing(filled) as connection:
        connection.execute(text("CREATE TABLE graded (in_the_way INTEGER)"))
    with pytest.raises(StateError, match="graded"):
        migrate(filled)
    assert pending(filled)
    old = MetaData()
    with reading(filled) as connection:
        old.reflect(connection)
        assert "left" not in old.tables["people"].columns and "learners" not in old.tables
        assert len(connection.execute(select(old.tables["people"])).all()) == MANY


def _differences(engine: Engine) -> list[object]:
    with reading(engine) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))
