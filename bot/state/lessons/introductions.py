"""Whom of the company's list to ask the platforms for, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, and_, exists, func, or_, select, update

from bot.ports.introductions import Unmet
from bot.state.engine import writing
from bot.state.lessons.owed import chunks
from bot.state.lessons.tables import introductions
from bot.state.rows import insert_into, organisation_of, take_turns
from bot.state.tables import accounts, people, workspaces


class SqlIntroductions:
    """Implements ``Introductions``. ``joined`` are the workspaces of one company."""

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def take(self, workspace: str, at: datetime, most: int, within: timedelta, until: datetime) -> Sequence[Unmet]:
        """Learners whom no account is known of, for whom to ask a workspace of their organisation now."""
        recent = (introductions.c.workspace == workspace, introductions.c.asked > at - within)
        with writing(self._engine) as connection:
            take_turns(connection, "introductions", workspace)
            asked = connection.execute(select(func.count()).select_from(introductions).where(*recent)).scalar_one()
            if asked >= most:
                return []
            query = _unmet(workspace, organisation_of(workspace, self._joined), at).limit(most - asked)
            found = [Unmet(row.id, row.email) for row in connection.execute(query)]
            if found:
                adding = insert_into(connection, introductions)
                renewed = {"asked": adding.excluded.asked, "until": adding.excluded.until}
                keys = [introductions.c.workspace, introductions.c.person]
                row = {"workspace": workspace, "asked": at, "until": until}
                taken = adding.on_conflict_do_update(index_elements=keys, set_=renewed)
                connection.execute(taken, [row | {"person": each.person} for each in found])
            return found

    def put_off(self, workspace: str, people: Sequence[str], until: datetime) -> None:
        """Do not ask a workspace for these people again before a moment."""
        with writing(self._engine) as connection:
            for some in chunks(people):
                theirs = (introductions.c.workspace == workspace, introductions.c.person.in_(some))
                connection.execute(update(introductions).where(*theirs).values(until=until))


def _unmet(workspace: str, organisation: str, at: datetime) -> Select[Any]:
    """Who is on a track, still there and nowhere met, and not to be left alone yet; never asked for goes first."""
    asked = introductions.c
    met = select(accounts.c.person).join(workspaces, workspaces.c.id == accounts.c.workspace)
    met = met.where(accounts.c.person == people.c.id, workspaces.c.removed.is_(None))
    return (
        select(people.c.id, people.c.email)
        .outerjoin(introductions, and_(asked.workspace == workspace, asked.person == people.c.id))
        .where(
            people.c.organisation == organisation,
            people.c.email.is_not(None),
            people.c.track != "",
            or_(people.c.left.is_(None), people.c.left > at.date()),
            or_(asked.until.is_(None), asked.until <= at),
            ~exists(met),
        )
        .order_by(asked.asked.is_not(None), asked.asked, people.c.id)
    )


__all__ = ["SqlIntroductions"]
