"""Who learns what, in SQL: whom to look at, what they have behind them, what is owed to them, what they answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, bindparam, exists, insert, or_, select
from sqlalchemy import literal as value
from sqlalchemy import update as change_rows

from bot.ports import Graded, Learner, Look, Past, Sitting
from bot.state.engine import reading, writing
from bot.state.lessons.owed import cancel_lessons, chunks, never_came, owe
from bot.state.lessons.rows import graded_columns, graded_of, learner_of, sitting_columns, sitting_of
from bot.state.lessons.tables import graded, learners, proofs, sittings
from bot.state.rows import insert_into, organisation_of, take_turns
from bot.state.tables import Utc, accounts, people
from lessons.schedule import PLACEMENT

_WHO: Final = learners.c
_ON_TRACK: Final[ColumnElement[bool]] = people.c.track != ""


class SqlLearners:
    """Implements ``Learners``. ``joined`` are the workspaces of one company; each learner is written to in their own.

    Where something happens to a learner, their next look is that moment: whoever looked at them before it and plans
    after it finds that their look is no longer the one that was due. In PostgreSQL whatever changes both locks the
    learner before their sittings, and these before deliveries.
    """

    def __init__(self, engine: Engine, joined: Collection[str] = ()) -> None:
        self._engine = engine
        self._joined = frozenset(joined)

    def enrol(self, at: datetime) -> int:
        """Look at everybody who is on a track and was not enrolled yet, from now on; how many are new.

        Whoever left, or is on no track any more, is looked at no longer and owed nothing; who is back is looked at now.
        """
        with writing(self._engine) as connection:
            _rest(connection, at)
            is_here = select(people.c.id).where(_ON_TRACK, _is_here(at.date()))
            back = change_rows(learners).where(_WHO.next.is_(None), _WHO.person.in_(is_here))
            connection.execute(back.values(next=at))
            known = exists().where(_WHO.person == people.c.id)
            moment = value(at, Utc)
            new = select(people.c.id, people.c.organisation, moment, value(True), moment)
            new = new.where(_ON_TRACK, _is_here(at.date()), ~known)
            into = ("person", "organisation", "enrolled", "weekly", "next")
            added = insert_into(connection, learners).from_select(into, new).on_conflict_do_nothing()
            return connection.execute(added, execution_options={"preserve_rowcount": True}).rowcount

    def find(self, person: str) -> Learner | None:
        """A learner, also one who left; ``None`` where they are on no track, or were not enrolled yet."""
        with reading(self._engine) as connection:
            row = connection.execute(_learners().where(_ON_TRACK, _WHO.person == person)).one_or_none()
            return None if row is None else self._learners(connection, [row])[0]

    def on_track(self, track: str, on: date) -> Sequence[Learner]:
        """The learners of every organisation who are on a track on a day; nobody who left."""
        with reading(self._engine) as connection:
            theirs = _learners().where(people.c.track == track, _is_here(on)).order_by(_WHO.person)
            return self._learners(connection, connection.execute(theirs).all())

    def looking(self, at: datetime, most: int) -> Sequence[Learner]:
        """Learners at whom it is time to look, the one waiting longest first; nobody who left."""
        with reading(self._engine) as connection:
            return self._learners(connection, connection.execute(looking_statement(at, most)).all())

    def pasts(self, people: Collection[str]) -> Mapping[str, Past]:
        """What learners have behind them; an empty past for whoever has none."""
        came: dict[str, list[Sitting]] = defaultdict(list)
        placed: dict[str, list[Sitting]] = defaultdict(list)
        answered: dict[str, list[Graded]] = defaultdict(list)
        known: dict[str, dict[str, datetime]] = defaultdict(dict)
        with reading(self._engine) as connection:
            for some in chunks(people):
                theirs = select(sittings).where(sittings.c.person.in_(some), ~never_came())
                for row in connection.execute(theirs.order_by(sittings.c.due, sittings.c.id)):
                    (placed if row.programme == PLACEMENT else came)[row.person].append(sitting_of(row))
                answers = select(graded).where(graded.c.person.in_(some)).order_by(graded.c.at, graded.c.id)
                for row in connection.execute(answers):
                    answered[row.person].append(graded_of(row))
                for row in connection.execute(select(proofs).where(proofs.c.person.in_(some))):
                    known[row.person][row.section] = row.at
        return {
            each: Past(tuple(came[each]), tuple(answered[each]), known[each], tuple(placed[each])) for each in people
        }

    def plan(self, looks: Collection[Look]) -> int:
        """Owe what was found for learners and look again when they say, all in one transaction.

        Whoever paused, left or was answered meanwhile is left out. Returns how many sittings are new.
        """
        if not looks:
            return 0
        with writing(self._engine) as connection:
            due = _still_due(connection, looks)
            if not due:
                return 0
            again = change_rows(learners).where(_WHO.person == bindparam("who")).values(next=bindparam("then"))
            connection.execute(again, [{"who": each.person, "then": each.next} for each in due])
            return owe(connection, [(each.sitting, each.delivery) for each in due if each.sitting is not None])

    def begin(self, *begun: Sitting) -> None:
        """Keep what somebody opened themselves, without a delivery: all of it or nothing; a known one stays as it is.

        Of several all are one person's.
        """
        if not begun:
            return
        rows = [sitting_columns(each) for each in begun]
        with writing(self._engine) as connection:
            _lock(connection, begun[0].person)
            connection.execute(insert_into(connection, sittings).values(rows).on_conflict_do_nothing())

    def open(self, person: str, sitting: str, at: datetime) -> Sitting | None:
        """A person's sitting, opened now where it was not before; ``None`` where it is not theirs.

        Where it was not, look at the person again now: the next lesson may have waited for that.
        """
        theirs = (sittings.c.id == sitting, sittings.c.person == person)
        with writing(self._engine) as connection:
            _lock(connection, person)
            opened = change_rows(sittings).where(*theirs, sittings.c.opened.is_(None)).values(opened=at)
            if connection.execute(opened).rowcount:
                _look(connection, person, at)
            row = connection.execute(select(sittings).where(*theirs)).one_or_none()
            return None if row is None else sitting_of(row)

    def end(self, person: str, sitting: str, at: datetime) -> None:
        """A sitting is over, since the first time that this was said; look at the person again now."""
        theirs = (sittings.c.id == sitting, sittings.c.person == person, sittings.c.ended.is_(None))
        with writing(self._engine) as connection:
            _look(connection, person, at)
            connection.execute(change_rows(sittings).where(*theirs).values(ended=at))

    def grade(self, answer: Graded) -> Graded:
        """Keep an answer; ``first`` is whether it is their first to this check of this version. Look again now."""
        with writing(self._engine) as connection:
            take_turns(connection, "grade", answer.person)
            kept = _grade(connection, answer)
            _look(connection, answer.person, answer.at)
        return kept

    def place(self, sitting: str, answer: Graded) -> bool:
        """Keep the answer to a question of a placement quiz, which is over with it; look at the person again now.

        Where it is right, what is owed and not begun is cancelled: it may be a lesson on what they know. ``False``, and
        nothing is kept, where the question is not theirs, or was answered before.
        """
        its = (sittings.c.id == sitting, sittings.c.person == answer.person, sittings.c.programme == PLACEMENT)
        over = change_rows(sittings).where(*its, sittings.c.ended.is_(None)).values(opened=answer.at, ended=answer.at)
        with writing(self._engine) as connection:
            take_turns(connection, "grade", answer.person)
            _lock(connection, answer.person)
            if not connection.execute(over).rowcount:
                return False
            _grade(connection, answer)
            _look(connection, answer.person, answer.at)
            if answer.right:
                cancel_lessons(connection, [answer.person], answer.at)
        return True

    def prove(self, person: str, section: str, at: datetime, by: str) -> None:
        """A person knows a section, ``by`` a ``question`` whose answer helped; look at them again where that is news.

        The last time counts: a section that changed meanwhile is known again. What is owed and not begun is cancelled:
        it may be a lesson on what they know. What is none is owed again by the look that follows.
        """
        row = {"person": person, "section": section, "at": at, "by": by}
        with writing(self._engine) as connection:
            _lock(connection, person)
            new = insert_into(connection, proofs).values(row).on_conflict_do_nothing()
            is_new = connection.execute(new.returning(proofs.c.person)).first() is not None
            if not is_new:
                its = (proofs.c.person == person, proofs.c.section == section, proofs.c.at < at)
                connection.execute(change_rows(proofs).where(*its).values(at=at, by=by))
            if cancel_lessons(connection, [person], at) or is_new:
                _look(connection, person, at)

    def pause(self, person: str, until: datetime | None, at: datetime) -> None:
        """Send nothing before a moment; ``None`` ends a pause. What is owed and not begun is cancelled.

        What was cancelled counts as never owed: it comes when the pause is over.
        """
        with writing(self._engine) as connection:
            _change(connection, person, paused_until=until, next=at)
            if until is not None:
                cancel_lessons(connection, [person], at)

    def choose_weekly(self, person: str, at: datetime, *, weekly: bool) -> None:
        """Take the weekly lesson or not; what is owed and not begun is cancelled at once where they do not.

        Which programme is a weekly one is the curriculum's to say: what else was cancelled is owed again by the look
        that follows.
        """
        with writing(self._engine) as connection:
            _change(connection, person, weekly=weekly, next=at)
            if not weekly:
                cancel_lessons(connection, [person], at)

    def look_again(self, at: datetime, people: Collection[str] | None = None) -> None:
        """Look at people again now; where none are named, at everybody who is not waiting for a look already."""
        with writing(self._engine) as connection:
            if people is None:
                connection.execute(change_rows(learners).where(_WHO.next > at).values(next=at))
            else:
                look_at(connection, sorted(people), at)

    def _learners(self, connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[Learner]:
        """Learners with their accounts in the workspaces of their organisation."""
        met: dict[str, list[tuple[str, str]]] = defaultdict(list)
        whose = {row.id: row.organisation for row in rows}
        table = accounts.c
        for some in chunks(whose):
            theirs = select(table.person, table.workspace, table.account).where(table.person.in_(some), table.reachable)
            in_order = theirs.order_by(table.renewed.desc(), table.workspace, table.account)
            for row in connection.execute(in_order):
                if organisation_of(row.workspace, self._joined) == whose[row.person]:
                    met[row.person].append((row.workspace, row.account))
        return [learner_of(row, met[row.id]) for row in rows]


def looking_statement(at: datetime, most: int) -> Select[Any]:
    """At whom it is time to look, by the index of when."""
    due = _learners().where(_WHO.next <= at, _ON_TRACK, _is_here(at.date()))
    return due.order_by(_WHO.next, _WHO.person).limit(most)


def look_at(connection: Connection, persons: Sequence[str], at: datetime | None) -> None:
    """Look at people again now; where nobody says when that is, before everybody else."""
    moment = _WHO.enrolled if at is None else value(at, Utc)
    for some in chunks(persons):
        connection.execute(change_rows(learners).where(_WHO.person.in_(some)).values(next=moment))


def _learners() -> Select[Any]:
    columns = (people, _WHO.enrolled, _WHO.paused_until, _WHO.weekly)
    return select(*columns).join_from(learners, people, people.c.id == _WHO.person)


def _is_here(today: date) -> ColumnElement[bool]:
    return or_(people.c.left.is_(None), people.c.left > today)


def _rest(connection: Connection, at: datetime) -> None:
    """Look no longer at whoever is due and cannot be taught any more, and owe them nothing."""
    gone = select(people.c.id).where(or_(~_ON_TRACK, people.c.left <= at.date()))
    resting = change_rows(learners).where(_WHO.next <= at, _WHO.person.in_(gone)).values(next=None)
    cancel_lessons(connection, connection.execute(resting.returning(_WHO.person)).scalars().all(), at)


def _grade(connection: Connection, answer: Graded) -> Graded:
    """Keep an answer with ``first`` as it is; nobody else keeps one of the same person meanwhile."""
    same = [graded.c[name] == getattr(answer, name) for name in ("person", "lesson", "version", "check")]
    known = connection.execute(select(graded.c.id).where(*same).limit(1)).first()
    kept = replace(answer, first=known is None)
    connection.execute(insert(graded).values(graded_columns(kept)))
    return kept


def _still_due(connection: Connection, looks: Collection[Look]) -> Sequence[Look]:
    """The looks whose learners are as they were when they were looked at; nobody else plans for these now."""
    by_person = {each.person: each for each in looks}
    due = []
    for some in chunks(sorted(by_person)):
        query = (
            select(_WHO.person, _WHO.next, _WHO.paused_until, people.c.track, people.c.left)
            .join_from(learners, people, people.c.id == _WHO.person)
            .where(_WHO.person.in_(some))
            .order_by(_WHO.person)
        )
        rows = connection.execute(query.with_for_update(of=learners))
        due += [by_person[row.person] for row in rows if _stands(by_person[row.person], row)]
    return due


def _stands(look: Look, row: Any) -> bool:  # noqa: ANN401 - a row
    """Whether a look is of the learner as they are; a pause or a farewell is honoured whatever a clock said."""
    if row.next is None or row.next > look.seen or not row.track:
        return False
    if row.left is not None and row.left <= look.seen.date():
        return False
    paused = row.paused_until is not None and look.sitting is not None and look.sitting.due < row.paused_until
    return not paused


def _lock(connection: Connection, person: str) -> None:
    connection.execute(select(_WHO.person).where(_WHO.person == person).with_for_update())


def _look(connection: Connection, person: str, at: datetime) -> None:
    _change(connection, person, next=at)


def _change(connection: Connection, person: str, **values: Any) -> None:  # noqa: ANN401 - whatever a column holds
    connection.execute(change_rows(learners).where(_WHO.person == person).values(values))


__all__ = ["SqlLearners", "look_at", "looking_statement"]
