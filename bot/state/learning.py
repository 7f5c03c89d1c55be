"""Precedents and the crisis of an organisation, in SQL; each change with its line in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, delete, or_, select, update

from bot.ports import Crisis, Delivery, Party, Precedent, PrecedentState
from bot.state.chain import add_line
from bot.state.deliveries import plan_in
from bot.state.engine import reading, writing
from bot.state.rows import insert_into, maybe_party_of, party_columns, party_of, take_turns
from bot.state.tables import crises, precedents
from knowledge.models import Verdict

_PLAIN: Final = (
    "id",
    "organisation",
    "escalation",
    "question",
    "answer",
    "owner",
    "proposed",
    "decided",
    "expires",
    "policy",
    "section",
    "basis",
    "version",
)
_TABLE: Final = precedents.c


class SqlPrecedents:
    """Implements ``Precedents``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def propose(self, precedent: Precedent, owed: Sequence[Delivery]) -> bool:
        """Keep a new one and what is owed; ``False`` where its escalation has one that is not refused."""
        with writing(self._engine) as connection:
            adding = insert_into(connection, precedents).values(_columns(precedent)).on_conflict_do_nothing()
            if connection.execute(adding.returning(_TABLE.id)).one_or_none() is None:
                return False
            plan_in(connection, owed)
            detail = {"escalation": precedent.escalation, "owner": precedent.owner, "verdict": precedent.verdict.value}
            author, at = precedent.author, precedent.proposed
            action = "precedent_proposed"
            add_line(connection, author.workspace, at, author.account, action, precedent.id, detail)
        return True

    def change(self, before: Precedent, after: Precedent, actor: Party, at: datetime, owed: Sequence[Delivery]) -> bool:
        """Keep a change with a line in the audit and what is owed; ``False`` where somebody else was faster."""
        unchanged = (
            _TABLE.organisation == before.organisation,
            _TABLE.id == before.id,
            _TABLE.version == before.version,
        )
        named = {"id": before.id, "organisation": before.organisation, "version": before.version + 1}
        with writing(self._engine) as connection:
            done = update(precedents).where(*unchanged).values(_columns(after) | named)
            if connection.execute(done).rowcount != 1:
                return False
            plan_in(connection, owed)
            action = "precedent_edited" if after.state is before.state else f"precedent_{after.state.value}"
            detail = {"from": before.state.value, "to": after.state.value, "escalation": before.escalation}
            home = actor.workspace or before.author.workspace
            add_line(connection, home, at, actor.account, action, before.id, detail)
        return True

    def find(self, organisation: str, precedent: str) -> Precedent | None:
        """One precedent."""
        query = select(precedents).where(_TABLE.organisation == organisation, _TABLE.id == precedent)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _precedent(row)

    def approved(self, organisation: str, on: date) -> Sequence[Precedent]:
        """Those that count on a day, oldest first."""
        counts = (_TABLE.state == PrecedentState.APPROVED.value, or_(_TABLE.expires.is_(None), _TABLE.expires >= on))
        query = select(precedents).where(_TABLE.organisation == organisation, *counts)
        return self._all(query.order_by(_TABLE.proposed, _TABLE.id))

    def all(self, organisation: str) -> Sequence[Precedent]:
        """Every one, newest first."""
        query = select(precedents).where(_TABLE.organisation == organisation)
        return self._all(query.order_by(_TABLE.proposed.desc(), _TABLE.id))

    def organisations(self) -> Sequence[str]:
        """For upkeep: every organisation with precedents."""
        query = select(_TABLE.organisation).distinct().order_by(_TABLE.organisation)
        with reading(self._engine) as connection:
            return connection.execute(query).scalars().all()

    def _all(self, query: Select[Any]) -> Sequence[Precedent]:
        with reading(self._engine) as connection:
            return [_precedent(row) for row in connection.execute(query)]


class SqlCrises:
    """Implements ``Crises``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def declare(self, crisis: Crisis) -> None:
        """Begin, or change, the crisis; with a line in the audit."""
        policies = list(crisis.policies)
        values = {
            "notice": crisis.notice,
            "policies": policies,
            "contact": crisis.contact,
            "since": crisis.since,
            "escalation": crisis.escalation,
            **party_columns("by", crisis.by),
        }
        with writing(self._engine) as connection:
            take_turns(connection, "crisis", crisis.organisation)
            known = connection.execute(_crisis(crisis.organisation)).one_or_none()
            connection.execute(
                insert_into(connection, crises)
                .values(organisation=crisis.organisation, **values)
                .on_conflict_do_update(index_elements=[crises.c.organisation], set_=values)
            )
            action = "crisis_declared" if known is None else "crisis_changed"
            detail = {"policies": policies, "contact": crisis.contact, "escalation": crisis.escalation}
            _tell(connection, crisis.organisation, crisis.by, crisis.since, action, detail)

    def lift(self, organisation: str, by: Party, at: datetime) -> bool:
        """End it, with a line in the audit; ``False`` where there was none."""
        with writing(self._engine) as connection:
            if connection.execute(delete(crises).where(crises.c.organisation == organisation)).rowcount == 0:
                return False
            _tell(connection, organisation, by, at, "crisis_lifted", {})
        return True

    def current(self, organisation: str) -> Crisis | None:
        """The crisis of now."""
        with reading(self._engine) as connection:
            row = connection.execute(_crisis(organisation)).one_or_none()
        if row is None:
            return None
        by = party_of(row, "by")
        return Crisis(row.organisation, row.notice, tuple(row.policies), row.contact, row.since, by, row.escalation)


def _columns(precedent: Precedent) -> dict[str, Any]:
    return {
        **{name: getattr(precedent, name) for name in _PLAIN},
        "verdict": precedent.verdict.value,
        "state": precedent.state.value,
        **party_columns("author", precedent.author),
        **party_columns("approver", precedent.approver),
    }


def _precedent(row: Row[Any]) -> Precedent:
    return Precedent(
        verdict=Verdict(row.verdict),
        state=PrecedentState(row.state),
        author=party_of(row, "author"),
        approver=maybe_party_of(row, "approver"),
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _crisis(organisation: str) -> Select[Any]:
    return select(crises).where(crises.c.organisation == organisation)


def _tell(
    connection: Connection, organisation: str, by: Party, at: datetime, action: str, detail: Mapping[str, object]
) -> None:
    add_line(connection, by.workspace, at, by.account, action, organisation, detail)


__all__ = ["SqlCrises", "SqlPrecedents"]
