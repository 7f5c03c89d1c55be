"""Every implementation in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stores import Database, Repositories, Store, memory


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of this version without any rows, of each kind in turn."""
    yield from _database(request.param, request, tmp_path)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without anything in it: the fake, and each kind of database."""
    if request.param == "memory":
        yield Store(memory())
        return
    for database in _database(request.param, request, tmp_path):
        made = Store(database.open)
        yield made
        made.close()


@pytest.fixture
def state(store: Store) -> Repositories:
    """A store that was opened once."""
    return store.open()


def _database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    sqlite = f"sqlite:///{folder / 'data' / 'state.db'}"
    database = Database(request.getfixturevalue("postgres_url") if kind == "postgresql" else sqlite)
    yield database
    database.close()
