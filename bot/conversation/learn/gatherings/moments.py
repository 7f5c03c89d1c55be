"""When something is: read from a person's words in their own time zone, and said again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

USUAL: Final = 30
"""Minutes that a brown bag takes where nobody says how long."""

_SHORTEST, _LONGEST = 5, 480  # minutes
_FURTHEST: Final = timedelta(days=400)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHOWN_MONTHS: Final = tuple(each.capitalize() for each in _MONTHS)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHOWN_DAYS: Final = tuple(each.capitalize() for each in _DAYS)

_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d))?"
_WEEKDAY: Final = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_ON: Final = rf"(?:\bon\s+)?(?:\bthe\s+)?(?:\b{_WEEKDAY}\b,?\s+)?(?:the\s+)?"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ON}\b(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b",
        rf"{_ON}\b{_DAY}\.?\s+(?:of\s+)?{_MONTH}\b{_YEAR}",
        rf"{_ON}\b{_MONTH}\s+{_DAY}\b{_YEAR}",
        rf"{_ON}\b(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.(?P<year>20\d\d)?(?!\d)",
    )
)
"""Days that are written out; the first way in which one is found counts."""

_NEAR: Final = re.compile(
    rf"\b(?:on\s+)?(?:(?P<word>today|tomorrow)|(?:(?:this|next|coming)\s+)?(?P<weekday>{_WEEKDAY}))\b", re.IGNORECASE
)
_SLASHED: Final = re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b")
_HOUR: Final = r"(?:\d{1,2}:\d\d\s*(?:[ap]\.?m\b\.?)?|\d{1,2}\s*(?:[ap]\.?m\b\.?|h\b|o'clock\b)|noon\b)"
_CLOCK: Final = re.compile(
    rf"(?:\b(?:at|from)\s+)?\b(?P<begin>{_HOUR})(?:\s*(?:-|–|to|until|till)\s*(?P<end>{_HOUR}))?|"
    r"\b(?:at|from)\s+(?P<dotted>\d{1,2}(?:\.\d\d)?)\b(?!\s*(?:min|h|people|\.\d))",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap])?", re.IGNORECASE)
_LASTS: Final = re.compile(
    r"(?:\bfor\s+)?(?:\b(?P<minutes>\d{1,3})\s*-?(?:min(?:ute)?s?)\b|\b(?P<hours>\d(?:\.5)?)\s*(?:hours?|hrs?)\b|"
    r"\b(?P<half>half\s+an\s+hour)\b|\b(?P<one>an\s+hour)\b)",
    re.IGNORECASE,
)
_ZONE: Final = re.compile(r"\(?\b(?P<zone>UTC|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b\)?")

_NO_DAY: Final = "I could not tell which day. Write it as “3 December 14:00”."
_NO_TIME: Final = "I could not tell at what time. Write it as “3 December 14:00”."


@dataclass(frozen=True, slots=True)
class When:
    """A time that somebody said. ``begins`` is in UTC, ``zone`` is the one in which it was said.

    ``minutes`` is ``None`` where they did not say how long. ``before`` and ``after`` are the words around it.
    """

    begins: datetime
    zone: str
    minutes: int | None
    before: str
    after: str


def read_when(words: str, zone: str, now: datetime) -> When:
    """When something is, in words such as "3 December 14:00 for 30 minutes".

    A day without a year is the next such day. ``zone`` counts where the words name none.

    Raises:
        ValueError: what is missing or cannot be, in one line for whoever wrote it.
    """
    named = next((each for each in reversed([*_ZONE.finditer(words)]) if _is_zone(each["zone"])), None)
    zone = zone_named(named["zone"] if named else zone).key
    rest = _blank(words, named)
    lasts = _last(_LASTS, rest)
    rest = _blank(rest, lasts)
    found, day = _day(rest, now.astimezone(ZoneInfo(zone)).date())
    rest = _blank(rest, found)
    clock = _last(_CLOCK, rest)
    if clock is None:
        raise ValueError(_NO_TIME)
    begins = _moment(day, _time(clock["begin"] or clock["dotted"]), zone)
    if begins <= now:
        raise ValueError(f"{said(begins, zone)} is over already. Write a day that is still to come.")
    if begins - now > _FURTHEST:
        raise ValueError("That is more than a year away. Plan it when the day is nearer.")
    spans = [each.span() for each in (named, lasts, found, clock) if each]
    return When(
        begins,
        zone,
        _minutes(lasts, begins, _moment(day, _time(clock["end"]), zone) if clock["end"] else None),
        words[: min(start for start, _ in spans)].strip(" ,;:–-"),
        words[max(end for _, end in spans) :].strip(" ,;:–-."),
    )


def zone_named(name: str) -> ZoneInfo:
    """A time zone; UTC where there is none of that name."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def said(at: datetime, zone: str) -> str:
    """A moment as ``Thu 3 Dec 2026, 14:00 (Europe/Berlin)``."""
    local = at.astimezone(zone_named(zone))
    return f"{day_said(local)}, {local:%H:%M} ({local.tzinfo})"


