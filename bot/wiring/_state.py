"""The state, and the conversation over it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings, secret

if TYPE_CHECKING:
    from bot.state import State


def state(settings: Settings) -> State:
    """What must not be forgotten, opened.

    A SQLite file is brought up to this version first. A database that several processes share is only looked at:
    ``clearpost migrate`` changes it, once, when its operator says so.

    Raises:
        StateError: where it cannot be used, or is of another version.
    """
    from bot.state import Keep, State, check, migrate, open_engine

    engine = open_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        migrate(engine)
    else:
        check(engine)
    keys = tuple(secret(key) for key in settings.encryption_keys)
    keep = Keep(timedelta(days=settings.keep_questions_days), timedelta(days=settings.keep_cases_days))
    return State(engine, keys, settings.joined_workspaces, keep)


def migrate(settings: Settings) -> list[str]:
    """Bring the database up to this version; what was done, a line each.

    Raises:
        StateError: where it cannot be used, or is of a newer version.
    """
    from bot.state import migrate, open_engine

    engine = open_engine(settings.database_url)
    try:
        return migrate(engine)
    finally:
        engine.dispose()


def copy_state(settings: Settings, source: str) -> dict[str, int]:
    """Copy the state of another database, named by its URL, into the one of the settings; rows of each table.

    Raises:
        StateError: where one of them cannot be used, or the target holds something; then nothing was copied.
    """
    from bot.errors import StateError
    from bot.state import open_engine
    from bot.state.copy import copy_state

    file = source.removeprefix("sqlite:///")
    if file != source and not Path(file).is_file():  # opening it would make it
        raise StateError(f"there is no '{file}' to copy from; name the database as sqlite:///FILE or postgresql://…")
    origin, target = open_engine(source), open_engine(settings.database_url)
    try:
        return copy_state(origin, target)
    finally:
        origin.dispose()
        target.dispose()


def new_key() -> str:
    """A new key for ``CLEARPOST_ENCRYPTION_KEYS``."""
    from bot.state import new_key

    return new_key()


__all__ = ["copy_state", "migrate", "new_key", "state"]
