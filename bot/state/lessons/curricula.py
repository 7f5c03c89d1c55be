"""Which curriculum is taught, in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy import update as change_rows

from bot.ports.curricula import Taught
from bot.state.engine import reading, writing
from bot.state.lessons.tables import curricula, learners
from bot.state.rows import take_turns


class SqlCurricula:
    """Implements ``Curricula``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self) -> Taught | None:
        """What is taught; ``None`` where nothing was yet."""
        with reading(self._engine) as connection:
            return _current(connection)

    def take_up(self, fingerprint: str, at: datetime, known_since: datetime) -> bool:
        """Teach a curriculum from now on, and look at every learner again; ``False`` where others just did.

        Whoever waits for a look already gets a new moment, too: who looked at them by the curriculum of before finds
        that this look does not stand any more.
        """
        with writing(self._engine) as connection:
            take_turns(connection, "curricula", "")
            now = _current(connection)
            if now is not None and now.fingerprint == fingerprint and now.since > known_since:
                return False
            connection.execute(delete(curricula))
            connection.execute(insert(curricula).values(fingerprint=fingerprint, since=at))
            connection.execute(change_rows(learners).where(learners.c.next.is_not(None)).values(next=at))
            return True


def _current(connection: Connection) -> Taught | None:
    row = connection.execute(select(curricula)).one_or_none()
    return None if row is None else Taught(row.fingerprint, row.since)


__all__ = ["SqlCurricula"]
