"""The channels in which contacts answer, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, select

from bot.ports import Desk
from bot.state.engine import reading, writing
from bot.state.rows import insert_into
from bot.state.tables import desks


class SqlDesks:
    """Implements ``Desks``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, organisation: str, desk: Desk, at: datetime) -> None:
        """A contact answers in this channel from now on, and in no other."""
        values = {"workspace": desk.workspace, "place": desk.place, "at": at}
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, desks)
                .values(organisation=organisation, contact=desk.contact, **values)
                .on_conflict_do_update(index_elements=[desks.c.organisation, desks.c.contact], set_=values)
            )

    def find(self, organisation: str, contact: str) -> Desk | None:
        """The channel of a contact."""
        query = select(desks).where(desks.c.organisation == organisation, desks.c.contact == contact)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Desk(row.contact, row.workspace, row.place)

    def all(self, organisation: str) -> Sequence[Desk]:
        """Every channel, by contact."""
        query = select(desks).where(desks.c.organisation == organisation)
        with reading(self._engine) as connection:
            found = [Desk(row.contact, row.workspace, row.place) for row in connection.execute(query)]
        return sorted(found, key=lambda desk: desk.contact)

    def drop(self, workspace: str, place: str) -> None:
        """A channel is gone, or the bot was removed from it."""
        with writing(self._engine) as connection:
            connection.execute(delete(desks).where(desks.c.workspace == workspace, desks.c.place == place))


__all__ = ["SqlDesks"]