def span_said(begins: datetime, minutes: int, zone: str) -> str:
    """A time from its beginning to its end as ``Thu 3 Dec 2026, 14:00–14:30 (Europe/Berlin)``."""
    local = begins.astimezone(zone_named(zone))
    end = (begins + timedelta(minutes=minutes)).astimezone(local.tzinfo)
    return f"{day_said(local)}, {local:%H:%M}–{end:%H:%M} ({local.tzinfo})"


def day_said(day: date) -> str:
    """A day as ``Thu 3 Dec 2026``; not by strftime, whose names follow the machine's locale."""
    return f"{_SHOWN_DAYS[day.weekday()]} {day.day} {_SHOWN_MONTHS[day.month - 1]} {day.year}"


def _is_zone(name: str) -> bool:
    return zone_named(name).key == name


def _day(words: str, today: date) -> tuple[re.Match[str], date]:
    for pattern in _DATES:
        found = _last(pattern, words)
        if found is not None:
            return found, _written(found, today)
    near = _last(_NEAR, words)
    if near is None and _SLASHED.search(words):
        raise ValueError("3/12 is March here and December there. Write the month as a word: “3 December 14:00”.")
    if near is None:
        raise ValueError(_NO_DAY)
    if near["word"]:
        return near, today + timedelta(days=near["word"].lower() == "tomorrow")
    ahead = (_DAYS.index(near["weekday"][:3].lower()) - today.weekday()) % 7
    return near, today + timedelta(days=ahead or 7)


def _written(found: re.Match[str], today: date) -> date:
    parts = found.groupdict()
    number = int(parts["number"]) if parts.get("number") else _MONTHS.index(parts["month"][:3].lower()) + 1
    years = [int(parts["year"])] if parts.get("year") else range(today.year, today.year + 9)
    for year in years:  # nine, because 29 February may be that far away
        try:
            day = date(year, number, int(parts["day"]))
        except ValueError:
            continue
        if parts.get("year") or day >= today:
            return day
    raise ValueError(f"There is no such day as “{found[0].strip()}”. Write it as “3 December 14:00”.")


def _time(words: str) -> time:
    if words.lower() == "noon":
        return time(12)
    told = _TOLD.match(words)
    assert told is not None  # every way of the pattern begins with an hour
    hour, minute, half = int(told["hour"]), int(told["minute"] or 0), (told["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half:
        hour = 24
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(f"There is no such time as “{words.strip()}”. Write it as “14:00”.") from None


def _moment(day: date, at: time, zone: str) -> datetime:
    """A moment in UTC; in autumn, when an hour comes twice, the first one."""
    local = datetime.combine(day, at, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).time() != at:
        raise ValueError(f"On that day the clocks in {zone} skip {at:%H:%M}. Write another time.")
    return moment


def _minutes(lasts: re.Match[str] | None, begins: datetime, ends: datetime | None) -> int | None:
    if ends is not None:
        minutes = int((ends - begins) / timedelta(minutes=1))
    elif lasts is None:
        return None
    elif lasts["minutes"]:
        minutes = int(lasts["minutes"])
    else:
        minutes = 30 if lasts["half"] else int(60 * float(lasts["hours"] or 1))
    if not _SHORTEST <= minutes <= _LONGEST:
        raise ValueError("A brown bag takes between 5 minutes and 8 hours. Write it as “14:00 for 30 minutes”.")
    return minutes


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    """The last place where a pattern is found: titles, which come first, may hold days and numbers, too."""
    last = None
    for last in pattern.finditer(words):  # noqa: B007 - the last one is what is wanted
        pass
    return last


def _blank(words: str, found: re.Match[str] | None) -> str:
    """The words with what was found blanked out, every other character in its place."""
    return words if found is None else f"{words[: found.start()]}{' ' * len(found[0])}{words[found.end() :]}"


__all__ = ["USUAL", "When", "day_said", "read_when", "said", "span_said", "zone_named"]
