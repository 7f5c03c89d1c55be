"""Learning: the curriculum, read again where its files changed, and who is taught what when."""

from __future__ import annotations

import secrets
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from bot.settings import Settings
from bot.wiring._answers import now
from bot.wiring._programme import curriculum, dials, figures, programme_settings, review_weights
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.routing import BaseRoute

    from bot.conversation.learn.campus import Campus
    from bot.conversation.learn.school import IsHoliday, School
    from bot.jobs import Watch
    from bot.ports.introductions import AddressBook
    from bot.state import State
    from lessons.schedule import Rules

_LOOK: Final = 30.0
_GATHERINGS: Final = 60.0
_MONTHLY: Final = 1800.0
_INTRODUCTIONS: Final = 60.0
"""Seconds between two looks."""


def school(settings: Settings, live: LiveAnswers, remembered: State) -> School:
    """The ports of learning."""
    from bot.conversation.learn.school import School
    from bot.jobs import Ledger
    from lessons.review import Reviewer

    return School(
        curriculum=curriculum(settings),
        learners=remembered.learners,
        people=remembered.people,
        staff=remembered.staff,
        records=remembered.records,
        answers=live,
        likeness=live,
        jobs=Ledger(remembered.engine, now),
        rules=_rules(settings),
        reviewer=Reviewer(review_weights(settings.data)),
        holidays=_holidays,
        new_id=lambda: secrets.token_urlsafe(12),
        dials=dials(remembered),
    )


def campus(settings: Settings, live: LiveAnswers, remembered: State) -> Campus:
    """The ports of learning: lessons, brown bags and notes, certification."""
    from bot.conversation.learn.campus import Campus
    from bot.conversation.learn.gatherings import Hall, evidence
    from bot.wiring import _certificates as certificates

    whole = school(settings, live, remembered)
    hall = Hall(
        school=whole,
        gatherings=remembered.gatherings,
        notes=remembered.notes,
        workspaces=remembered.workspaces,
        audit=remembered.audit,
        boards=tuple(settings.brown_bag_channels.items()),
        address=certificates.address(settings),
    )
    given = partial(evidence, remembered.gatherings, remembered.notes)
    awards = certificates.registrar(settings, remembered, certificates.issuer_if_any(settings))
    return Campus(whole, hall, certificates.academy(settings, certificates.chosen(settings), whole, awards, given))


def campus_watches(campus: Campus, remembered: State) -> Sequence[Watch]:
    """What is looked at again and again: who is due, brown bags, whom to remind, whose first of a month it is."""
    from bot.conversation.learn.gatherings import attend
    from bot.conversation.learn.monthly import monthly
    from bot.conversation.learn.syllabus import Syllabus
    from bot.jobs import Watch
    from bot.wiring import _certificates as certificates

    whole, rows, programme = campus.school, figures(remembered), programme_settings(remembered)
    syllabus = Syllabus(whole, remembered.curricula)
    return (
        Watch("lessons", _LOOK, lambda: syllabus.teach(now())),
        Watch("gatherings", _GATHERINGS, lambda: attend(campus.hall, now())),
        certificates.reminder_watch(campus.academy),
        Watch("monthly", _MONTHLY, lambda: whole.jobs.plan(monthly(whole, rows, programme, now()))),
    )


def introduction_watch(remembered: State, books: Mapping[str, AddressBook]) -> Sequence[Watch]:
    """Whom of the company's list the platforms know, by surface; nothing where none of them can be asked."""
    if not books:
        return ()
    from bot.conversation.learn.introduce import Lobby, introduce
    from bot.jobs import Watch

    ports = (remembered.workspaces, remembered.people, remembered.learners, remembered.introductions)
    lobby = Lobby(*ports, books, now)
    return (Watch("introductions", _INTRODUCTIONS, lambda: introduce(lobby)),)


def campus_routes(campus: Campus) -> Sequence[BaseRoute]:
    """Pages of certificates and calendar files of brown bags."""
    from bot.conversation.learn.gatherings import calendar_file
    from bot.server.events import event_routes
    from bot.wiring import _certificates as certificates

    return [
        *certificates.certificate_routes(campus.academy.registrar),
        *event_routes(partial(calendar_file, campus.hall.gatherings)),
    ]


def _rules(settings: Settings) -> Rules:
    from lessons.schedule import Hours, Rules

    return Rules(Hours(settings.lessons_from, settings.lessons_until), weekly_cap=settings.lessons_weekly_cap)


@cache
def _holidays(region: str) -> IsHoliday:
    """Which days are public holidays in a region; none where nothing is known of it."""
    from knowledge.contacts.public_holidays import code_of, is_public_holiday

    code = code_of(region)
    return partial(is_public_holiday, code) if code else lambda _day: False


__all__ = ["campus", "campus_routes", "campus_watches", "introduction_watch", "school"]
