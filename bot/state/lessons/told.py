"""What follows for the programmes from what a company says of its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import Connection

from bot.ports import Row
from bot.state.lessons.learners import look_at
from bot.state.lessons.owed import cancel_lessons

_PLANNED_BY: Final = ("track", "region", "hired", "left", "time_zone")
"""What the programmes go by."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was known of a person, and what is now."""

    person: str
    before: Row
    after: Row

    def differ(self, *names: str) -> bool:
        """Whether one of these fields is another one now."""
        return any(getattr(self.before, name) != getattr(self.after, name) for name in names)


def heed(connection: Connection, told: Sequence[Told], at: datetime | None) -> None:
    """Look again at whoever changed, and no longer owe lessons of another track, or after somebody left.

    Where nobody says when ``at`` is, they are looked at before everybody else, and nothing is cancelled yet.
    """
    look_at(connection, [each.person for each in told if each.differ(*_PLANNED_BY)], at)
    if at is None:
        return
    cancel_lessons(connection, [each.person for each in told if each.differ("track")], at)
    leaving: dict[date, list[str]] = defaultdict(list)
    for each in told:
        if isinstance(each.after.left, date) and each.differ("left"):
            leaving[each.after.left].append(each.person)
    for day, people in sorted(leaving.items()):
        since = None if day <= at.date() else datetime.combine(day, time.min, UTC)
        cancel_lessons(connection, people, at, since=since)


__all__ = ["Told", "heed"]
