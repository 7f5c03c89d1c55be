"""What became of the lessons, in SQL: rows for reports, streamed, so that memory does not grow with the people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, case, func, or_, select

from bot.ports.figures import Staffing
from bot.state.engine import reading
from bot.state.lessons.certificate_tables import certificates, exams
from bot.state.lessons.tables import graded, sittings
from bot.state.tables import accounts, deliveries, people, replies
from lessons.report import SPAN, AnswerRow, MemberRow, QuestionRow, SittingRow
from lessons.schedule import REVIEW, Answered
from lessons.xapi import Award, Examination, Reading, Response

_AT_ONCE: Final = 1000  # rows that are held in memory
_ANSWERS: Final = ('{"kind":"answer"', '{"kind":"hand_over"')
"""How a reply that answers a question begins as JSON."""

_ITEM: Final = ("person", "lesson", "version", "check")


class SqlFigures:
    """Implements ``Figures``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def members(self, organisation: str, since: datetime, until: datetime) -> Sequence[MemberRow]:
        """Everybody who was there at some time of a period: who did not leave before it and was not hired after it."""
        who = people.c
        query = select(who.id, who.track, who.unit, who.region).where(
            who.organisation == organisation,
            _is_here(since.date()),
            or_(who.hire_date.is_(None), who.hire_date <= until.date()),
        )
        return [MemberRow(row.id, row.track, row.unit, row.region) for row in self._stream(query)]

    def sittings(self, organisation: str, since: datetime, until: datetime) -> Iterator[SittingRow]:
        """The lessons that were due then and were sent, or opened.

        Where it is open whether one went out, it counts once it was opened. One is answered when it ended after an
        answer; what counts are the first tries until then, also those from before it came.
        """
        its, tried = sittings.c, graded.c
        tries = and_(tried.person == its.person, tried.lesson == its.lesson, tried.first, tried.at <= its.ended)
        query = (
            select(
                *(its.id, its.person, its.lesson, its.due, its.opened, its.ended),
                func.count(tried.id).label("tries"),
                func.count(case((tried.right, 1))).label("right"),
            )
            .join_from(sittings, people, people.c.id == its.person)
            .join(deliveries, deliveries.c.id == its.id, isouter=True)
            .join(graded, tries, isouter=True)
            .where(people.c.organisation == organisation, its.due >= since, its.due < until)
            .where(its.check == "", its.programme.not_in(("", REVIEW)), _came())
            .group_by(its.id)
        )
        for row in self._stream(query):
            answered = row.ended if row.tries else None
            all_right = answered is not None and row.right == row.tries
            yield SittingRow(row.person, row.lesson, row.due, row.opened, answered, right_first=all_right)

    def answers(self, organisation: str, since: datetime, until: datetime) -> Iterator[AnswerRow]:
        """The answers, from the first one on, to checks that came back in a period."""
        tried = graded.c
        query = select(*(tried[name] for name in _ITEM), tried.at, tried.right)
        query = query.join_from(graded, people, people.c.id == tried.person)
        query = query.where(people.c.organisation == organisation, tried.at < until)
        in_order = self._stream(query.order_by(*(tried[name] for name in _ITEM), tried.at, tried.id))
        for _, rows in groupby(in_order, key=lambda row: tuple(getattr(row, name) for name in _ITEM)):
            tries = [AnswerRow(row.person, row.lesson, row.version, row.check, row.at, row.right) for row in rows]
            last = tries[-1].at
            if last >= since and last - tries[0].at >= SPAN:
                yield from tries

    def questions(self, organisation: str, since: datetime, until: datetime) -> Iterator[QuestionRow]:
        """The questions asked then whose answers are still kept, a row for each section that was cited."""
        their = and_(accounts.c.workspace == replies.c.workspace, accounts.c.account == replies.c.account)
        query = (
            select(accounts.c.person, replies.c.at, replies.c.body)
            .join_from(replies, accounts, their)
            .join(people, people.c.id == accounts.c.person)
            .where(people.c.organisation == organisation, replies.c.at >= since, replies.c.at < until)
            .where(or_(*(replies.c.body.startswith(each, autoescape=True) for each in _ANSWERS)))
        )
        for row in self._stream(query):
            yield from (QuestionRow(row.person, section, row.at) for section in _cited(row.body))

    def readings(self, organisation: str, since: datetime, until: datetime) -> Iterator[Reading]:
        """The lessons that were opened or ended then, in whatever way they came."""
        its = sittings.c
        query = (
            select(its.person, its.lesson, its.version, its.opened, its.ended, its.programme)
            .join_from(sittings, people, people.c.id == its.person)
            .where(people.c.organisation == organisation, its.check == "", its.opened.is_not(None))
            .where(or_(_within(its.opened, since, until), _within(its.ended, since, until)))
            .order_by(its.person, its.opened, its.id)
        )
        for row in self._stream(query):
            yield Reading(row.person, row.lesson, row.version, row.opened, row.ended, row.programme)

    def responses(self, organisation: str, since: datetime, until: datetime) -> Iterator[Response]:
        """Every answer that was given then."""
        query = (
            select(graded)
            .join_from(graded, people, people.c.id == graded.c.person)
            .where(people.c.organisation == organisation, _within(graded.c.at, since, until))
            .order_by(graded.c.person, graded.c.at, graded.c.id)
        )
        for row in self._stream(query):
            yield Response(
                *(row.person, row.lesson, row.version, row.check, row.at), choices=tuple(row.choices), right=row.right
            )

    def examinations(self, organisation: str, since: datetime, until: datetime) -> Iterator[Examination]:
        """Every exam that was ended then."""
        query = (
            select(exams)
            .join_from(exams, people, people.c.id == exams.c.person)
            .where(people.c.organisation == organisation, _within(exams.c.ended, since, until))
            .order_by(exams.c.person, exams.c.ended, exams.c.level, exams.c.number)
        )
        for row in self._stream(query):
            share = row.right / len(row.items) if row.items else 0.0
            yield Examination(row.person, row.level, row.ended, row.passed, share)

    def awards(self, organisation: str, since: datetime, until: datetime) -> Iterator[Award]:
        """Every level that was given then; also one that was taken back since."""
        its = certificates.c
        query = select(its.person, its.level, its.issued).where(
            its.organisation == organisation, its.person != "", _within(its.issued, since, until)
        )
        for row in self._stream(query.order_by(its.person, its.issued, its.id)):
            yield Award(row.person, row.level, row.issued)

    def holders(self, organisation: str, at: datetime) -> Mapping[str, int]:
        """How many of the people who are there hold which level at a moment."""
        its = certificates.c
        query = (
            select(its.level, func.count(its.person.distinct()).label("people"))
            .join_from(certificates, people, people.c.id == its.person)
            .where(its.organisation == organisation, its.issued <= at, its.expires > at)
            .where(or_(its.revoked.is_(None), its.revoked > at), _is_here(at.date()))
            .group_by(its.level)
        )
        return {row.level: row.people for row in self._stream(query)}

    def staffing(self, organisation: str, on: date) -> Staffing:
        """How well the people are described on a day."""
        who = people.c
        query = select(who.track, who.unit, who.hire_date, who.roles)
        query = query.where(who.organisation == organisation, _is_here(on))
        count = units = hired = with_role = on_track = 0
        tracks: set[str] = set()
        for row in self._stream(query):  # not counted in SQL: each database has JSON functions of its own
            count += 1
            on_track += bool(row.track)
            units += bool(row.unit)
            hired += row.hire_date is not None
            with_role += bool(row.roles)
            tracks.add(row.track)
        return Staffing(count, on_track, units, hired, with_role, frozenset(tracks - {""}))

    def reviewed(self) -> Iterator[tuple[str, Answered]]:
        """Every answer in every organisation with the person's id, by person."""
        tried = graded.c
        query = select(tried.person, tried.lesson, tried.check, tried.at, tried.right, tried.version)
        for row in self._stream(query.order_by(tried.person, tried.at, tried.id)):
            yield row.person, Answered(row.lesson, row.check, row.at, right=row.right, version=row.version)

    def _stream(self, query: Select[Any]) -> Iterator[Row[Any]]:
        with reading(self._engine) as connection:
            yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE})


def _came() -> ColumnElement[bool]:
    """Whether a lesson was sent, or else opened; one without a delivery came on this machine itself."""
    return or_(deliveries.c.id.is_(None), deliveries.c.state == "sent", sittings.c.opened.is_not(None))


def _is_here(on: date) -> ColumnElement[bool]:
    return or_(people.c.left.is_(None), people.c.left > on)


def _within(column: ColumnElement[Any], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _cited(body: str) -> Iterator[str]:
    """The sections that a kept reply quotes, each once."""
    try:
        quotes = json.loads(body).get("quotes", ())
    except ValueError:  # kept by another version
        return
    yield from dict.fromkeys(f"{each['policy']}#{each['section']}" for each in quotes)


__all__ = ["SqlFigures"]
