"""Reads who is on duty and when nobody is: the ``absent``, ``rotation`` and ``person`` of a contact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from knowledge.contacts.models import Absence, Override, Rotation
from knowledge.documents.front_matter import as_date
from knowledge.errors import ContentError

_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
_MONDAY: Final = 0


def read_person(value: object) -> str | None:
    """The e-mail address of a fixed person; ``None`` where the field is not there.

    Raises:
        ContentError: where it is no address.
    """
    return None if value is None else _email(value, "person")


def read_absences(value: object) -> tuple[Absence, ...]:
    """The absences, in the order in which they are written.

    Raises:
        ContentError: where one of them is no span of days.
    """
    absences = []
    for each in _list(value, "absent"):
        fields = _mapping(each, "absent", {"from", "to"})
        absences.append(Absence(*_days(fields, "absent")))
    return tuple(absences)


def read_rotation(value: object) -> Rotation | None:
    """The rotation; ``None`` where the field is not there.

    Raises:
        ContentError: where it has no members, does not begin on a Monday, or an override cannot be used.
    """
    if value is None:
        return None
    fields = _mapping(value, "rotation", {"members", "since", "overrides"})
    members = tuple(_email(each, "rotation") for each in _list(fields.get("members"), "members"))
    if not members:
        raise ContentError("'rotation' has no members; list their e-mail addresses")
    since = as_date(fields.get("since"))
    if since is None or since.weekday() != _MONDAY:
        raise ContentError(
            "'since' of a rotation must be a Monday such as 2026-11-02; weeks are handed over on Mondays"
        )
    overrides = tuple(_override(each) for each in _list(fields.get("overrides"), "overrides"))
    _check_overlaps(overrides)
    return Rotation(members, since, overrides)


def _override(value: object) -> Override:
    fields = _mapping(value, "overrides", {"from", "to", "member"})
    if "member" not in fields:
        raise ContentError("an override has no 'member'; give an e-mail address, or null where nobody is on duty")
    member = fields["member"]
    return Override(*_days(fields, "overrides"), None if member is None else _email(member, "overrides"))


def _check_overlaps(overrides: Sequence[Override]) -> None:
    for one, other in pairwise(sorted(overrides, key=lambda each: each.first)):
        if other.first <= one.last:
            raise ContentError(f"two overrides hold on {other.first}; end the first of them before the second begins")


def _days(fields: dict[str, object], field: str) -> tuple[date, date]:
    first, last = as_date(fields.get("from")), as_date(fields.get("to"))
    if first is None or last is None:
        raise ContentError(f"'{field}' needs 'from' and 'to' as days such as 2026-12-21; correct it")
    if first > last:
        raise ContentError(f"'{field}' goes from {first} to {last}, which is before it; swap them")
    return first, last


def _list(value: object, field: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ContentError(f"'{field}' is no list; begin each entry with '- '")
    return value


def _mapping(value: object, field: str, known: set[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ContentError(f"'{field}' has an entry without names; give {', '.join(sorted(known))}")
    unknown = sorted({str(each) for each in value} - known)
    if unknown:
        raise ContentError(f"'{field}' has unknown fields {', '.join(unknown)}; it knows {', '.join(sorted(known))}")
    return {str(name): each for name, each in value.items()}


def _email(value: object, field: str) -> str:
    text = str(value).strip()
    if not _EMAIL.fullmatch(text):
        raise ContentError(f"'{field}' names '{text}', which is no e-mail address; write it as name@example.com")
    return text


__all__ = ["read_absences", "read_person", "read_rotation"]
