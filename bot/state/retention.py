"""How long words are kept, and what forgets them after that. What is measured by (numbers, times, kinds) stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, func, or_, select, update

from bot.ports import Event, PrecedentState, Stage
from bot.state.engine import writing
from bot.state.tables import entries, escalations, precedents, reporters

_BATCH: Final = 500  # escalations in one transaction, so that nobody waits long for a turn to write


@dataclass(frozen=True, slots=True)
class Keep:
    """How long each kind of record is kept.

    ``questions``: questions, replies, threads, after they were last used. ``escalations``: the words and names of an
    escalation after it ended. ``precedents_after_expiry``: a precedent after its last day, after it was refused, or
    after it was offered where nobody decided on it.
    ``events``: the ids of events that were seen (Slack sends one again for an hour at most, a card of Teams may be
    pressed late). What somebody learned is kept as long as they are.
    """

    questions: timedelta = timedelta(days=30)
    escalations: timedelta = timedelta(days=365)
    precedents_after_expiry: timedelta = timedelta(days=365)
    events: timedelta = timedelta(days=7)


def forget_escalations(engine: Engine, before: datetime) -> int:
    """Empty the words and names of escalations that ended before a moment; how many."""
    table = escalations.c
    ended = func.coalesce(table.ended, table.reported) < before
    over = select(table.organisation, table.id).where(
        table.stage.in_((Stage.ANSWERED.value, Stage.CLOSED.value)), ended, or_(*_worded())
    )
    forgotten = 0
    while True:
        with writing(engine) as connection:
            found = [(row.organisation, row.id) for row in connection.execute(over.limit(_BATCH))]
            for organisation, escalation in found:
                blank(connection, organisation, escalation)
        forgotten += len(found)
        if len(found) < _BATCH:
            return forgotten


def forget_precedents(engine: Engine, before: datetime) -> int:
    """Delete the precedents that ended, were refused, or were offered in vain, before a moment; how many."""
    table = precedents.c
    refused = and_(table.state == PrecedentState.REFUSED.value, table.decided < before)
    undecided = and_(table.state == PrecedentState.PROPOSED.value, table.proposed < before)
    with writing(engine) as connection:
        gone = delete(precedents).where(or_(table.expires < before.date(), refused, undecided))
        return connection.execute(gone).rowcount


def blank(connection: Connection, organisation: str, escalation: str) -> None:
    """Empty the words and names of one escalation; whoever holds an older state of it has to look again."""
    its = (escalations.c.organisation == organisation, escalations.c.id == escalation)
    emptied = {"question": "", "found": "", "asker_name": "", "version": escalations.c.version + 1}
    connection.execute(update(escalations).where(*its).values(emptied))
    connection.execute(update(escalations).where(*its, escalations.c.owner_name.is_not(None)).values(owner_name=""))
    said = (entries.c.organisation == organisation, entries.c.escalation == escalation)
    connection.execute(update(entries).where(*said).values(words="", actor_name=""))
    forget_owners(connection, organisation, escalation)
    theirs = (reporters.c.organisation == organisation, reporters.c.escalation == escalation)
    connection.execute(update(reporters).where(*theirs).values(name=""))


def forget_owners(connection: Connection, organisation: str, escalation: str) -> None:
    """Empty the names of who claimed one escalation after whom."""
    said = (entries.c.organisation == organisation, entries.c.escalation == escalation)
    claimed = entries.c.event == Event.CLAIMED.value
    connection.execute(update(entries).where(*said, claimed).values(before="", after=""))


def _worded() -> list[ColumnElement[bool]]:
    """Where words or names are left."""
    table = escalations.c
    said = exists().where(
        entries.c.organisation == table.organisation,
        entries.c.escalation == table.id,
        or_(entries.c.words != "", entries.c.actor_name != ""),
    )
    named = exists().where(
        reporters.c.organisation == table.organisation, reporters.c.escalation == table.id, reporters.c.name != ""
    )
    return [table.question != "", table.found != "", table.asker_name != "", table.owner_name != "", said, named]


__all__ = ["Keep", "blank", "forget_escalations", "forget_owners", "forget_precedents"]
