"""What somebody still has to show for a level, and what to renew it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from lessons.catalogue import Catalogue
from lessons.certification.banks import Bank
from lessons.certification.levels import ExamRule, Level, Levels, Reminder
from lessons.models import Lesson, Track
from lessons.soundness.stale import ChangedSince

_NAMED: Final = 3  # lessons that a sentence names before it only counts


@dataclass(frozen=True, slots=True)
class Finished:
    """A lesson whose last check was answered, in the version that it had."""

    lesson: str
    version: str
    on: date


@dataclass(frozen=True, slots=True)
class Sat:
    """An exam that was scored."""

    level: str
    attempt: int
    at: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was done and counts; ``kind`` is the id of a kind of evidence."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that was issued and not revoked; ``expires`` is the last day on which it is in force."""

    level: str
    issued: date
    expires: date


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody has behind them.

    ``proven`` are sections (``policy#section``) that they showed they know, ``passed`` lessons that a placement quiz
    showed they need not read.
    """

    finished: tuple[Finished, ...] = ()
    sat: tuple[Sat, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    held: tuple[Held, ...] = ()
    proven: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()

    def knows(self, lesson: Lesson) -> bool:
        """Whether a lesson need not be read."""
        return lesson.id in self.passed or self.proven.issuperset(lesson.rests_on)


class Standing(StrEnum):
    """How somebody stands with a level."""

    NEVER = "never"
    HELD = "held"
    RENEWABLE = "renewable"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to show: how much of it is done, and a sentence that says what to do, or what was done."""

    words: str
    done: int
    of: int

    @property
    def met(self) -> bool:
        """Whether all of it is done."""
        return self.done >= self.of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is with a level. ``opens`` is when the exam may be sat; ``None`` where none is left to sit."""

    level: str
    parts: tuple[Part, ...]
    opens: datetime | None = None

    @property
    def done(self) -> tuple[Part, ...]:
        """What is done."""
        return tuple(each for each in self.parts if each.met)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is left to do, a sentence each."""
        return tuple(each.words for each in self.parts if not each.met)

    @property
    def eligible(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Renewal:
    """What changed since a level was reached, and only that is asked.

    It can be renewed from ``opens`` to ``closes``, both included. ``lessons`` are to be read again and ``items`` to be
    drawn for the exam; both are empty where nothing changed, or where it was done already.
    """

    level: str
    standing: Standing
    expires: date
    opens: date
    closes: date
    lessons: tuple[str, ...]
    items: tuple[str, ...]
    progress: Progress

    @property
    def eligible(self) -> bool:
        """Whether the certificate may be issued anew now."""
        return self.standing is Standing.RENEWABLE and self.progress.eligible


def progress(level: Level, levels: Levels, catalogue: Catalogue, record: Record, at: datetime) -> Progress:
    """How far somebody is with a level that they do not hold.

    A lesson counts in any version, and also where it was passed or all of its sections are proven. A pass counts while
    a certificate of its day would be in force, and evidence for ever.
    """
    parts: list[Part] = []
    below = levels.below(level)
    if below is not None:
        parts.append(Part(f"Hold the level “{below.name}”.", int(in_force(below, record, at.date())), 1))
    lessons = level.taught(catalogue)
    if lessons:
        parts.append(_reading([each for each in lessons if not _known(each, record)], len(lessons)))
    opens = None
    if level.exam is not None:
        since = at - timedelta(days=level.valid_days)
        passed = any(each.passed and each.level == level.id and each.at > since for each in record.sat)
        opens = None if passed else exam_opens(level, record, at)
        parts.append(_sitting(level.exam, level.exam.items, passed, opens, at))
    for rule in level.evidence:
        kind = levels.kinds.get(rule.kind)
        words = kind.words if kind else rule.kind
        given = sum(each.kind == rule.kind for each in record.evidence)
        times = "" if rule.count == 1 else f" ({min(given, rule.count)} of {rule.count})"
        parts.append(Part(f"{words}{times}.", given, rule.count))
    return Progress(level.id, tuple(parts), opens)


def exam_opens(level: Level, record: Record, at: datetime) -> datetime:
    """From when the exam of a level may be sat (again): so many days after the day of the last failure, else now.

    It opens as that day begins (in UTC), since people are told the day and not the minute.
    """
    failed = [each.at.astimezone(UTC).date() for each in record.sat if each.level == level.id and not each.passed]
    wait = timedelta(days=level.exam.wait_days if level.exam else 0)
    return max([at, *(datetime.combine(each + wait, time(), UTC) for each in failed)])


def next_attempt(level: Level, record: Record) -> int:
    """The number of somebody's next attempt at the exam of a level, from 1."""
    return max((each.attempt for each in record.sat if each.level == level.id), default=0) + 1


def in_force(level: Level, record: Record, today: date) -> bool:
    """Whether somebody holds a level on a day."""
    return any(each.level == level.id and each.issued <= today <= each.expires for each in record.held)


def next_level(track: Track, levels: Levels, record: Record, today: date) -> Level | None:
    """The level to go for: the first of the track that is above all that are in force; ``None`` at the top."""
    best = max((each.belt.rank for each in levels.on(track) if in_force(each, record, today)), default=-1)
    return next((each for each in levels.on(track) if each.belt.rank > best), None)


def expiry(level: Level, issued: date) -> date:
    """The last day of a certificate that is issued on a day."""
    return issued + timedelta(days=level.valid_days)


def standing(level: Level, record: Record, today: date) -> Standing:
    """How somebody stands with a level on a day."""
    held = _newest(level, record)
    if held is None:
        return Standing.NEVER
    window = timedelta(days=level.renew_days)
    if today > held.expires + window:
        return Standing.LAPSED
    return Standing.RENEWABLE if today >= held.expires - window else Standing.HELD


def renewal(
    level: Level, catalogue: Catalogue, bank: Bank | None, record: Record, changed_since: ChangedSince, at: datetime
) -> Renewal | None:
    """What somebody who reached a level has to do to keep it; ``None`` where they never reached it.

    A lesson is asked again where it has another version than the one they finished, where they never met it, or where
    one of its sections changed after the certificate was issued and they have not read it since. The exam asks the
    questions that rest on such sections; where there are none there is no exam.
    """
    held = _newest(level, record)
    if held is None:
        return None
    window = timedelta(days=level.renew_days)
    lessons = level.taught(catalogue)
    asked = bank.upto(level.belt) if bank is not None and level.exam is not None else ()
    resting = (*(each.rests_on for each in lessons), *(each.rests_on for each in asked))
    sections = {section for each in resting for section in each}
    found = {section: changed_since(section, held.issued) for section in sections}
    changed = {section: day for section, day in found.items() if day is not None and day <= at.date()}
    affected = [each for each in lessons if _is_news(each, changed, record, held)]
    repeat = [each for each in affected if not _read_again(each, changed, record)]
    items = tuple(each.id for each in asked if not changed.keys().isdisjoint(each.rests_on))
    parts = [_reading(repeat, len(affected))] if affected else []
    opens = None
    if items and level.exam is not None:
        begin = held.expires - window
        passed = any(each.passed and each.level == level.id and each.at.date() >= begin for each in record.sat)
        opens = None if passed else exam_opens(level, record, at)
        parts.append(_sitting(level.exam, min(len(items), level.exam.items), passed, opens, at))
        items = () if passed else items
    return Renewal(
        level=level.id,
        standing=standing(level, record, at.date()),
        expires=held.expires,
        opens=held.expires - window,
        closes=held.expires + window,
        lessons=tuple(each.id for each in repeat),
        items=items,
        progress=Progress(level.id, tuple(parts), opens),
    )


def criteria(level: Level, levels: Levels, catalogue: Catalogue) -> tuple[str, ...]:
    """What the holder of a level has shown, a phrase each, for the certificate."""
    phrases: list[str] = []
    below = levels.below(level)
    if below is not None:
        phrases.append(f"holds the level “{below.name}”")
    count = len(level.taught(catalogue))
    if count:
        phrases.append(f"finished {_count(count, 'lesson')}")
    if level.exam is not None:
        needed = level.exam.needed(level.exam.items)
        phrases.append(f"answered at least {needed} of {_count(level.exam.items, 'exam question')} right")
    for rule in level.evidence:
        kind = levels.kinds.get(rule.kind)
        times = "" if rule.count == 1 else f" ({rule.count} times)"
        phrases.append(f"did this: {_lower(kind.words if kind else rule.kind)}{times}")
    return tuple(phrases)


def due(level: Level, started: date, record: Record) -> date | None:
    """By when somebody on the track since ``started`` must have a level; ``None`` where nobody must."""
    if level.mandatory_within is None:
        return None
    held = _newest(level, record)
    return held.expires if held else started + timedelta(days=level.mandatory_within)


def reminder(steps: Sequence[Reminder], due: date, today: date, sent: Collection[int]) -> Reminder | None:
    """The reminder to send today, if any. ``sent`` are the ``days`` of those that were sent for this date.

    It is the last one whose day has come; earlier ones that were missed are skipped, so that there is never a burst.
    """
    left = (due - today).days
    come = [each for each in steps if each.days >= left]
    if not come:
        return None
    last = min(come, key=lambda each: each.days)
    return None if any(days <= last.days for days in sent) else last


def _newest(level: Level, record: Record) -> Held | None:
    held = [each for each in record.held if each.level == level.id]
    return max(held, key=lambda each: (each.expires, each.issued), default=None)


def _known(lesson: Lesson, record: Record) -> bool:
    return any(each.lesson == lesson.id for each in record.finished) or record.knows(lesson)


def _is_news(lesson: Lesson, changed: dict[str, date], record: Record, held: Held) -> bool:
    """Whether a lesson is not what it was on the day of the certificate."""
    if not changed.keys().isdisjoint(lesson.rests_on):
        return True
    earlier = [each for each in record.finished if each.lesson == lesson.id and each.on <= held.issued]
    if not earlier:
        return not record.knows(lesson)
    return all(each.version != lesson.version for each in earlier)


def _read_again(lesson: Lesson, changed: dict[str, date], record: Record) -> bool:
    since = max((changed[each] for each in lesson.rests_on if each in changed), default=date.min)
    finished = (each for each in record.finished if each.lesson == lesson.id)
    return any(each.version == lesson.version and each.on >= since for each in finished)


def _reading(left: Sequence[Lesson], of: int) -> Part:
    if not left:
        return Part(f"{_count(of, 'lesson')} finished.", of, of)
    if len(left) == 1:
        return Part(f"Finish the lesson “{left[0].title}”.", of - 1, of)
    names = [f"“{each.title}”" for each in left[:_NAMED]]
    more = len(left) - len(names)
    rest = _and([*names, f"{more} more"] if more else names)
    return Part(f"Finish {len(left)} lessons: {rest}.", of - len(left), of)


def _sitting(rule: ExamRule, items: int, passed: bool, opens: datetime | None, at: datetime) -> Part:
    if passed:
        return Part("The exam is passed.", 1, 1)
    needed = rule.needed(items)
    how = f"{_count(items, 'question')}, {'all' if needed == items else f'at least {needed}'} right"
    if opens is not None and opens > at:
        return Part(f"Pass the exam ({how}); it opens again on {opens.day} {opens:%B %Y}.", 0, 1)
    return Part(f"Pass the exam ({how}).", 0, 1)


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


__all__ = [
    "Evidence",
    "Finished",
    "Held",
    "Part",
    "Progress",
    "Record",
    "Renewal",
    "Sat",
    "Standing",
    "criteria",
    "due",
    "exam_opens",
    "expiry",
    "in_force",
    "next_attempt",
    "next_level",
    "progress",
    "reminder",
    "renewal",
    "standing",
]
