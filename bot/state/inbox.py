"""Which events were seen, in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete

from bot.state.engine import writing
from bot.state.rows import insert_into
from bot.state.tables import events


class SqlInbox:
    """Implements ``Inbox``, for all processes that share the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def first(self, surface: str, event: str, at: datetime) -> bool:
        """Remember an event; ``False`` where it was seen before."""
        with writing(self._engine) as connection:
            adding = insert_into(connection, events).values(surface=surface, id=event, at=at).on_conflict_do_nothing()
            return connection.execute(adding.returning(events.c.id)).one_or_none() is not None

    def forget(self, before: datetime) -> int:
        """Delete the events that were seen before a moment; how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(events).where(events.c.at < before)).rowcount


__all__ = ["SqlInbox"]
