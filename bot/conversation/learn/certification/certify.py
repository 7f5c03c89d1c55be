"""Where one stands with the levels of one's track, and what one is given for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.conversation.learn.cards import see_action
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.awarding import By, award, awarded_card, link, say_praise
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Head, Item, Reply, ReplyKind
from bot.ports import Learner
from bot.ports.certificates import Certificate
from lessons.certification import Level, Levels
from lessons.certification.progress import (
    Progress,
    Record,
    Renewal,
    Standing,
    due,
    in_force,
    next_level,
    progress,
    renewal,
    standing,
)
from lessons.errors import CredentialError
from lessons.models import Track

LEVEL: Final = "level"
"""The act of looking at one's levels."""
BESIDE: Final = "beside"
"""What that is done to where the card that it stands on is to stay."""
CERTIFY: Final = "certify"
"""The act of taking, or renewing, a level for which nothing is left to show."""
EXAM: Final = "exam"
"""The act of starting an exam."""

_HEAD: Final = Head("Your level", "🥋", "neutral")
_NO_TRACK: Final = (
    "You are on no track yet, so there is no level to go for. The Center of Excellence can put you on one."
)
_NO_LEVELS: Final = "There are no levels on your track. Write “lessons” to see what there is to learn."
_NOT_YET: Final = "There is still something to show for that level. Write “my level” to see what."
_SHOWN: Final = 3  # lessons to read that are offered as buttons


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner on a track with levels, as their organisation's dials have them, and what they have behind them."""

    learner: Learner
    track: Track
    levels: Levels
    record: Record
    at: datetime

    @property
    def id(self) -> str:
        """Of the person."""
        return self.learner.person.id

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.at.date()


def my_level(academy: Academy, message: Message) -> Reply:
    """Where somebody stands with each level of their track, and what is missing for the next one."""
    found = candidate(academy, message)
    if isinstance(found, Reply):
        return found
    levels = found.levels
    own = {each.level: each for each in academy.in_force(found.id)}
    rising = next_level(found.track, levels, found.record, found.today)
    items = (_item(academy, found, level, own.get(level.id), rising) for level in levels.on(found.track))
    return Reply(
        ReplyKind.LESSON,
        _summary(academy, found, rising),
        head=_HEAD,
        facts=tuple(_facts(academy, found)),
        items=tuple(items),
    )


def look(academy: Academy, message: Message, deed: Deed) -> Reply:
    """The same by a button, on a card that gives way to it or stays."""
    return replace(my_level(academy, message), private=deed.on == BESIDE)


