"""What a company may say of its people: read from words, or refused with what to write instead.

Each of these raises ``ValueError`` with one line for whoever keeps the list.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from lessons.models import Track

_LONGEST: Final = 200  # characters of what is no e-mail address
_LONGEST_ADDRESS: Final = 254  # RFC 5321
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def read_address(text: str) -> str:
    """An e-mail address in lower case."""
    address = text.strip().lower()
    if not address:
        raise ValueError("there is no e-mail address; every person needs one")
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address) or not address.isprintable():
        raise ValueError(f"'{shown(text)}' is no e-mail address; write one as ines@example.com")
    return address


def read_words(text: str) -> str:
    """A name, a region or a unit."""
    words = " ".join(text.split())
    if len(words) > _LONGEST:
        raise ValueError(f"'{shown(words)}' is too long; write at most {_LONGEST} characters")
    if not words.isprintable():
        raise ValueError(f"'{shown(words)}' holds a character that cannot be shown; take it out")
    return words


def read_track(text: str) -> str:
    """The name of a track, in whatever case; empty where nothing is written."""
    name = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    if name and name not in tuple(Track):
        raise ValueError(f"there is no track '{shown(text)}'; take one of {', '.join(Track)}")
    return name


def read_day(text: str) -> date | None:
    """A day as ISO writes it; a time of day that follows is left out. ``None`` where nothing is written."""
    if not text.strip():
        return None
    written = _DAY.fullmatch(text.strip())
    try:
        if written is not None:
            return date.fromisoformat(written[1])
    except ValueError:  # there is no such day
        pass
    raise ValueError(f"'{shown(text)}' is no date; write it as 2026-02-28")


def read_time_zone(text: str) -> str:
    """The name of a time zone; empty where nothing is written."""
    name = text.strip()
    if name and name not in _time_zones():
        raise ValueError(f"'{shown(name)}' is no time zone; take an IANA name such as Europe/Berlin")
    return name


def read_locale(text: str) -> str:
    """A language, perhaps with a country; empty where nothing is written."""
    name = text.strip()
    if name and not _LOCALE.fullmatch(name):
        raise ValueError(f"'{shown(name)}' is no language; write it as de or de-AT")
    return name.replace("_", "-")


def shown(text: str) -> str:
    """Somebody's words as a line can show them: not too long, nothing that a terminal would act on."""
    plain = "".join(each if each.isprintable() else "\ufffd" for each in text.strip())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


__all__ = [
    "read_address",
    "read_day",
    "read_locale",
    "read_time_zone",
    "read_track",
    "read_words",
    "shown",
]
