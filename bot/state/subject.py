"""A person as the one whom data is about: their id, their accounts, and which rows are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, false, or_, select, tuple_

from bot.ports import Party
from bot.state.tables import accounts, entries, escalations, people, replies, reporters, threads, turns


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody: ``person`` is empty where they were never met, ``accounts`` are pairs of a workspace and an account."""

    organisation: str
    person: str
    accounts: tuple[tuple[str, str], ...]

    @property
    def home(self) -> str:
        """The workspace in whose audit it is written down that they were forgotten."""
        return self.accounts[0][0] if self.accounts else self.organisation

    def has(self, table: Table, workspace: str = "workspace", account: str = "account") -> ColumnElement[bool]:
        """The rows of one of their accounts."""
        if not self.accounts:
            return false()
        return tuple_(table.c[workspace], table.c[account]).in_(self.accounts)

    def acted(self, table: Table) -> ColumnElement[bool]:
        """The rows of the audit in which they are the actor."""
        return self.has(table, account="actor")

    def is_party(self, table: Table, prefix: str) -> ColumnElement[bool]:
        """The rows in which they are somebody on a surface."""
        theirs = self.has(table, f"{prefix}_workspace", f"{prefix}_account")
        is_them = or_(theirs, table.c[f"{prefix}_person"] == self.person) if self.person else theirs
        return and_(table.c.organisation == self.organisation, is_them)

    def is_in(self, row: Mapping[Any, Any], prefix: str) -> bool:
        """Whether they are somebody on a surface in a row."""
        account = (row[f"{prefix}_workspace"], row[f"{prefix}_account"])
        return account in self.accounts or bool(self.person and row[f"{prefix}_person"] == self.person)

    def is_one_of(self, party: Party) -> bool:
        """Whether they are this somebody on a surface."""
        return (party.workspace, party.account) in self.accounts or bool(self.person and party.person == self.person)

    def reported(self) -> ColumnElement[bool]:
        """The rows of reporters that are theirs."""
        theirs = self.has(reporters)
        is_them = or_(theirs, reporters.c.person == self.person) if self.person else theirs
        return and_(reporters.c.organisation == self.organisation, is_them)

    def concerns(self) -> ColumnElement[bool]:
        """The escalations that they reported, own, or did something to."""
        table = escalations.c
        its = reporters.c.escalation == table.id
        did = entries.c.escalation == table.id
        return and_(
            table.organisation == self.organisation,
            or_(
                self.is_party(escalations, "asker"),
                self.is_party(escalations, "owner"),
                exists().where(its, self.reported()),
                exists().where(did, self.is_party(entries, "actor")),
            ),
        )

    def in_threads(self) -> ColumnElement[bool]:
        """The questions of threads that they are in."""
        of = turns.c
        return or_(
            *(
                exists().where(table.c.workspace == of.workspace, table.c.thread == of.thread, self.has(table))
                for table in (replies, threads, reporters)
            )
        )


def subject_of(connection: Connection, organisation: str, who: str | tuple[str, str]) -> Subject | None:
    """The person with an e-mail address, or behind an account of the organisation, with all of their accounts.

    An account that was never met is somebody, too: who asks in the web chat.
    """
    query = select(people.c.id).where(people.c.organisation == organisation)
    if isinstance(who, str):
        query = query.where(people.c.email == who.strip().lower())
    else:
        theirs = (accounts.c.workspace == who[0], accounts.c.account == who[1])
        query = query.join(accounts, accounts.c.person == people.c.id).where(*theirs)
    person = connection.execute(query).scalar_one_or_none()
    if person is None:
        return None if isinstance(who, str) else Subject(organisation, "", (who,))
    met = select(accounts.c.workspace, accounts.c.account).where(accounts.c.person == person)
    rows = connection.execute(met.order_by(accounts.c.workspace, accounts.c.account)).all()
    return Subject(organisation, person, tuple((row.workspace, row.account) for row in rows))


__all__ = ["Subject", "subject_of"]
