"""Forgets a person in one transaction: what they said, who they were, and what is still owed to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, delete, insert, or_, select, tuple_, update

from bot.ports import Entry, Escalation, Event, Party, PrecedentState, Stage
from bot.state.cases import case_of, entry_columns, write_audit
from bot.state.chain import add_line
from bot.state.columns import PARTY
from bot.state.directory import listings
from bot.state.lessons.certificates import forget as forget_shown
from bot.state.lessons.gathering_subject import forget_gatherings
from bot.state.lessons.tables import LEARNING
from bot.state.retention import blank, forget_owners
from bot.state.rows import party_columns
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
_TO_THE_ASKER: Final = (Event.ASKED_BACK.value, Event.REASSIGNED.value)
_SOME: Final = 500  # names in one statement
_FEW: Final = 50  # of those that are searched for in bodies


def erase(connection: Connection, subject: Subject, at: datetime, actor: str) -> dict[str, int]:
    """Forget somebody; how many of which kind, as the line in the audit says, too."""
    cases = [
        case_of(row) for row in connection.execute(select(escalations).where(subject.concerns()).with_for_update())
    ]
    heirs = _heirs(connection, subject, cases)
    counts = _forget_talk(connection, subject) | _forget_lessons(connection, subject)
    counts |= forget_shown(connection, subject.person)
    counts |= forget_gatherings(connection, subject, at)
    counts["listings"] = connection.execute(delete(listings).where(listings.c.person == subject.person)).rowcount
    counts["deliveries"] = _forget_deliveries(connection, subject, cases, heirs, at)
    counts["entries"] = _unname(connection, entries, "actor", subject, words="")
    counts["escalations"] = len(cases)
    written = [(case, _forget_case(connection, subject, case, heirs[case.id], at, actor)) for case in cases]
    again = precedents.c.version + 1
    counts["precedents"] = _forget_undecided(connection, subject, cases)
    counts["precedents"] += _unname(connection, precedents, "author", subject, version=again)
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


def _heirs(connection: Connection, subject: Subject, cases: Sequence[Escalation]) -> dict[str, list[Party]]:
    """Who else reported each of some cases, the first one first."""
    of = reporters.c
    others = select(reporters).where(of.organisation == subject.organisation, ~subject.reported()).order_by(of.id)
    heirs: dict[str, list[Party]] = {case.id: [] for case in cases}
    for start in range(0, len(cases), _SOME):
        some = [case.id for case in cases[start : start + _SOME]]
        for row in connection.execute(others.where(of.escalation.in_(some))):
            heirs[row.escalation].append(Party(row.workspace, row.account, row.thread, row.person, row.name))
    return heirs


def _forget_deliveries(
    connection: Connection,
    subject: Subject,
    cases: Sequence[Escalation],
    heirs: Mapping[str, Sequence[Party]],
    at: datetime,
) -> int:
    """No longer owe them anything; empty what was sent to them, and what was sent to anybody about their cases.

    What others are still owed about a case that goes on without them stays. How many were emptied.
    """
    table = deliveries.c
    theirs = subject.has(deliveries)
    worded = select(table.id, table.workspace, table.account, table.ended, theirs).where(table.body != "")
    by_id = {case.id: case for case in cases}
    gone = [
        delivery
        for delivery, workspace, account, ended, is_theirs in connection.execute(worded).all()
        for about in [[by_id[part] for part in delivery.split(":") if part in by_id]]  # its id names its case
        if is_theirs
        or any(ended is not None or _tells_of(subject, case, heirs[case.id], workspace, account) for case in about)
    ]
    gone += _digests(connection, cases)
    for start in range(0, len(gone), _SOME):
        some = gone[start : start + _SOME]
        unsent = (table.id.in_(some), table.state.in_(("planned", "queued")))
        connection.execute(update(deliveries).where(*unsent).values(state="cancelled", ended=at))
        connection.execute(update(deliveries).where(table.id.in_(some)).values(body="", problem=None))
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(some)))
    return len(gone)


def _tells_of(subject: Subject, case: Escalation, heirs: Sequence[Party], workspace: str, account: str) -> bool:
    """Whether a message that was not sent yet holds the asker's words: any but what others who reported it are told."""
    to_another = any((each.workspace, each.account) == (workspace, account) for each in heirs)
    return subject.is_one_of(case.asker) and not to_another


