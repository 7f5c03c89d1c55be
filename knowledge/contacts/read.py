"""Reads ``contacts.yml``; what cannot be used is named with its line and a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from knowledge.contacts.models import DAYS, LAST_RESORT, Contact, Contacts, Hours
from knowledge.contacts.public_holidays import check_code
from knowledge.contacts.read_duty import read_absences, read_person, read_rotation
from knowledge.documents.front_matter import as_names
from knowledge.errors import ContentError
from knowledge.models import Problem

_NEEDED: Final = frozenset({"id", "name", "reach", "hours"})
_OPTIONAL: Final = frozenset(
    {"topics", "regions", "languages", "backup", "for", "units", "holidays", "absent", "rotation", "person"}
)


def read_contacts(path: Path) -> tuple[Contacts, tuple[Problem, ...]]:
    """Read ``contacts.yml``; an entry that cannot be used is left out and named in the problems.

    Raises:
        ContentError: where the file is missing or is no YAML list under ``contacts``.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise ContentError(f"there is no '{path}'; 'clearpost init DIR' writes one to start from") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
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
    problems.extend(_check_stand_ins(path.name, contacts))
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
    missing = _NEEDED - set(fields)
    if missing:
        raise ContentError(f"a contact lacks {', '.join(sorted(missing))}; add it")
    unknown = {str(each) for each in fields} - _NEEDED - _OPTIONAL
    if unknown:
        raise ContentError(f"a contact has unknown fields {', '.join(sorted(unknown))}; correct the spelling")
    for field in ("id", "name"):
        if not _is_text(fields[field]):
            raise ContentError(f"'{field}' of a contact is empty or no text; write it behind the colon")
    reach = fields["reach"]
    if not isinstance(reach, dict) or not reach or not all(map(_is_text, reach.values())):
        raise ContentError("'reach' names no way to reach the contact; give a channel or an e-mail address")
    rotation, person = read_rotation(fields.get("rotation")), read_person(fields.get("person"))
    if rotation and person:
        raise ContentError("a contact has both a person and a rotation; keep one of them")
    return Contact(
        id=str(fields["id"]),
        name=str(fields["name"]),
        topics=as_names(fields.get("topics")),
        regions=_names(fields, "regions") or ("worldwide",),
        languages=_names(fields, "languages") or ("en",),
        hours=_hours(fields["hours"]),
        backup=str(fields["backup"]) if fields.get("backup") else None,
        reach={str(way): str(address) for way, address in reach.items()},
        line=line,
        stands_in_for=str(fields["for"]) if fields.get("for") else None,
        units=_names(fields, "units"),
        holidays=_holidays(fields.get("holidays")),
        absent=read_absences(fields.get("absent")),
        rotation=rotation,
        person=person,
    )


def _is_text(value: object) -> bool:
    """Whether somebody wrote something there; a telephone number may look like a number to YAML."""
    return isinstance(value, (str, int)) and not isinstance(value, bool) and bool(str(value).strip())


def _names(fields: dict[str, object], field: str) -> tuple[str, ...]:
    value = fields.get(field)
    if isinstance(value, bool) or (isinstance(value, list) and any(isinstance(each, bool) for each in value)):
        raise ContentError(f"'{field}' has a 'no' or 'yes' that YAML reads as false or true; write \"no\" in quotes")
    names = as_names(value)
    if value and not names:
        raise ContentError(f"'{field}' is no list of names; write it as [one, two]")
    return names


def _holidays(value: object) -> str | None:
    if value is None:
        return None
    if value is False:
        raise ContentError("'holidays' is a 'no' that YAML reads as false; write \"NO\" in quotes")
    country, dash, part = str(value).strip().partition("-")
    code = f"{country.upper()}{dash}{part}"
    check_code(code)
    return code


def _hours(value: object) -> Hours:
    if not isinstance(value, dict):
        raise ContentError("'hours' is not a mapping; give days, opens, closes and time_zone")
    days = tuple(day.lower()[:3] for day in as_names(value.get("days")))
    if not days or set(days) - set(DAYS):
        raise ContentError(f"'days' must be a list of {', '.join(DAYS)}; correct it")
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


def _check_stand_ins(file: str, contacts: Sequence[Contact]) -> Iterator[Problem]:
    stands_in_for = {contact.id: contact.stands_in_for for contact in contacts}
    for contact in contacts:
        named = contact.stands_in_for
        if named is None:
            continue
        if named not in stands_in_for:
            yield Problem(file, contact.line, f"for '{named}' is no contact", "Name one that is in this file")
        elif named == contact.id:
            yield Problem(file, contact.line, f"'{named}' stands in for itself", "Leave 'for' out")
        elif stands_in_for[named] is not None:
            message = f"'{contact.id}' stands in for '{named}', which stands in for '{stands_in_for[named]}'"
            yield Problem(file, contact.line, message, f"Write 'for: {stands_in_for[named]}'")


__all__ = ["read_contacts"]
