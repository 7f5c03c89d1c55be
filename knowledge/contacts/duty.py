"""Who of a contact is on duty, and when nobody is. Days are days of the contact's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from knowledge.contacts.models import Contact, Override

_WEEK: Final = 7
_LONGEST: Final = 400
"""Days within which an absence is followed to its end."""


def on_duty(contact: Contact, at: datetime) -> str | None:
    """The e-mail address of the person to turn to at ``at`` (aware).

    ``None`` where the contact names no person and no rotation, where its rotation has not begun, and where it is
    absent.
    """
    day = local_day(contact, at)
    if absent_on(contact, day):
        return None
    return contact.person if contact.rotation is None else _turn(contact, day)


def is_absent(contact: Contact, at: datetime) -> bool:
    """Whether nobody of the contact is there on the whole day of ``at`` (aware): an absence, or nobody on duty.

    A closed door is no absence: neither the evening, nor the weekend, nor a public holiday is one.
    """
    return absent_on(contact, local_day(contact, at))


def absent_until(contact: Contact, at: datetime) -> date:
    """The last day of the absence in which ``at`` lies: of those that follow one another without a gap."""
    day = local_day(contact, at)
    for _ in range(_LONGEST):
        if not absent_on(contact, day + timedelta(days=1)):
            break
        day += timedelta(days=1)
    return day


def absent_on(contact: Contact, day: date) -> bool:
    """Whether nobody of the contact is there on a day of its time zone."""
    if any(each.first <= day <= each.last for each in contact.absent):
        return True
    override = _override(contact, day)
    return override is not None and override.member is None


def local_day(contact: Contact, at: datetime) -> date:
    """Which day it is where the contact is."""
    return at.astimezone(ZoneInfo(contact.hours.time_zone)).date()


def _turn(contact: Contact, day: date) -> str | None:
    rotation, override = contact.rotation, _override(contact, day)
    if override is not None:
        return override.member
    if rotation is None or day < rotation.since:
        return None
    return rotation.members[(day - rotation.since).days // _WEEK % len(rotation.members)]


def _override(contact: Contact, day: date) -> Override | None:
    if contact.rotation is None:
        return None
    return next((each for each in contact.rotation.overrides if each.first <= day <= each.last), None)


__all__ = ["absent_on", "absent_until", "is_absent", "local_day", "on_duty"]
