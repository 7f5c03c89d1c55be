"""What cannot be rebuilt: everything that the bot must not forget, in one database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, select

from bot.errors import StateError
from bot.state.audit import AuditLine, SqlAudit
from bot.state.engine import open_engine, reading, writing
from bot.state.inbox import SqlInbox
from bot.state.installations import SqlInstallations, new_key
from bot.state.migrate import check, migrate, pending
from bot.state.people import SqlPeople
from bot.state.places import SqlPlaces
from bot.state.records import SqlRecords
from bot.state.tables import turns
from bot.state.tokens import SqlOnce
from bot.state.workspaces import SqlWorkspaces

_WORDS_KEPT: Final = timedelta(days=30)
"""Questions are personal; a thread is forgotten after this long, feedback (which holds no words) is kept."""

_EVENTS_KEPT: Final = timedelta(days=7)
"""Slack sends an event again for an hour at most; a card of Teams may be pressed late."""


class State:
    """The repositories over one database of this version, which belongs to whoever opened it until ``close``.

    ``encryption_keys`` are Fernet keys: the first encrypts, all decrypt. ``joined`` are the workspaces of one company.

    Raises:
        StateError: where a key is no Fernet key.
    """

    def __init__(self, engine: Engine, encryption_keys: Sequence[str] = (), joined: Collection[str] = ()) -> None:
        self.engine = engine
        self.records = SqlRecords(engine)
        self.people = SqlPeople(engine, joined)
        self.workspaces = SqlWorkspaces(engine, joined)
        self.places = SqlPlaces(engine)
        self.inbox = SqlInbox(engine)
        self.installations = SqlInstallations(engine, encryption_keys)
        self.once = SqlOnce(engine)
        self.audit = SqlAudit(engine)

    def health(self) -> str:
        """``ok`` where the state can be read, else what is wrong."""
        try:
            with reading(self.engine) as connection:
                connection.execute(select(turns.c.id).limit(1))
        except StateError as error:
            return str(error)
        return "ok"

    def forget_old(self, at: datetime) -> dict[str, int]:
        """Delete what is not kept for ever and is too old now, in every workspace; how many rows of which table."""
        return {
            **self.records.forget(at - _WORDS_KEPT),
            "events": self.inbox.forget(at - _EVENTS_KEPT),
            "tokens": self.once.forget(at),
        }

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()


__all__ = ["AuditLine", "State", "check", "migrate", "new_key", "open_engine", "pending", "reading", "writing"]
