"""Escalations in SQL: each change is one transaction with its entries, its cards, what is owed, and its audit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, case, delete, exists, func, insert, or_, select
from sqlalchemy import literal_column as literal
from sqlalchemy import update as change_rows

from bot.ports import Delivery, Entry, Escalation, Party, Post, Stage
from bot.state.cases import case_columns, case_of, entry_columns, entry_of, write_audit
from bot.state.deliveries import plan_in
from bot.state.engine import reading, writing
from bot.state.rows import insert_into, organisation_of, take_turns
from bot.state.tables import accounts, deliveries, entries, escalations, posts, reporters
from knowledge.models import Priority

_MOST: Final = 50  # of one account
_TABLE: Final = escalations.c

# Written into the statement: where they were parameters, SQLite could not tell that the partial index applies.
_UNRESOLVED: Final[ColumnElement[bool]] = _TABLE.stage.in_((literal("'open'"), literal("'claimed'")))
_RANK: Final = case({each.value: each.rank for each in Priority}, value=_TABLE.priority, else_=len(Priority))
_UNDELIVERED: Final = ("undeliverable", "ambiguous", "cancelled")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many escalations are open, claimed, and past the time that was set for them."""

    open: int
    claimed: int
    overdue: int


class SqlEscalations:
    """Implements ``Escalations``. ``joined`` are the workspaces of one company."""

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def organisation(self, workspace: str) -> str:
        """The organisation that a workspace belongs to."""
        return organisation_of(workspace, self._joined)

    def open(
        self,
        escalation: Escalation,
        entry: Entry,
        posts: Sequence[Post],
        owed: Callable[[Escalation], Sequence[Delivery]],
        latest: int | None = None,
    ) -> Escalation | None:
        """Keep a new one with its entry, its cards and what is owed; with its number.

        ``owed`` is called with the escalation that has its number, and must not write to the state. Where the id is
        known already nothing is kept, and what is known of it is returned. ``None``, and nothing is kept, where a case
        is newer than the ``latest``.
        """
        organisation = escalation.organisation
        with writing(self._engine) as connection:
            take_turns(connection, "escalations", organisation)
            known = connection.execute(_one(organisation, escalation.id)).one_or_none()
            if known is not None:
                return case_of(known)
            last = select(func.max(_TABLE.number)).where(_TABLE.organisation == organisation)
            before = connection.execute(last).scalar_one() or 0
            if latest is not None and before > latest:
                return None
            number = before + 1
            opened = replace(escalation, number=number)
            row = case_columns(opened) | {"organisation": organisation, "id": opened.id, "number": number}
            connection.execute(insert(escalations).values(row | {"reported": opened.opened}))
            _add_reporter(connection, opened, opened.asker)
            _keep(connection, opened, [entry], posts, owed(opened))
        return opened

    def change(
        self,
        before: Escalation,
        after: Escalation,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        owed: Sequence[Delivery] = (),
    ) -> bool:
        """Keep a change with all that follows from it; ``False``, and nothing, where somebody else was faster."""
        with writing(self._engine) as connection:
            if not _renew(connection, before, case_columns(after)):
                return False
            _keep(connection, before, entries, posts, owed)
        return True

    def latest(self, organisation: str) -> int:
        """The highest number of a case; 0 where there is none."""
        last = select(func.max(_TABLE.number)).where(_TABLE.organisation == organisation)
        with reading(self._engine) as connection:
            return connection.execute(last).scalar_one() or 0

    def find(self, organisation: str, escalation: str) -> Escalation | None:
        """One escalation."""
        with reading(self._engine) as connection:
            row = connection.execute(_one(organisation, escalation)).one_or_none()
        return None if row is None else case_of(row)

    def entries(self, organisation: str, escalation: str) -> Sequence[Entry]:
        """What happened to it, oldest first."""
        theirs = select(entries).where(entries.c.organisation == organisation, entries.c.escalation == escalation)
        with reading(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(theirs.order_by(entries.c.id))]

    def posts(self, organisation: str, escalation: str) -> Sequence[Post]:
        """Its cards, oldest first."""
        theirs = select(posts).where(posts.c.organisation == organisation, posts.c.escalation == escalation)
        with reading(self._engine) as connection:
            return [_post(row) for row in connection.execute(theirs.order_by(posts.c.id))]

    def reporters(self, organisation: str, escalation: str) -> Sequence[Party]:
        """Everybody who reported it, the asker first; one for each account."""
        theirs = select(reporters).where(reporters.c.organisation == organisation, reporters.c.escalation == escalation)
        with reading(self._engine) as connection:
            rows = connection.execute(theirs.order_by(reporters.c.id)).all()
        return [Party(row.workspace, row.account, row.thread, row.person, row.name) for row in rows]

    def report(self, before: Escalation, after: Escalation, entry: Entry, owed: Sequence[Delivery]) -> bool:
        """Keep that ``entry.actor`` reported the same incident; like ``change``."""
        with writing(self._engine) as connection:
            if not _renew(connection, before, case_columns(after) | {"reported": entry.at}):
                return False
            _add_reporter(connection, before, entry.actor)
            _keep(connection, before, [entry], (), owed)
        return True

    def unresolved(self, organisation: str) -> Sequence[Escalation]:
        """Those that are open or claimed: the most urgent first, then by what is due first."""
        waiting = select(escalations).where(_TABLE.organisation == organisation, _UNRESOLVED)
        return self._all(waiting.order_by(_RANK, _TABLE.clock_due.nulls_last(), _TABLE.number))

    def since(self, organisation: str, at: datetime) -> Sequence[Escalation]:
        """Those that were opened, or reported again, since a moment and are not closed; newest first."""
        recent = select(escalations).where(
            _TABLE.organisation == organisation, _TABLE.reported >= at, _TABLE.stage != Stage.CLOSED
        )
        return self._all(recent.order_by(_TABLE.reported.desc(), _TABLE.number.desc()))

    def of(self, organisation: str, workspace: str, account: str, person: str = "") -> Sequence[Escalation]:
        """Those that an account reported, or a person under any of their accounts; newest first, at most 50."""
        theirs = reported_by(workspace, account, person)
        mine = select(escalations).where(_TABLE.organisation == organisation, theirs)
        return self._all(mine.order_by(_TABLE.opened.desc(), _TABLE.number.desc()).limit(_MOST))

    def ringing(self, at: datetime, most: int) -> Sequence[Escalation]:
        """For the clock: those whose clock rings, of all organisations, the most overdue first."""
        return self._all(ringing_statement(at, most))

    def lost(self, most: int) -> Sequence[tuple[Escalation, Post]]:
        """For the clock: unresolved ones with a card in a channel or chat that could not be delivered."""
        its_cards = and_(posts.c.organisation == _TABLE.organisation, posts.c.escalation == _TABLE.id)
        query = (
            select(escalations, *(posts.c[name].label(f"post_{name}") for name in _POST))
            .join(posts, its_cards)
            .join(deliveries, deliveries.c.id == posts.c.delivery)
            .where(_UNRESOLVED, deliveries.c.state.in_(_UNDELIVERED))
            .order_by(_RANK, posts.c.id)
            .limit(most)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [(case_of(row), _post(row, "post_")) for row in rows]

    def count(self, at: datetime) -> Counts:
        """How many wait, of all organisations, for the figures."""
        overdue = and_(_TABLE.clock_due <= at, _TABLE.clock_next.is_not(None))
        query = select(
            *(func.count().filter(_TABLE.stage == stage) for stage in (Stage.OPEN, Stage.CLAIMED)),
            func.count().filter(overdue),
        ).where(_UNRESOLVED)
        with reading(self._engine) as connection:
            row = tuple(connection.execute(query).one())
        return Counts(open=row[0], claimed=row[1], overdue=row[2])

    def forget_post(self, organisation: str, escalation: str, delivery: str) -> None:
        """A card is no more."""
        card = (posts.c.organisation == organisation, posts.c.escalation == escalation, posts.c.delivery == delivery)
        with writing(self._engine) as connection:
            connection.execute(delete(posts).where(*card))

    def _all(self, query: Select[Any]) -> Sequence[Escalation]:
        with reading(self._engine) as connection:
            return [case_of(row) for row in connection.execute(query)]


_POST: Final = ("delivery", "workspace", "place", "account", "whole")


def ringing_statement(at: datetime, most: int) -> Select[Any]:
    """Whose clock rings, the most overdue first."""
    rings = select(escalations).where(_UNRESOLVED, _TABLE.clock_next <= at)
    return rings.order_by(_TABLE.clock_next, _TABLE.organisation, _TABLE.number).limit(most)


def reported_by(workspace: str, account: str, person: str = "") -> ColumnElement[bool]:
    """Whether an escalation was reported by an account, or by a person, also one whom the account turned out to be."""
    by = reporters.c
    who: list[ColumnElement[bool]] = [and_(by.workspace == workspace, by.account == account)]
    if person:
        theirs = (accounts.c.workspace == by.workspace, accounts.c.account == by.account, accounts.c.person == person)
        who += [by.person == person, exists().where(*theirs)]
    return exists().where(by.organisation == _TABLE.organisation, by.escalation == _TABLE.id, or_(*who))


def _one(organisation: str, escalation: str) -> Select[Any]:
    return select(escalations).where(_TABLE.organisation == organisation, _TABLE.id == escalation)


def _renew(connection: Connection, before: Escalation, values: dict[str, Any]) -> bool:
    """Write an escalation where it still is what it was."""
    unchanged = (
        _TABLE.organisation == before.organisation,
        _TABLE.id == before.id,
        _TABLE.version == before.version,
    )
    done = change_rows(escalations).where(*unchanged).values(values | {"version": before.version + 1})
    return connection.execute(done).rowcount == 1


def _add_reporter(connection: Connection, escalation: Escalation, who: Party) -> None:
    row = {"workspace": who.workspace, "account": who.account, "thread": who.thread}
    row |= {"person": who.person, "name": who.name}
    row |= {"organisation": escalation.organisation, "escalation": escalation.id}
    connection.execute(insert_into(connection, reporters).values(row).on_conflict_do_nothing())


def _keep(
    connection: Connection,
    escalation: Escalation,
    said: Sequence[Entry],
    cards: Sequence[Post],
    owed: Sequence[Delivery],
) -> None:
    """What a change brings with it; the audit comes last, because others wait for its chain."""
    its = {"organisation": escalation.organisation, "escalation": escalation.id}
    if said:
        connection.execute(insert(entries), [its | entry_columns(each) for each in said])
    if cards:
        rows = [its | {name: getattr(each, name) for name in _POST} for each in cards]
        connection.execute(insert_into(connection, posts).on_conflict_do_nothing(), rows)
    plan_in(connection, owed)
    write_audit(connection, escalation, said)


def _post(row: Any, prefix: str = "") -> Post:  # noqa: ANN401 - a row
    return Post(*(getattr(row, prefix + name) for name in _POST))


__all__ = ["SqlEscalations", "reported_by", "ringing_statement"]
