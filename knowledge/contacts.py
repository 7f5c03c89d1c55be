"""The people and channels behind a question: read from ``contacts.yml``, found by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from knowledge.documents.front_matter import as_names
from knowledge.errors import ContentError
from knowledge.models import Problem

LAST_RESORT: Final = "coe_lead"
"""The contact that answers where no other is named; every pack must have it."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIELDS: Final = frozenset({"id", "name", "topics", "regions", "languages", "hours", "backup", "reach"})


@dataclass(frozen=True, slots=True)
class Hours:
    """When a contact answers: weekdays and local wall-clock times (``HH:MM``) in an IANA time zone."""

    days: tuple[str, ...]
    opens: str
    closes: str
    time_zone: str

    def __str__(self) -> str:
        numbers = sorted({_DAYS.index(day) for day in self.days})
        names = [_DAYS[number].capitalize() for number in numbers]
        in_a_row = len(names) > 2 and numbers[-1] - numbers[0] == len(names) - 1
        days = f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)
        return f"{days} {self.opens}–{self.closes} ({self.time_zone})"


@dataclass(frozen=True, slots=True)
class Contact:
    """A CoE role that can be asked. ``reach`` maps a way (channel, email, phone) to an address."""

    id: str
    name: str
    topics: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    backup: str | None
    reach: Mapping[str, str]
    line: int


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


def read_contacts(path: Path) -> tuple[Contacts, tuple[Problem, ...]]:
    """Read ``contacts.yml``; an entry that cannot be used is left out and named in the problems.

    Raises:
        ContentError: where the file is missing or is no YAML list under ``contacts``.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise ContentError(f"there is no '{path}'; 'clearpost init DIR' writes one to start from") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"'{path}' is not readable YAML; compare it with one from 'clearpost init DIR'") from error
    entries = _entries(root)
    if entries is None:
        raise ContentError(f"'{path}' needs a list under 'contacts:'; compare it with one from 'clearpost init DIR'")
    contacts: list[Contact] = []
    problems: list[Problem] = []
    for node in entries:
        line = node.start_mark.line + 1
        try:
            contact = _contact(_fields(node), line)
            if any(contact.id == other.id for other in contacts):
                raise ContentError(f"contact '{contact.id}' is written twice; keep one of them")
            contacts.append(contact)
        except ContentError as error:
            message, _, remedy = str(error).partition("; ")
            problems.append(Problem(path.name, line, message, remedy[:1].upper() + remedy[1:] or "Mend this entry"))
    problems.extend(_check_backups(path.name, contacts))
    return Contacts(tuple(contacts)), tuple(problems)


def _entries(root: yaml.Node | None) -> Sequence[yaml.Node] | None:
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "contacts" and isinstance(value, yaml.SequenceNode):
                return list(value.value)
    return None


def _fields(node: yaml.Node) -> object:
    try:
        return yaml.safe_load(yaml.serialize(node))
    except (yaml.YAMLError, ValueError, AttributeError, KeyError, TypeError) as error:  # as in front_matter.py
        raise ContentError("a contact has a value that YAML cannot read; put it in quotes") from error


def _contact(fields: object, line: int) -> Contact:
    if not isinstance(fields, dict):
        raise ContentError("a contact is not a list of 'name: value' lines; begin it with '- id:'")
    missing = {"id", "name", "reach", "hours"} - set(fields)
    if missing:
        raise ContentError(f"a contact lacks {', '.join(sorted(missing))}; add it")
    unknown = {str(each) for each in fields} - _FIELDS
    if unknown:
        raise ContentError(f"a contact has unknown fields {', '.join(sorted(unknown))}; correct the spelling")
    reach = fields["reach"]
    if not isinstance(reach, dict) or not reach:
        raise ContentError("'reach' names no way to reach the contact; give a channel or an e-mail address")
    return Contact(
        id=str(fields["id"]),
        name=str(fields["name"]),
        topics=as_names(fields.get("topics")),
        regions=as_names(fields.get("regions")) or ("worldwide",),
        languages=as_names(fields.get("languages")) or ("en",),
        hours=_hours(fields["hours"]),
        backup=str(fields["backup"]) if fields.get("backup") else None,
        reach={str(way): str(address) for way, address in reach.items()},
        line=line,
    )


def _hours(value: object) -> Hours:
    if not isinstance(value, dict):
        raise ContentError("'hours' is not a mapping; give days, opens, closes and time_zone")
    days = tuple(day.lower()[:3] for day in as_names(value.get("days")))
    if not days or set(days) - set(_DAYS):
        raise ContentError(f"'days' must be a list of {', '.join(_DAYS)}; correct it")
    opens, closes = str(value.get("opens", "")), str(value.get("closes", ""))
    if not all(_is_time(each) for each in (opens, closes)) or opens >= closes:
        raise ContentError(
            "'opens' and 'closes' must be times such as \"08:00\", the first before the second; quote them"
        )
    zone = str(value.get("time_zone", ""))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ContentError(f"unknown time zone '{zone}'; use an IANA name such as Europe/Berlin") from error
    return Hours(days, opens, closes, zone)


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    if not (colon and len(text) == 5 and text.isascii() and hours.isdigit() and minutes.isdigit()):
        return False
    return int(hours) * 60 + int(minutes) <= 24 * 60 and int(minutes) < 60


def _check_backups(file: str, contacts: Sequence[Contact]) -> Iterator[Problem]:
    backups = {contact.id: contact.backup for contact in contacts}
    for contact in contacts:
        if contact.backup is not None and contact.backup not in backups:
            yield Problem(
                file, contact.line, f"backup '{contact.backup}' is no contact", "Name one that is in this file"
            )
        seen, following = [contact.id], contact.backup
        while following is not None and following in backups and following not in seen:
            seen.append(following)
            following = backups[following]
        if following == contact.id:
            chain = "' → '".join((*seen, contact.id))
            yield Problem(file, contact.line, f"backups go round in a circle ('{chain}')", "End the chain at coe_lead")
    if LAST_RESORT not in backups:
        yield Problem(file, 1, f"there is no contact '{LAST_RESORT}'", "Add it: it answers where nobody else is named")


__all__ = ["LAST_RESORT", "Contact", "Contacts", "Hours", "read_contacts"]
