"""Where Clearpost is installed, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, case, delete, select, update

from bot.ports import Workspace
from bot.state.engine import reading, writing
from bot.state.rows import insert_into, organisation_of
from bot.state.tables import deliveries, desks, installations, places, workspaces


class SqlWorkspaces:
    """Implements ``Workspaces``. ``joined`` are the workspaces of one company; any other is its own organisation."""

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def add(self, workspace: str, surface: str, name: str, at: datetime) -> Workspace:
        """Remember a workspace, or its new name where that is told; one that was removed comes back as new."""
        is_here = workspaces.c.removed.is_(None)
        renewed: dict[str, Any] = {
            "surface": surface,
            "since": case((is_here, workspaces.c.since), else_=at),
            "removed": None,
        }
        if name:
            renewed["name"] = name
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, workspaces)
                .values(id=workspace, surface=surface, name=name, since=at, removed=None)
                .on_conflict_do_update(index_elements=[workspaces.c.id], set_=renewed)
            )
            return self._workspace(connection.execute(select(workspaces).where(workspaces.c.id == workspace)).one())

    def remove(self, workspace: str, at: datetime) -> None:
        """Forget a workspace's installations, places and desks and cancel what is planned there, all at once."""
        with writing(self._engine) as connection:
            connection.execute(
                update(workspaces)
                .where(workspaces.c.id == workspace, workspaces.c.removed.is_(None))
                .values(removed=at)
            )
            connection.execute(delete(installations).where(installations.c.workspace == workspace))
            connection.execute(delete(places).where(places.c.workspace == workspace))
            connection.execute(delete(desks).where(desks.c.workspace == workspace))
            connection.execute(
                update(deliveries)
                .where(deliveries.c.workspace == workspace, deliveries.c.state == "planned")
                .values(state="cancelled", ended=at)
            )

    def find(self, workspace: str) -> Workspace | None:
        """A workspace where the app is installed."""
        query = select(workspaces).where(workspaces.c.id == workspace, workspaces.c.removed.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else self._workspace(row)

    def all(self) -> Sequence[Workspace]:
        """Every workspace where the app is installed, oldest first."""
        query = select(workspaces).where(workspaces.c.removed.is_(None)).order_by(workspaces.c.since, workspaces.c.id)
        with reading(self._engine) as connection:
            return [self._workspace(row) for row in connection.execute(query)]

    def _workspace(self, row: Row[Any]) -> Workspace:
        return Workspace(row.id, row.surface, row.name, organisation_of(row.id, self._joined), row.since)


__all__ = ["SqlWorkspaces"]
