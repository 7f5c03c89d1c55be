"""The Center of Excellence: what the conversation needs to open, work on and watch cases."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.settings import Settings
from bot.wiring._answers import now
from bot.wiring._lessons import campus
from knowledge.contacts.live import LiveTopics
from knowledge.live import LiveAnswers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.escalate.clocks import Times
    from bot.conversation.escalate.office import Office
    from bot.conversation.learn.campus import Campus
    from bot.conversation.learn.school import School
    from bot.conversation.router import Router
    from bot.jobs import Watch
    from bot.state import State

_CLOCKS: Final = 15.0
_MORNINGS: Final = 300.0
_PRECEDENTS: Final = 3_600.0
_STALE: Final = 3_600.0
"""Seconds between two looks."""


def office(settings: Settings, live: LiveAnswers, remembered: State) -> Office:
    """The ports of the Center of Excellence."""
    from bot.conversation.escalate.office import Office
    from bot.jobs import Ledger

    return Office(
        answers=live,
        directory=LiveTopics(lambda: live.contacts, live.encode),
        likeness=live,
        records=remembered.records,
        people=remembered.people,
        workspaces=remembered.workspaces,
        escalations=remembered.escalations,
        staff=remembered.staff,
        desks=remembered.desks,
        precedents=remembered.precedents,
        crises=remembered.crises,
        jobs=Ledger(remembered.engine, now),
        audit=remembered.audit,
        times=_times(settings),
        new_id=lambda: secrets.token_urlsafe(12),
        surge=settings.surge_reports,
    )


def router(settings: Settings, live: LiveAnswers, remembered: State, learning: Campus | None = None) -> Router:
    """The conversation over an index, with what it must not forget; ``learning`` where it was made already."""
    from bot.conversation.router import Router

    memory = timedelta(hours=settings.thread_hours)
    whole = learning or campus(settings, live, remembered)
    return Router(office(settings, live, remembered), whole, live, memory, settings.region)


def watches(settings: Settings, live: LiveAnswers, remembered: State, taught: School) -> Sequence[Watch]:
    """What is looked at again and again: clocks of cases, whose morning it is, stale precedents and lessons."""
    from bot.conversation.escalate.watch import morning, watch
    from bot.conversation.learn.stale import tell_owners
    from bot.conversation.precedents import question_stale
    from bot.jobs import Watch

    whole = office(settings, live, remembered)
    return (
        Watch("clocks", _CLOCKS, lambda: watch(whole, now())),
        Watch("mornings", _MORNINGS, lambda: morning(whole, now())),
        Watch("precedents", _PRECEDENTS, lambda: question_stale(whole, now())),
        Watch("stale", _STALE, lambda: tell_owners(whole, taught, now())),
    )


def _times(settings: Settings) -> Times:
    from bot.conversation.escalate.clocks import DEFAULT_TIMES, Times

    response, answer = (
        {**default, **{priority: timedelta(minutes=minutes) for priority, minutes in own.items()}}
        for default, own in (
            (DEFAULT_TIMES.response, settings.response_minutes),
            (DEFAULT_TIMES.answer, settings.answer_minutes),
        )
    )
    return Times(response, answer)


__all__ = ["office", "router", "watches"]
