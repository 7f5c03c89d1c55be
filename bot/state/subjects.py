"""What is known of one person: told to them, or forgotten, when they ask for it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, exists, or_, select

from bot.ports import Event
from bot.state.directory import listings
from bot.state.engine import reading, writing
from bot.state.erasure import erase
from bot.state.lessons.certificates import told as shown_by
from bot.state.lessons.gathering_subject import told_of_gatherings
from bot.state.lessons.tables import graded, introductions, learners, proofs, sittings
from bot.state.rows import organisation_of, take_turns
from bot.state.subject import Subject, subject_of
from bot.state.tables import (
    accounts,
    audit,
    crises,
    deliveries,
    entries,
    escalations,
    feedback,
    people,
    places,
    precedents,
    replies,
    reporters,
    threads,
    turns,
)

Who = str | tuple[str, str]
"""An e-mail address, or a workspace and an account there."""

_TO_ALL: Final = (Event.ANSWERED.value, Event.CLOSED.value)  # who reported the case
_OF_OTHERS: Final = (Event.JOINED.value, Event.ADDED.value, Event.REOPENED.value, Event.REASSIGNED.value)
"""What its asker is not told where somebody else said it: another's report, a word among those who work on it."""

_FACTS: Final = ("number", "kind", "priority", "contact", "stage", "opened", "ended")
_AT_WORK: Final = frozenset({"case", "reminder", "added", "digest", "crisis", "precedent"})
"""The kinds of messages that tell whoever works on cases what others asked."""


class SqlSubjects:
    """What a person may ask for: what is known of them, and that it is forgotten. ``joined``: see ``SqlPeople``."""

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def export(self, organisation: str, who: Who) -> dict[str, Any] | None:
        """Everything about a person as plain JSON, other people's words left out; ``None`` where nobody is found."""
        with reading(self._engine) as connection:
            subject = self._find(connection, organisation, who)
            return None if subject is None else _everything(connection, subject)

    def cases(self, organisation: str, who: Who) -> Sequence[str]:
        """The escalations that a person has to do with: after ``forget``, their cards have to be renewed."""
        with reading(self._engine) as connection:
            subject = self._find(connection, organisation, who)
            if subject is None:
                return []
            query = select(escalations.c.id).where(subject.concerns()).order_by(escalations.c.number)
            return connection.execute(query).scalars().all()

    def forget(self, organisation: str, who: Who, at: datetime, actor: str = "") -> dict[str, int] | None:
        """Forget a person, all or nothing, with one line in the audit by ``actor``; how many of which kind.

        Their open escalations are closed, and those that they had claimed are open again. ``None`` where nobody is
        found. What is in the audit stays.
        """
        with writing(self._engine) as connection:
            take_turns(connection, "people", organisation)
            subject = self._find(connection, organisation, who)
            return None if subject is None else erase(connection, subject, at, actor)

    def _find(self, connection: Connection, organisation: str, who: Who) -> Subject | None:
        if not isinstance(who, str) and organisation_of(who[0], self._joined) != organisation:
            return None
        return subject_of(connection, organisation, who)


def _everything(connection: Connection, subject: Subject) -> dict[str, Any]:
    theirs = subject.has
    told = and_(feedback.c.workspace == replies.c.workspace, feedback.c.reply == replies.c.id)
    queries: dict[str, Select[Any]] = {
        "accounts": select(accounts).where(theirs(accounts)),
        "places": select(places).where(theirs(places)),
        "threads": select(threads).where(theirs(threads)),
        "turns": select(turns).where(subject.in_threads(), _own_turn(subject)).order_by(turns.c.id),
        "replies": select(replies).where(theirs(replies)).order_by(replies.c.at),
        "feedback": select(feedback).join(replies, told).where(theirs(replies)),
        "deliveries": select(deliveries).where(theirs(deliveries)).order_by(deliveries.c.due),
        "precedents": select(precedents).where(subject.is_party(precedents, "author")),
        "crises": select(crises).where(subject.is_party(crises, "by")),
        "sittings": select(sittings).where(sittings.c.person == subject.person).order_by(sittings.c.due),
        "graded": select(graded).where(graded.c.person == subject.person).order_by(graded.c.id),
        "proofs": select(proofs).where(proofs.c.person == subject.person).order_by(proofs.c.at, proofs.c.section),
        "introductions": select(introductions).where(introductions.c.person == subject.person),
        "audit": select(audit).where(subject.acted(audit)).order_by(audit.c.id),
    }
    person = select(people).where(people.c.id == subject.person)
    learner = select(learners).where(learners.c.person == subject.person)
    listed = {"listings": select(listings).where(listings.c.person == subject.person)}
    others = shown_by(subject.person) | told_of_gatherings(subject) | listed
    rows = {name: _rows(connection, query) for name, query in (queries | others).items()}
    return {
        "person": next(iter(_rows(connection, person)), None),
        "learner": next(iter(_rows(connection, learner)), None),
        **rows | {"deliveries": [_message(each) for each in rows["deliveries"]]},
        "escalations": [_case(connection, subject, row) for row in _cases(connection, subject)],
    }


def _own_turn(subject: Subject) -> Any:  # noqa: ANN401 - a condition
    """A question that the person asked: it was answered to them, or nobody else is in its thread."""
    its_thread = (replies.c.workspace == turns.c.workspace, replies.c.thread == turns.c.thread)
    joined = (threads.c.workspace == turns.c.workspace, threads.c.thread == turns.c.thread)
    answered = exists().where(*its_thread, replies.c.at == turns.c.at, subject.has(replies))
    others = or_(exists().where(*its_thread, ~subject.has(replies)), exists().where(*joined, ~subject.has(threads)))
    return or_(answered, ~others)


def _cases(connection: Connection, subject: Subject) -> Sequence[RowMapping]:
    query = select(escalations).where(subject.concerns()).order_by(escalations.c.number)
    return connection.execute(query).mappings().all()


def _case(connection: Connection, subject: Subject, row: RowMapping) -> dict[str, Any]:
    """A case as far as it is the person's own: what they said, and what was said to them."""
    its = (entries.c.organisation == row["organisation"], entries.c.escalation == row["id"])
    reported = select(reporters.c.id).where(
        reporters.c.organisation == row["organisation"], reporters.c.escalation == row["id"], subject.reported()
    )
    is_asker = subject.is_in(row, "asker")
    is_reporter = connection.execute(reported.limit(1)).one_or_none() is not None
    said = []
    for entry in connection.execute(select(entries).where(*its).order_by(entries.c.id)).mappings():
        own = subject.is_in(entry, "actor")
        for_all = is_reporter and entry["event"] in _TO_ALL
        shown = own or for_all or (is_asker and entry["event"] not in _OF_OTHERS)
        words = {"words": entry["words"]} if shown else {}
        said.append({"event": entry["event"], "at": entry["at"].isoformat(), "own": own, **words})
    return {
        **{name: _plain(row[name]) for name in _FACTS},
        "asked": is_asker,
        "reported": is_reporter,
        "owned": subject.is_in(row, "owner"),
        **({"question": row["question"], "found": _parsed(row["found"])} if is_asker else {}),
        "entries": said,
    }


def _message(row: dict[str, Any]) -> dict[str, Any]:
    """A message as far as it is the person's own: of one that came to them at work, only that it did."""
    return row | {"body": None} if row["kind"] in _AT_WORK else row


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    rows = connection.execute(query).mappings()
    return [{name: _parsed(value) if name == "body" else _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, date | datetime) else value


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text) if text else None
    except ValueError:  # kept by another version
        return text


__all__ = ["SqlSubjects", "Who"]
