"""What nobody could answer, and which answers did not help, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, Table, and_, select

from bot.ports.gaps import Asked, Rated
from bot.state.engine import reading
from bot.state.rows import organisation_of
from bot.state.tables import escalations, feedback, replies

_HANDED_OVER: Final = '{"kind":"hand_over"'
"""How a reply of that kind begins as JSON; whoever reads the rows makes sure of it."""

_CASE: Final = "-case"  # an escalation is named after the reply that it was opened from


class SqlGaps:
    """Implements ``Gaps``. ``joined`` are the workspaces of one company."""

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def handed_over(self, organisation: str, since: datetime) -> Sequence[Asked]:
        """The questions of replies and of escalations that were answered with ``hand_over``, newest first."""
        given = select(replies.c.workspace, replies.c.id, replies.c.at, replies.c.body).where(
            self._in(replies, organisation),
            replies.c.at >= since,
            replies.c.body.startswith(_HANDED_OVER, autoescape=True),
        )
        opened = select(
            escalations.c.asker_workspace,
            escalations.c.id,
            escalations.c.opened,
            escalations.c.found,
            escalations.c.confidential,
        ).where(
            escalations.c.organisation == organisation,
            escalations.c.opened >= since,
            escalations.c.found.startswith(_HANDED_OVER, autoescape=True),
        )
        with reading(self._engine) as connection:
            found = [Asked(row.workspace, row.id, row.at, row.body) for row in connection.execute(given)]
            found += [
                Asked(row.asker_workspace, row.id.removesuffix(_CASE), row.opened, row.found, row.confidential)
                for row in connection.execute(opened)
            ]
        return sorted(found, key=lambda each: (each.at, each.reply), reverse=True)

    def rated(self, organisation: str, since: datetime) -> Sequence[Rated]:
        """The replies that were rated since a moment and are still kept, newest rating first."""
        told = and_(feedback.c.workspace == replies.c.workspace, feedback.c.reply == replies.c.id)
        query = (
            select(feedback.c.helped, replies.c.body)
            .join_from(feedback, replies, told)
            .where(self._in(feedback, organisation), feedback.c.at >= since)
            .order_by(feedback.c.at.desc(), feedback.c.reply)
        )
        with reading(self._engine) as connection:
            return [Rated(row.helped, row.body) for row in connection.execute(query)]

    def _in(self, table: Table, organisation: str) -> ColumnElement[bool]:
        """The rows of an organisation's workspaces: the joined ones, or the one that is an organisation by itself."""
        theirs = [each for each in self._joined if organisation_of(each, self._joined) == organisation]
        alone = [organisation] if organisation_of(organisation, self._joined) == organisation else []
        return table.c.workspace.in_([*theirs, *alone])


__all__ = ["SqlGaps"]
