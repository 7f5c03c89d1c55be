"""Brings a database to this version of Clearpost, and tells where it is not."""

from __future__ import annotations

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.errors import StateError
from bot.state.engine import reading, writing

_OLDER: Final = "the database is of an older version; run 'clearpost migrate'"
_NEWER: Final = "the database is of a newer version; upgrade Clearpost"


def migrate(engine: Engine) -> list[str]:
    """Bring the database to this version, wholly or not at all; the revisions that it took, oldest first.

    Safe where several processes do it at once: the others wait, and find nothing left to do.

    Raises:
        StateError: where the database is of a newer version or cannot be written.
    """
    config = _config()
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # a SQLite transaction that writes is the only one anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('clearpost:migrate', 0))"))
        applied = _missing(connection)
        if applied:
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
    return applied


def pending(engine: Engine) -> bool:
    """Whether the database has to be migrated before this version can use it.

    Raises:
        StateError: where the database is of a newer version or cannot be read.
    """
    with reading(engine) as connection:
        return bool(_missing(connection))


def check(engine: Engine) -> None:
    """Refuse a database that is not of this version.

    Raises:
        StateError: which says whether to migrate the database or to upgrade Clearpost.
    """
    if pending(engine):
        raise StateError(_OLDER)


def _missing(connection: Connection) -> list[str]:
    """The revisions that a database lacks, oldest first."""
    script = ScriptDirectory.from_config(_config())
    has = set(MigrationContext.configure(connection).get_current_heads())
    known = [each.revision for each in script.walk_revisions()]
    if not has <= set(known):
        raise StateError(_NEWER)
    applied = {each.revision for each in script.iterate_revisions(tuple(has), "base")} if has else set()
    return [revision for revision in reversed(known) if revision not in applied]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.state:migrations")
    config.set_main_option("path_separator", "os")
    return config


__all__ = ["check", "migrate", "pending"]