def take(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Give somebody a level, or give it anew, where nothing is left to show."""
    found = candidate(academy, message)
    if isinstance(found, Reply):
        return found
    level = found.levels.find(deed.on)
    if level is None or level.track is not found.track or not is_eligible(academy, found, level):
        return _refusal(_NOT_YET)
    return given(academy, found, level, message)


def given(academy: Academy, found: Candidate, level: Level, message: Message, text: str = "") -> Reply:
    """The card of a level that somebody is given now."""
    try:
        by = By(message.account, message.workspace)
        certificate = award(academy.registrar, found.learner.person, level, found.at, by)
    except CredentialError as error:
        waits = f"You have shown all it takes. Your certificate has to wait: {error}."
        return Reply(ReplyKind.NOTE, " ".join(each for each in (text, waits) if each))
    return awarded_card(academy, certificate, level, message.workspace, text)


def praise(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Whether colleagues may be told; the card gives way to the certificate without the question."""
    person = academy.school.person(message)
    agreed = "yes" in deed.choices
    text = say_praise(academy, person, deed.on, message.workspace, message.at, agreed=agreed)
    kept = next((each for each in academy.in_force(person.id) if each.id == deed.on), None)
    level = academy.levels.find(kept.level) if kept else None
    if kept is None or level is None:
        return _refusal(text)
    return awarded_card(academy, kept, level, message.workspace, text)


def candidate(academy: Academy, message: Message) -> Candidate | Reply:
    """Who sent a message, as one who can be certified; or why that is not possible."""
    learner = academy.school.learner(message)
    if learner is None or learner.person.track not in set(Track):
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    track, levels = Track(learner.person.track), academy.levels_of(learner.person.organisation)
    if not levels.on(track):
        return Reply(ReplyKind.NOTE, _NO_LEVELS, private=True)
    return Candidate(learner, track, levels, academy.record(learner.person), message.at)


def is_eligible(academy: Academy, found: Candidate, level: Level) -> bool:
    """Whether nothing is left to show for a level that is not in force, or that can be renewed."""
    again = renewing(academy, found, level)
    if again is not None:
        return again.eligible
    if in_force(level, found.record, found.today):
        return False
    return going(academy, found, level).eligible


def renewing(academy: Academy, found: Candidate, level: Level) -> Renewal | None:
    """What to do to keep a level, where it can be renewed now."""
    if standing(level, found.record, found.today) is not Standing.RENEWABLE:
        return None
    return renewal(level, academy.catalogue, academy.bank(level), found.record, academy.changed_since, found.at)


def going(academy: Academy, found: Candidate, level: Level) -> Progress:
    """How far somebody is with a level that they do not hold."""
    return progress(level, found.levels, academy.catalogue, found.record, found.at)


def may_sit(found: Candidate, how_far: Progress) -> bool:
    """Whether an exam is left to sit, and may be sat now."""
    return how_far.opens is not None and how_far.opens <= found.at


def badge(academy: Academy, person: str, at: datetime) -> tuple[Level, Certificate] | None:
    """The highest level that somebody holds, with its certificate; for the overview."""
    held = [
        (level, each)
        for each in academy.in_force(person)
        if each.issued <= at <= each.expires and (level := academy.levels.find(each.level)) is not None
    ]
    return max(held, key=lambda each: (each[0].belt.rank, each[1].expires), default=None)


def _summary(academy: Academy, found: Candidate, rising: Level | None) -> str:
    if rising is None:
        return "You are at the top. Thank you for passing it on."
    best = badge(academy, found.id, found.at)
    now = f"You hold the level “{best[0].name}”." if best else "You hold no level yet."
    return f"{now} Next: “{rising.name}”."


def _facts(academy: Academy, found: Candidate) -> Iterator[tuple[str, str]]:
    for level in found.levels.on(found.track):
        until = due(level, found.learner.enrolled.date(), found.record)
        if until is not None and (not in_force(level, found.record, found.today) or renewing(academy, found, level)):
            yield "Everybody needs", f"“{level.name}”, by {day(until)}"


def _item(academy: Academy, found: Candidate, level: Level, own: Certificate | None, rising: Level | None) -> Item:
    name = f"{academy.levels.look(level).name}: {level.name}"
    again = renewing(academy, found, level)
    if again is not None:
        return Item(f"↻ {name}", _renewal_words(again), tuple(_actions(academy, found, level, again.progress, again)))
    if own is not None and in_force(level, found.record, found.today):
        issuer = academy.registrar.issuer
        where = f" {link(issuer, own)}" if issuer else ""
        return Item(f"✓ {name}", f"Yours until {day(own.expires)}.{where}")
    how_far = going(academy, found, level)
    if rising is None or level.id != rising.id:
        return Item(f"○ {name}", level.summary)
    lines = [f"✓ {each.words}" for each in how_far.done] + [f"○ {each}" for each in how_far.missing]
    words = "\n".join(lines) if lines else level.summary
    return Item(f"→ {name}", words, tuple(_actions(academy, found, level, how_far, None)))


def _renewal_words(again: Renewal) -> str:
    until = f"It ends on {day(again.expires)}; you can renew it until {day(again.closes)}."
    if again.eligible:
        return f"{until} Nothing is left to do for it."
    return "\n".join((until, *(f"○ {each}" for each in again.progress.missing)))


def _actions(
    academy: Academy, found: Candidate, level: Level, how_far: Progress, again: Renewal | None
) -> Iterator[Action]:
    if how_far.eligible:
        yield Action(CERTIFY, level.id, "Renew it" if again else "Take your certificate", "primary")
        return
    if may_sit(found, how_far):
        yield Action(EXAM, level.id, "Go on with the exam" if _has_begun(academy, found, level) else "Start the exam")
    taught = again.lessons if again else _unread(academy, found, level)
    for each in taught[:_SHOWN]:
        lesson = academy.school.lesson(each)
        if lesson is not None:
            yield see_action(lesson, lesson.title)


def _has_begun(academy: Academy, found: Candidate, level: Level) -> bool:
    attempts = academy.certificates.attempts(found.id)
    return any(each.level == level.id and each.ended is None for each in attempts)


def _unread(academy: Academy, found: Candidate, level: Level) -> tuple[str, ...]:
    read = {each.lesson for each in found.record.finished}
    lessons = level.taught(academy.catalogue)
    return tuple(each.id for each in lessons if each.id not in read and not found.record.knows(each))


def _refusal(text: str) -> Reply:
    return Reply(ReplyKind.NOTE, text, private=True)


__all__ = [
    "BESIDE",
    "CERTIFY",
    "EXAM",
    "LEVEL",
    "Candidate",
    "badge",
    "candidate",
    "given",
    "going",
    "is_eligible",
    "look",
    "may_sit",
    "my_level",
    "praise",
    "renewing",
    "take",
]
