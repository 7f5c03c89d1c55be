"""When a case is due, and when somebody has to be reminded of it: pure arithmetic over a contact's working hours.

An urgent case runs by day and night; every other only while its contact works, so that no reminder comes in quiet
hours. A clock rings half-way and at the end, then for each who takes over, then once a working day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Clock, Stage
from knowledge.contacts import Contact
from knowledge.contacts.hours import after
from knowledge.models import Priority

HALF_WAY: Final = 0
AT_THE_END: Final = 1
"""How often a clock rang before: what is to be done the next time. Whatever comes after them passes the case on."""

_DAILY: Final = timedelta(hours=8)  # of working time


@dataclass(frozen=True, slots=True)
class Times:
    """How long a contact has for each priority: to respond, and then to answer."""

    response: Mapping[Priority, timedelta]
    answer: Mapping[Priority, timedelta]

    def span(self, stage: Stage, priority: Priority) -> timedelta:
        """The time for what is to be done next."""
        return (self.response if stage is Stage.OPEN else self.answer)[priority]


DEFAULT_TIMES: Final = Times(
    response={
        Priority.URGENT: timedelta(minutes=15),
        Priority.HIGH: timedelta(hours=1),
        Priority.NORMAL: timedelta(hours=4),
        Priority.NONE: timedelta(hours=8),
    },
    answer={
        Priority.URGENT: timedelta(hours=2),
        Priority.HIGH: timedelta(hours=8),
        Priority.NORMAL: timedelta(hours=16),
        Priority.NONE: timedelta(hours=40),
    },
)
"""Of working time, save for ``urgent``: an hour for what is serious, half a day for what is not, two days to answer."""


def start(times: Times, stage: Stage, priority: Priority, contact: Contact, at: datetime) -> Clock | None:
    """The clock of an open or claimed case that begins now; ``None`` for any other."""
    if stage not in (Stage.OPEN, Stage.CLAIMED):
        return None
    span = times.span(stage, priority)
    return Clock(
        began=at, due=_after(contact, priority, at, span), next=_after(contact, priority, at, span / 2), rung=0
    )


def ring(times: Times, stage: Stage, priority: Priority, contact: Contact, clock: Clock, at: datetime) -> Clock:
    """The clock after it rang at a moment, with ``contact`` in charge from now on."""
    rung = clock.rung + 1
    if clock.rung == HALF_WAY and at >= clock.due:
        rung += 1  # nobody looked for so long that both are due: one reminder, which says that it is overdue
    if rung <= AT_THE_END:
        following = clock.due
    elif rung == AT_THE_END + 1:
        following = _after(contact, priority, at, times.span(stage, priority) / 2)
    else:
        grace = times.span(stage, priority) / 2 if priority is Priority.URGENT else _DAILY
        following = _after(contact, priority, at, grace)
    return replace(clock, rung=rung, next=following)


def hold(clock: Clock | None) -> Clock | None:
    """The clock while somebody else has to act: it stands still."""
    return replace(clock, next=None) if clock else None


def _after(contact: Contact, priority: Priority, start: datetime, span: timedelta) -> datetime:
    return start + span if priority is Priority.URGENT else after(contact, start, span)


__all__ = ["AT_THE_END", "DEFAULT_TIMES", "HALF_WAY", "Times", "hold", "ring", "start"]
