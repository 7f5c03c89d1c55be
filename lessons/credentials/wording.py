"""How certificates write dates and names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)  # strftime would follow the machine's language


def day(at: datetime) -> str:
    """A day as it is written on a certificate, in UTC: ``3 May 2026``."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


def one_line(text: str) -> str:
    """Text on one line, without characters that cannot be seen."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


__all__ = ["day", "one_line"]
