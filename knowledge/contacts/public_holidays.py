"""The public holidays of a country or a part of it, by the ``holidays`` package (government sources, no network)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

import holidays

from knowledge.errors import ContentError

_CODE: Final = re.compile(r"([A-Z]{2})(?:-(.+))?")
_KNOWN: Final = "AT, CH, DE, DE-BY, ES, FR, GB, US or US-CA"


def check_code(code: str) -> None:
    """See that a code such as ``DE`` or ``DE-BY`` is known.

    Raises:
        ContentError: where it is not; the message names some that are.
    """
    parts = _CODE.fullmatch(code)
    countries = holidays.list_supported_countries()
    if parts is None or parts[1] not in countries:
        raise ContentError(f"there are no holidays of '{code}'; use a code such as {_KNOWN}")
    subdivisions = countries[parts[1]]
    if parts[2] is not None and parts[2] not in subdivisions:
        some = ", ".join(f"{parts[1]}-{each}" for each in subdivisions[:5])
        remedy = f"use {parts[1]}, or a part of it such as {some}" if some else f"use {parts[1]}"
        raise ContentError(f"there are no holidays of '{code}'; {remedy}")


def code_of(region: str) -> str | None:
    """The code of a region as packs write it (``de``, ``de-by``), or of its country; ``None`` where there is none."""
    code = region.upper()
    for each in (code, code.partition("-")[0]):
        try:
            check_code(each)
        except ContentError:
            continue
        return each
    return None


def is_public_holiday(code: str, day: date) -> bool:
    """Whether ``day`` is a public holiday under a code that ``check_code`` has passed."""
    return day in _of_year(code, day.year)


@lru_cache(maxsize=256)
def _of_year(code: str, year: int) -> frozenset[date]:
    country, _, subdivision = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


__all__ = ["check_code", "code_of", "is_public_holiday"]
