"""The values of ``contacts.yml``: who can be asked, when they are there, and who is on duty. All of them are frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

LAST_RESORT: Final = "coe_lead"
"""The contact that answers where no other is named; every pack must have it."""

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The weekdays as they are written, in the order of ``date.weekday()``."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a contact answers: weekdays and local wall-clock times (``HH:MM``) in an IANA time zone."""

    days: tuple[str, ...]
    opens: str
    closes: str
    time_zone: str

    def __str__(self) -> str:
        numbers = sorted({DAYS.index(day) for day in self.days})
        names = [DAYS[number].capitalize() for number in numbers]
        in_a_row = len(names) > 2 and numbers[-1] - numbers[0] == len(names) - 1
        days = f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)
        return f"{days} {self.opens}–{self.closes} ({self.time_zone})"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which nobody is there, from ``first`` to ``last``, both included, in the contact's time zone."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Override:
    """Who is on duty from ``first`` to ``last``, both included, instead of whose turn it is; ``None`` is nobody."""

    first: date
    last: date
    member: str | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """Members (e-mail addresses) who take turns of one week each, the first of them from ``since``, a Monday."""

    members: tuple[str, ...]
    since: date
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A CoE role that can be asked.

    ``reach`` maps a way (channel, email, phone) to an address. ``stands_in_for`` is the contact in whose place this
    one is asked where its regions, units and languages fit better. ``units`` is empty for all of them. ``holidays``
    is a country (``DE``) or a part of one (``DE-BY``) whose public holidays are days off. ``person`` is an e-mail
    address; a contact has a person or a rotation, or neither.
    """

    id: str
    name: str
    topics: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    backup: str | None
    reach: Mapping[str, str]
    line: int
    stands_in_for: str | None = None
    units: tuple[str, ...] = ()
    holidays: str | None = None
    absent: tuple[Absence, ...] = ()
    rotation: Rotation | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts of a pack, in the order in which they are written."""

    entries: tuple[Contact, ...]

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.entries)

    def get(self, identifier: str | None) -> Contact | None:
        """The contact with this id; ``None`` where there is none."""
        return next((contact for contact in self.entries if contact.id == identifier), None)

    def for_question(self, *candidates: str | None) -> str:
        """The first of ``candidates`` that exists, else the last resort: nobody is left without a person to ask."""
        return next((each for each in candidates if each is not None and self.get(each)), LAST_RESORT)


__all__ = ["DAYS", "LAST_RESORT", "Absence", "Contact", "Contacts", "Hours", "Override", "Rotation"]
