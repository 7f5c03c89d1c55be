"""Finds who takes a case: the entry that fits best, else its backup, else the last resort. No case is swallowed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from knowledge.contacts.duty import absent_until, is_absent, local_day, on_duty
from knowledge.contacts.hours import is_open
from knowledge.contacts.models import LAST_RESORT, Contact, Contacts
from knowledge.contacts.regions import wider
from knowledge.documents.policy import WORLDWIDE
from knowledge.errors import ContentError

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MISFIT: Final = -1

Fit = tuple[int, int, int, int, int]
"""How closely an entry fits by region, unit, language and working hours; the greater, the closer."""


@dataclass(frozen=True, slots=True)
class Need:
    """Whom a case asks for, and where it comes from; ``None`` where that is not known."""

    contact: str
    region: str | None = None
    unit: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """Who takes a case: a contact and, where one is known, the person (e-mail address) who is on duty there.

    ``passed_over`` are pairs of a contact's id and the reason in words, in the order in which they were tried.
    """

    contact: Contact
    member: str | None
    passed_over: tuple[tuple[str, str], ...] = ()


def route(contacts: Contacts, need: Need, at: datetime) -> Routed:
    """Who takes a case at ``at`` (aware).

    Of the contact that is named and of those that stand in for it, the one that fits the need most closely: by region
    first, then by unit, then by language; of those that speak it, one that is open now. Who is absent is passed over
    for the backup, and the last resort takes what nobody else does, even absent. Closed doors pass nobody over: there
    the clock waits.

    Raises:
        ContentError: where there is no contact at all.
    """
    passed: dict[str, str] = {}
    for identifier in _line(contacts, need, passed, at):
        contact = contacts.get(identifier)
        if contact is None:
            passed[identifier] = "is no contact"
        elif is_absent(contact, at):
            passed[identifier] = f"absent until {_in_words(absent_until(contact, at), local_day(contact, at))}"
        else:
            return _routed(contact, at, passed)
    last = _last_resort(contacts)
    passed.pop(last.id, None)
    return _routed(last, at, passed)


def _routed(contact: Contact, at: datetime, passed: dict[str, str]) -> Routed:
    return Routed(contact, on_duty(contact, at), tuple(passed.items()))


def _line(contacts: Contacts, need: Need, passed: Collection[str], at: datetime) -> Iterator[str]:
    """Who is asked one after the other. Whoever is asked stands in ``passed`` before the next: no circle goes on."""
    wanted = need.contact
    while True:
        identifier = _closest(contacts, wanted, need, passed, at)
        if identifier is not None:
            yield identifier
        elif wanted == LAST_RESORT:
            return
        wanted = _following(contacts.get(identifier))


def _following(contact: Contact | None) -> str:
    if contact is None:
        return LAST_RESORT
    return contact.backup or contact.stands_in_for or LAST_RESORT


def _closest(contacts: Contacts, wanted: str, need: Need, passed: Collection[str], at: datetime) -> str | None:
    """The id of the closest fit that was not passed over yet; ``wanted`` itself where no such contact exists."""
    named = contacts.get(wanted)
    if named is None:
        return None if wanted in passed else wanted
    stand_ins = [each for each in contacts if each.stands_in_for == wanted and each.id != wanted]
    fits = [(_fit(named, need, at), named.id)]
    fits += [(fit, each.id) for each in stand_ins if _MISFIT not in (fit := _fit(each, need, at))[:2]]
    left = [(fit, identifier) for fit, identifier in fits if identifier not in passed]
    return max(left, key=lambda each: each[0])[1] if left else None  # of equals the first: the contact that was named


def _fit(contact: Contact, need: Need, at: datetime) -> Fit:
    speaks = need.language is not None and need.language.lower() in {each.lower() for each in contact.languages}
    return (
        _region_fit(contact, need.region),
        _unit_fit(contact, need.unit),
        int(speaks),
        int(speaks and is_open(contact, at)),  # an open door to whom one cannot talk is none
        -len(contact.languages) if speaks else 0,
    )


def _region_fit(contact: Contact, region: str | None) -> int:
    """0 for all the world, more the narrower the region in common is."""
    regions = {each.lower() for each in contact.regions}
    names = wider(region) if region else (WORLDWIDE,)
    narrowest = next((place for place, name in enumerate(names) if name in regions), None)
    return _MISFIT if narrowest is None else len(names) - 1 - narrowest


def _unit_fit(contact: Contact, unit: str | None) -> int:
    if not contact.units:
        return 0
    return 1 if unit is not None and unit.lower() in {each.lower() for each in contact.units} else _MISFIT


def _last_resort(contacts: Contacts) -> Contact:
    last = contacts.get(LAST_RESORT) or next(iter(contacts), None)
    if last is None:
        raise ContentError(f"there is nobody in 'contacts.yml'; add '{LAST_RESORT}' and run 'clearpost check-content'")
    return last


def _in_words(day: date, today: date) -> str:
    """``31 December``, with the year where it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


__all__ = ["Need", "Routed", "route"]
