"""Who is who, in SQL: accounts of the platforms, and the people behind them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, Update, delete, insert, select, update

from bot.ports import Person, Profile
from bot.state.engine import reading, writing
from bot.state.lessons.merge import unite
from bot.state.rows import insert_into, organisation_of, take_turns
from bot.state.tables import accounts, people

AT: Final = "@"
"""What stands between a role and the group that gives it, where roles are kept."""

_GAINED: Final = ("name", "time_zone", "locale", "track", "region", "unit", "hire_date", "left")


def _new_id() -> str:
    return uuid.uuid4().hex


class SqlPeople:
    """Implements ``People``. ``joined`` are the workspaces of one company, whose people are joined by e-mail.

    Where a workspace is joined later, or no longer, its people are unknown until they are met again.
    """

    def __init__(self, engine: Engine, joined: Collection[str] = (), new_id: Callable[[], str] = _new_id) -> None:
        self._engine = engine
        self._joined = frozenset(joined)
        self._new_id = new_id

    def meet(self, workspace: str, account: str, profile: Profile, at: datetime) -> Person:
        """The person behind an account; what the profile leaves empty stays as it was.

        Whose e-mail is that of another person of the organisation becomes that person: roles are united, and what the
        company said of the one is kept where it said nothing of the other; what both learned is theirs.
        """
        organisation = organisation_of(workspace, self._joined)
        told = _told(profile)
        with writing(self._engine) as connection:
            take_turns(connection, "people", organisation)
            before = _person_of(connection, workspace, account)
            now = before if before is not None and before.organisation == organisation else None
            if before is not None and before.email:  # comes along to an organisation that was joined
                told.setdefault("email", before.email)
            if "email" in told:
                now = _by_email(connection, organisation, told["email"]) or now
            person = now.id if now is not None else self._add(connection, organisation)
            connection.execute(
                insert_into(connection, accounts)
                .values(workspace=workspace, account=account, person=person, renewed=at, reachable=True)
                .on_conflict_do_update(
                    index_elements=[accounts.c.workspace, accounts.c.account], set_={"person": person, "renewed": at}
                )
            )
            if before is not None and before.id != person:
                connection.execute(_gain(_by_id(connection, person), before))
                if _delete_if_nobody(connection, before.id):
                    unite(connection, before.id, person)
            if told:
                connection.execute(update(people).where(people.c.id == person).values(told))
            return person_of(_by_id(connection, person))

    def find(self, workspace: str, account: str) -> Person | None:
        """The person behind an account that was met."""
        with reading(self._engine) as connection:
            row = connection.execute(self._met(workspace, account)).one_or_none()
        return None if row is None else person_of(row)

    def met_since(self, workspace: str, account: str, since: datetime) -> bool:
        """Whether the account's profile was renewed since a moment."""
        with reading(self._engine) as connection:
            row = connection.execute(self._met(workspace, account)).one_or_none()
        return row is not None and row.renewed >= since

    def set_reachable(self, workspace: str, account: str, *, reachable: bool) -> None:
        """Remember whether an account may be written to. Nothing is remembered of one that was never met."""
        with writing(self._engine) as connection:
            connection.execute(
                update(accounts)
                .where(accounts.c.workspace == workspace, accounts.c.account == account)
                .values(reachable=reachable)
            )

    def is_reachable(self, workspace: str, account: str) -> bool:
        """Whether the bot may write to an account first."""
        query = select(accounts.c.reachable).where(accounts.c.workspace == workspace, accounts.c.account == account)
        with reading(self._engine) as connection:
            return bool(connection.execute(query).scalar_one_or_none())

    def _met(self, workspace: str, account: str) -> Select[Any]:
        return (
            select(people, accounts.c.renewed)
            .join_from(accounts, people, accounts.c.person == people.c.id)
            .where(
                accounts.c.workspace == workspace,
                accounts.c.account == account,
                people.c.organisation == organisation_of(workspace, self._joined),
            )
        )

    def _add(self, connection: Connection, organisation: str) -> str:
        empty = dict.fromkeys(("name", "time_zone", "locale", "track", "region", "unit"), "")
        person = self._new_id()
        connection.execute(insert(people).values(id=person, organisation=organisation, roles=[], **empty))
        return person


def _told(profile: Profile) -> dict[str, str]:
    """What a platform did tell, as columns."""
    values = {
        "name": profile.name,
        "email": profile.email.strip().lower(),
        "time_zone": profile.time_zone,
        "locale": profile.locale,
    }
    return {column: value for column, value in values.items() if value}


def _person_of(connection: Connection, workspace: str, account: str) -> Row[Any] | None:
    query = select(people).join_from(accounts, people, accounts.c.person == people.c.id)
    query = query.where(accounts.c.workspace == workspace, accounts.c.account == account)
    return connection.execute(query).one_or_none()


def _by_email(connection: Connection, organisation: str, email: str) -> Row[Any] | None:
    query = select(people).where(people.c.organisation == organisation, people.c.email == email)
    return connection.execute(query).one_or_none()


def _by_id(connection: Connection, person: str) -> Row[Any]:
    return connection.execute(select(people).where(people.c.id == person)).one()


def _gain(person: Row[Any], before: Row[Any]) -> Update:
    """What a person gains from the one whom an account used to be."""
    gained = {
        column: getattr(before, column) for column in _GAINED if getattr(before, column) and not getattr(person, column)
    }
    roles = [*person.roles, *(role for role in before.roles if role not in person.roles)]
    return update(people).where(people.c.id == person.id).values(**gained, roles=roles)


def _delete_if_nobody(connection: Connection, person: str) -> bool:
    left = select(accounts.c.person).where(accounts.c.person == person)
    return connection.execute(delete(people).where(people.c.id == person, ~left.exists())).rowcount == 1


def person_of(row: Row[Any]) -> Person:
    """A person out of a row; a role that several groups give stands once."""
    return Person(
        id=row.id,
        organisation=row.organisation,
        profile=Profile(row.name, row.email or "", row.time_zone, row.locale),
        track=row.track,
        region=row.region,
        hire_date=row.hire_date,
        roles=tuple(dict.fromkeys(role.partition(AT)[0] for role in row.roles)),
        unit=row.unit,
    )


__all__ = ["AT", "SqlPeople", "person_of"]
