"""Who of the people works for the Center of Excellence, in SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Text, cast, or_, select, tuple_, update
from sqlalchemy import Row as Found

from bot.ports import Day, Person, Row
from bot.state.engine import reading, writing
from bot.state.lessons.roster import COLUMNS
from bot.state.lessons.told import Told, heed
from bot.state.people import AT, person_of
from bot.state.rows import organisation_of, take_turns
from bot.state.tables import accounts, people

_ROLES: Final = cast(people.c.roles, Text)
_SOME: Final = 500  # accounts in one question to the database

Roles = list[str]


class SqlStaff:
    """Implements ``Staff``, and writes down what the company says of a person.

    ``joined`` are the workspaces of one company. Whoever gives or takes a role writes it down in the audit.
    """

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def grant(self, person: str, role: str, source: str = "") -> None:
        """Give a role, from that source; nothing happens where they have it, or nobody has this id."""
        held = _held(role, source)
        self._revise(person, lambda roles: roles if held in roles else [*roles, held])

    def revoke(self, person: str, role: str, source: str = "") -> None:
        """Take back a role that was given by that source; what another source gave stays."""
        held = _held(role, source)
        self._revise(person, lambda roles: [each for each in roles if each != held])

    def synchronise(self, workspace: str, accounts: Collection[str], role: str, source: str) -> int:
        """Make a group's accounts of a workspace the only ones that hold a role by that source; how many changed.

        An account that was never met is passed over; it gets the role when this is done after it was met.
        """
        organisation, held = organisation_of(workspace, self._joined), _held(role, source)
        changed = 0
        with writing(self._engine) as connection:
            take_turns(connection, "people", organisation)
            wanted = _people_of(connection, organisation, workspace, sorted(accounts))
            theirs = people.c.organisation == organisation
            rows = connection.execute(select(people.c.id, people.c.roles).where(theirs)).all()
            for row in rows:
                if (row.id in wanted) == (held in row.roles):
                    continue
                roles = [*row.roles, held] if row.id in wanted else [each for each in row.roles if each != held]
                connection.execute(update(people).where(people.c.id == row.id).values(roles=roles))
                changed += 1
        return changed

    def with_role(self, organisation: str, *roles: str) -> Sequence[Person]:
        """The people of an organisation with one of these roles, from whatever source; by name."""
        if not roles:
            return []
        perhaps = or_(*map(_perhaps, roles))
        query = select(people).where(people.c.organisation == organisation, perhaps)
        with reading(self._engine) as connection:
            found = [person_of(row) for row in connection.execute(query)]
        holders = [person for person in found if not set(roles).isdisjoint(person.roles)]
        return sorted(holders, key=lambda person: (person.profile.name.casefold(), person.id))

    def by_email(self, organisation: str, email: str) -> Person | None:
        """The person with an e-mail address, in whatever case."""
        address = email.strip().lower()
        query = select(people).where(people.c.organisation == organisation, people.c.email == address)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else person_of(row)

    def accounts(self, person: str) -> Sequence[tuple[str, str]]:
        """The accounts (workspace, account) of a person that may be written to, the one met last first."""
        table = accounts.c
        query = select(table.workspace, table.account).where(table.person == person, table.reachable)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.renewed.desc(), table.workspace, table.account)).all()
        return [(row.workspace, row.account) for row in rows]

    def organisations(self) -> Sequence[str]:
        """For the digest: every organisation with somebody who holds a role."""
        query = select(people.c.organisation).where(_ROLES != "[]").distinct().order_by(people.c.organisation)
        with reading(self._engine) as connection:
            return connection.execute(query).scalars().all()

    def describe(
        self,
        person: str,
        *,
        track: str | None = None,
        region: str | None = None,
        unit: str | None = None,
        hired: Day = None,
        left: Day = None,
        at: datetime | None = None,
    ) -> None:
        """Write down what the company says of a person: ``None`` leaves it as it is, empty takes it back.

        The programmes look at whoever changed again, and what they owe is cancelled where that is of another track or
        after the person ``left``: at once where ``at`` says when that was, else with the next enrolment.
        """
        said = Row("", track=track, region=region, unit=unit, hired=hired, left=left)
        names = [name for name in COLUMNS if getattr(said, name) is not None]
        if not names:
            return
        with writing(self._engine) as connection:
            query = select(people).where(people.c.id == person).with_for_update()
            known = connection.execute(query).one_or_none()
            if known is None:
                return
            before = Row("", **{name: getattr(known, COLUMNS[name]) for name in names})
            after = replace(said, hired=hired or None, left=left or None)
            values = {COLUMNS[name]: getattr(after, name) for name in names}
            connection.execute(update(people).where(people.c.id == person).values(values))
            heed(connection, [Told(person, before, after)], at)

    def _revise(self, person: str, revised: Callable[[Roles], Roles]) -> None:
        with writing(self._engine) as connection:
            row = _locked(connection, person)
            if row is None:
                return
            roles = revised(row.roles)
            if roles != row.roles:
                connection.execute(update(people).where(people.c.id == person).values(roles=roles))


def _held(role: str, source: str) -> str:
    """A role as it is kept, with the group that gives it."""
    return f"{role}{AT}{source}" if source else role


def _perhaps(role: str) -> ColumnElement[bool]:
    """True wherever the role is held; also for some who hold another that begins alike."""
    return _ROLES.contains(json.dumps(role)[:-1], autoescape=True)


def _locked(connection: Connection, person: str) -> Found[Any] | None:
    """A person whose roles nobody else changes until the end of the transaction."""
    whose = connection.execute(select(people.c.organisation).where(people.c.id == person)).scalar_one_or_none()
    if whose is None:
        return None
    take_turns(connection, "people", whose)
    return connection.execute(select(people.c.roles).where(people.c.id == person)).one_or_none()


def _people_of(connection: Connection, organisation: str, workspace: str, names: Sequence[str]) -> set[str]:
    """The people behind some accounts of a workspace."""
    found: set[str] = set()
    for start in range(0, len(names), _SOME):
        some = tuple_(accounts.c.workspace, accounts.c.account).in_(
            [(workspace, name) for name in names[start : start + _SOME]]
        )
        query = select(people.c.id).join(accounts, accounts.c.person == people.c.id)
        found.update(connection.execute(query.where(some, people.c.organisation == organisation)).scalars())
    return found


__all__ = ["SqlStaff"]
