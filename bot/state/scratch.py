"""Databases that are measured on and thrown away, and the many people in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StateError
from bot.state.engine import open_engine, reason, writing
from bot.state.tables import accounts, people, workspaces

_SOME: Final = 1000  # people in one transaction


@dataclass(frozen=True, slots=True)
class Settler:
    """A person with one account, which has their id for a name."""

    id: str
    track: str
    time_zone: str


def settle(engine: Engine, workspace: str, crowd: Sequence[Settler], at: datetime) -> None:
    """Make a workspace with people whom the bot may write to; each is new.

    Raises:
        StateError: where the database cannot be written.
    """
    place = {"id": workspace, "surface": workspace.partition(":")[0], "name": "", "since": at}
    with writing(engine) as connection:
        connection.execute(insert(workspaces), place | {"organisation": workspace})
    for start in range(0, len(crowd), _SOME):
        some = crowd[start : start + _SOME]
        with writing(engine) as connection:
            connection.execute(insert(people), [_person(workspace, each) for each in some])
            met = {"workspace": workspace, "renewed": at, "reachable": True}
            connection.execute(insert(accounts), [met | {"account": each.id, "person": each.id} for each in some])


def _person(organisation: str, settler: Settler) -> dict[str, Any]:
    blank: dict[str, Any] = {
        "email": None,
        "name": "",
        "locale": "",
        "region": "",
        "hire_date": None,
        "roles": [],
        "unit": "",
    }
    told = {"id": settler.id, "track": settler.track, "time_zone": settler.time_zone}
    return {**blank, **told, "organisation": organisation}


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """The URL of a new database on the PostgreSQL server of a URL, gone afterwards with whoever is still connected.

    Raises:
        StateError: where the server cannot be used, or its user may make no databases.
    """
    name = f"clearpost_bench_{uuid.uuid4().hex}"
    engine = open_engine(server)
    try:
        _run(engine, f"CREATE DATABASE {name}")
        try:
            url = make_url(server).set(database=name)
            yield url.set(drivername="postgresql").render_as_string(hide_password=False)
        finally:
            _run(engine, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        raise StateError(f"no database to measure on: {reason(error)}; name a user that may make databases") from error


__all__ = ["Settler", "scratch_database", "settle"]