def _digests(connection: Connection, cases: Sequence[Escalation]) -> list[str]:
    """The digests that list one of some cases: they name it in their buttons, not in their ids."""
    table, found = deliveries.c, set[str]()
    for start in range(0, len(cases), _FEW):
        lists = or_(*(table.body.contains(f'"{case.id}"', autoescape=True) for case in cases[start : start + _FEW]))
        found.update(connection.execute(select(table.id).where(table.kind == "digest", lists)).scalars())
    return sorted(found)


def _forget_undecided(connection: Connection, subject: Subject, cases: Sequence[Escalation]) -> int:
    """Delete what was offered of their questions and no person has gone through, or did and refused; how many."""
    table = precedents.c
    unread = (PrecedentState.PROPOSED.value, PrecedentState.REFUSED.value)
    asked = [case.id for case in cases if subject.is_one_of(case.asker)]
    gone = 0
    for start in range(0, len(asked), _SOME):
        theirs = (table.organisation == subject.organisation, table.escalation.in_(asked[start : start + _SOME]))
        gone += connection.execute(delete(precedents).where(*theirs, table.state.in_(unread))).rowcount
    return gone


def _forget_case(
    connection: Connection, subject: Subject, case: Escalation, heirs: Sequence[Party], at: datetime, actor: str
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
    if subject.is_one_of(case.asker) and heirs:  # others reported the same: it goes on for them
        values |= _hand_on(connection, case, heirs[0])
    elif subject.is_one_of(case.asker):
        blank(connection, case.organisation, case.id)
        values |= _nobody("asker")
        if case.stage in _UNRESOLVED:
            values |= {"stage": Stage.CLOSED.value, "ended": at, **dict.fromkeys(_CLOCK)}
            said = [Entry(Event.CLOSED, at, by, case.stage.value, Stage.CLOSED.value, _ASKER_FORGOTTEN)]
    its_reporters = (reporters.c.escalation == case.id, subject.reported())
    left = connection.execute(delete(reporters).where(*its_reporters)).rowcount
    if left and heirs:
        values |= {"reports": max(1, case.reports - left)}
    connection.execute(update(escalations).where(*its).values(values))
    their_chat = (posts.c.organisation == case.organisation, posts.c.escalation == case.id, subject.has(posts))
    connection.execute(delete(posts).where(*their_chat))
    named = {"organisation": case.organisation, "escalation": case.id}
    if said:
        connection.execute(insert(entries), [named | entry_columns(each) for each in said])
    return said


def _hand_on(connection: Connection, case: Escalation, heir: Party) -> dict[str, Any]:
    """The case as that of another who reported the same, in their words; what was asked of its asker is forgotten."""
    its = (entries.c.organisation == case.organisation, entries.c.escalation == case.id)
    by_heir = (entries.c.actor_workspace == heir.workspace, entries.c.actor_account == heir.account)
    report = (*its, *by_heir, entries.c.event == Event.JOINED.value)
    words = connection.execute(select(entries.c.words).where(*report).order_by(entries.c.id).limit(1)).scalar()
    emptied = or_(and_(*report), and_(*its, entries.c.event.in_(_TO_THE_ASKER)))
    connection.execute(update(entries).where(emptied).values(words=""))
    return {"question": words or "", "found": "", **party_columns("asker", heir)}


def _unname(connection: Connection, table: Table, prefix: str, subject: Subject, **values: object) -> int:
    """Take their name and accounts out of rows; how many."""
    theirs = subject.is_party(table, prefix)
    return connection.execute(update(table).where(theirs).values(_nobody(prefix) | values)).rowcount


def _nobody(prefix: str) -> dict[str, Any]:
    """Somebody on a surface of whom nothing is left but the workspace."""
    return {f"{prefix}_{name}": "" for name in PARTY if name != "workspace"}


__all__ = ["erase"]
