"""Forgets a person in one transaction: what they said, who they were, and what is still owed to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select, tuple_, update

from bot.ports import Entry, Escalation, Event, Party, Stage
from bot.state.cases import case_of, entry_columns, write_audit
from bot.state.chain import add_line
from bot.state.columns import PARTY
from bot.state.directory import listings
from bot.state.lessons.certificates import forget as forget_shown
from bot.state.lessons.gathering_subject import forget_gatherings
from bot.state.lessons.tables import LEARNING
from bot.state.retention import blank, forget_owners
from bot.state.subject import Subject
from bot.state.tables import (
    accounts,
    attempts,
    crises,
    deliveries,
    entries,
    escalations,
    feedback,
    people,
    places,
    posts,
    precedents,
    replies,
    reporters,
    threads,
    turns,
)

_ASKER_FORGOTTEN: Final = "the asker was forgotten"
_OWNER_FORGOTTEN: Final = "whoever had claimed it was forgotten"
_UNRESOLVED: Final = (Stage.OPEN, Stage.CLAIMED)
_CLOCK: Final = ("clock_began", "clock_due", "clock_rung", "clock_next")
_SOME: Final = 500  # names in one statement


def erase(connection: Connection, subject: Subject, at: datetime, actor: str) -> dict[str, int]:
    """Forget somebody; how many of which kind, as the line in the audit says, too."""
    cases = [
        case_of(row) for row in connection.execute(select(escalations).where(subject.concerns()).with_for_update())
    ]
    counts = _forget_talk(connection, subject) | _forget_lessons(connection, subject)
    counts |= forget_shown(connection, subject.person)
    counts |= forget_gatherings(connection, subject, at)
    counts["listings"] = connection.execute(delete(listings).where(listings.c.person == subject.person)).rowcount
    counts["deliveries"] = _forget_deliveries(connection, subject, cases, at)
    counts["entries"] = _unname(connection, entries, "actor", subject, words="")
    counts["escalations"] = len(cases)
    written = [(case, _forget_case(connection, subject, case, at, actor)) for case in cases]
    again = precedents.c.version + 1
    counts["precedents"] = _unname(connection, precedents, "author", subject, version=again)
    _unname(connection, precedents, "approver", subject, version=again)
    _unname(connection, crises, "by", subject)
    for name, table in (("places", places), ("accounts", accounts)):
        counts[name] = connection.execute(delete(table).where(subject.has(table))).rowcount
    counts["people"] = connection.execute(delete(people).where(people.c.id == subject.person)).rowcount
    for case, said in sorted(written, key=lambda each: each[0].asker.workspace):
        write_audit(connection, case, said)
    add_line(connection, subject.home, at, actor, "person_forgotten", subject.person, counts)
    return counts


def _forget_talk(connection: Connection, subject: Subject) -> dict[str, int]:
    """Their questions, the replies to them, and what they said of those."""
    theirs = select(replies.c.workspace, replies.c.id).where(subject.has(replies))
    rated = tuple_(feedback.c.workspace, feedback.c.reply).in_(theirs)
    conditions = (
        (turns, subject.in_threads()),
        (feedback, rated),
        (replies, subject.has(replies)),
        (threads, subject.has(threads)),
    )
    return {table.name: connection.execute(delete(table).where(which)).rowcount for table, which in conditions}


def _forget_lessons(connection: Connection, subject: Subject) -> dict[str, int]:
    """What they learned, before what is owed to them: nobody plans more for who is no learner."""
    if not subject.person:
        return dict.fromkeys((table.name for table in LEARNING), 0)
    theirs = ((table, table.c.person == subject.person) for table in LEARNING)
    return {table.name: connection.execute(delete(table).where(which)).rowcount for table, which in theirs}


def _forget_deliveries(connection: Connection, subject: Subject, cases: Sequence[Escalation], at: datetime) -> int:
    """No longer owe them anything; empty what was sent to them, and what was sent to anybody about their cases.

    What others are still owed about a case that goes on without them stays. How many were emptied.
    """
    table = deliveries.c
    asked = {case.id for case in cases if subject.is_one_of(case.asker)}
    others = {case.id for case in cases} - asked
    worded = connection.execute(select(table.id, table.ended, subject.has(deliveries)).where(table.body != "")).all()
    gone = [
        delivery
        for delivery, ended, is_theirs in worded
        for about in [set(delivery.split(":"))]  # the id of a delivery names the case that it is about
        if is_theirs or about & asked or (ended is not None and about & others)
    ]
    for start in range(0, len(gone), _SOME):
        some = gone[start : start + _SOME]
        unsent = (table.id.in_(some), table.state.in_(("planned", "queued")))
        connection.execute(update(deliveries).where(*unsent).values(state="cancelled", ended=at))
        connection.execute(update(deliveries).where(table.id.in_(some)).values(body="", problem=None))
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(some)))
    return len(gone)


def _forget_case(
    connection: Connection, subject: Subject, case: Escalation, at: datetime, actor: str
) -> Sequence[Entry]:
    """Take somebody out of an escalation; what happened to it by that."""
    its = (escalations.c.organisation == case.organisation, escalations.c.id == case.id)
    forget_owners(connection, case.organisation, case.id)
    values: dict[str, Any] = {"version": case.version + 1}
    by = Party("", actor)
    said: list[Entry] = []
    if case.owner is not None and subject.is_one_of(case.owner):
        values |= {"owner_workspace": None} | dict.fromkeys(_nobody("owner"))
        if case.stage is Stage.CLAIMED:
            values |= {"stage": Stage.OPEN.value}
            if case.clock is not None and case.clock.next is None:  # it stood still for the asker's reply
                values |= {"clock_next": at}
            why = f"{case.contact}: {_OWNER_FORGOTTEN}"
            said = [Entry(Event.PASSED_ON, at, by, why, case.contact)]
    if subject.is_one_of(case.asker):
        blank(connection, case.organisation, case.id)
        values |= _nobody("asker")
        if case.stage in _UNRESOLVED and case.reports > 1:
            values |= {"reports": case.reports - 1}  # others reported the same: it goes on for them
        elif case.stage in _UNRESOLVED:
            values |= {"stage": Stage.CLOSED.value, "ended": at, **dict.fromkeys(_CLOCK)}
            said = [Entry(Event.CLOSED, at, by, case.stage.value, Stage.CLOSED.value, _ASKER_FORGOTTEN)]
    connection.execute(update(escalations).where(*its).values(values))
    its_reporters = (reporters.c.escalation == case.id, subject.reported())
    connection.execute(delete(reporters).where(*its_reporters))
    their_chat = (posts.c.organisation == case.organisation, posts.c.escalation == case.id, subject.has(posts))
    connection.execute(delete(posts).where(*their_chat))
    named = {"organisation": case.organisation, "escalation": case.id}
    if said:
        connection.execute(insert(entries), [named | entry_columns(each) for each in said])
    return said


def _unname(connection: Connection, table: Table, prefix: str, subject: Subject, **values: object) -> int:
    """Take their name and accounts out of rows; how many."""
    theirs = subject.is_party(table, prefix)
    return connection.execute(update(table).where(theirs).values(_nobody(prefix) | values)).rowcount


def _nobody(prefix: str) -> dict[str, Any]:
    """Somebody on a surface of whom nothing is left but the workspace."""
    return {f"{prefix}_{name}": "" for name in PARTY if name != "workspace"}


__all__ = ["erase"]
