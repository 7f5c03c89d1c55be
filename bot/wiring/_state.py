"""The state, and the conversation over it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.settings import Settings, secret
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from bot.conversation.router import Router
    from bot.state import State


def state(settings: Settings) -> State:
    """What must not be forgotten, opened.

    A SQLite file is brought up to this version first. A database that several processes share is only looked at:
    ``clearpost migrate`` changes it, once, when its operator says so.

    Raises:
        StateError: where it cannot be used, or is of another version.
    """
    from bot.state import State, check, migrate, open_engine

    engine = open_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        migrate(engine)
    else:
        check(engine)
    return State(engine, tuple(secret(key) for key in settings.encryption_keys), settings.joined_workspaces)


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


def new_key() -> str:
    """A new key for ``CLEARPOST_ENCRYPTION_KEYS``."""
    from bot.state import new_key

    return new_key()


def router(settings: Settings, live: LiveAnswers, remembered: State) -> Router:
    """The conversation over an index, with what it must not forget."""
    from bot.conversation.router import Router

    memory = timedelta(hours=settings.thread_hours)
    return Router(
        live, remembered.records, remembered.people, lambda: secrets.token_urlsafe(12), memory, settings.region
    )


__all__ = ["migrate", "new_key", "router", "state"]
