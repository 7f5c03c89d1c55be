"""Conversations that the bot can write to, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, select

from bot.ports import Place
from bot.state.engine import reading, writing
from bot.state.rows import insert_into
from bot.state.tables import places


class SqlPlaces:
    """Implements ``Places``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, workspace: str, place: Place, at: datetime) -> None:
        """Remember a place, or its new reference."""
        values = {"kind": place.kind, "account": place.account, "reference": dict(place.reference), "at": at}
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, places)
                .values(workspace=workspace, id=place.id, **values)
                .on_conflict_do_update(index_elements=[places.c.workspace, places.c.id], set_=values)
            )

    def personal(self, workspace: str, account: str) -> Place | None:
        """The personal chat with an account, the newest where there are several."""
        query = (
            select(places)
            .where(places.c.workspace == workspace, places.c.account == account, places.c.kind == "personal")
            .order_by(places.c.at.desc(), places.c.id)
            .limit(1)
        )
        with reading(self._engine) as connection:
            return _place(connection.execute(query).one_or_none())

    def find(self, workspace: str, place: str) -> Place | None:
        """One place by its id."""
        query = select(places).where(places.c.workspace == workspace, places.c.id == place)
        with reading(self._engine) as connection:
            return _place(connection.execute(query).one_or_none())

    def drop(self, workspace: str, place: str) -> None:
        """Forget a place that the bot was removed from."""
        with writing(self._engine) as connection:
            connection.execute(delete(places).where(places.c.workspace == workspace, places.c.id == place))


def _place(row: Row[Any] | None) -> Place | None:
    return None if row is None else Place(row.id, row.kind, row.reference, row.account)


__all__ = ["SqlPlaces"]
