"""A brown bag as a calendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from icalendar import Calendar, Event

from bot.conversation.learn.gatherings.hall import name_of
from bot.ports.gatherings import Gathering, Gatherings, Phase

_PRODUCT: Final = "-//Clearpost//Brown bags//EN"
_DOMAIN: Final = "clearpost"


def calendar_file(gatherings: Gatherings, identifier: str) -> bytes | None:
    """The calendar file of a brown bag, by the id that its link holds; ``None`` where none was announced.

    Whoever has the link reads it, so it names nobody's address. One that was called off says so: calendars that took
    it up take it out again.
    """
    found = gatherings.by_link(identifier)
    return None if found is None or found.phase is Phase.DRAFT else as_calendar(found)


def as_calendar(gathering: Gathering) -> bytes:
    """A brown bag as a calendar of one event, in UTF-8."""
    cancelled = gathering.phase is Phase.CANCELLED
    event = Event()
    event.add("uid", f"{gathering.id}@{_DOMAIN}")
    event.add("sequence", gathering.sequence)
    event.add("dtstamp", gathering.changed.astimezone(UTC))
    event.add("dtstart", gathering.begins.astimezone(UTC))
    event.add("dtend", gathering.ends.astimezone(UTC))
    event.add("summary", gathering.title)
    event.add(
        "description", "\n\n".join(each for each in (gathering.about, f"With {name_of(gathering.host)}.") if each)
    )
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if gathering.where:
        event.add("location", gathering.where)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


__all__ = ["as_calendar", "calendar_file"]
