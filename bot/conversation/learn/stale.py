"""Tells the owner of a lesson that a section behind it changed after somebody last held the lesson against it.

Each lesson and change is told once, in one place: the channel in which its owner answers, else the person behind the
owner, else whoever leads the Center of Excellence; in their hours, and to nobody who is away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.conversation.ask import quote_of
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.targets import accounts_of, channel_of
from bot.conversation.kept import to_json
from bot.conversation.learn.school import School
from bot.conversation.messages import LOCAL
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Head, Quote, Reply, ReplyKind
from bot.ports import Delivery
from knowledge.contacts import LAST_RESORT, Contact, is_absent, is_open
from lessons.models import Lesson
from lessons.soundness.stale import changed_sections

KIND: Final = "stale"
"""The kind of such a delivery."""

_NOTE: Final = (
    "Where it is right, or right again, write the day of your review under “reviewed” in its file. It is taught as it "
    "stands until then."
)


@dataclass(frozen=True, slots=True)
class _Stale:
    """A lesson, the sections that changed, and since when; ``None`` where they are not in force any more."""

    lesson: Lesson
    sections: tuple[str, ...]
    since: date | None

    @property
    def mark(self) -> str:
        """What tells this change from others of the lesson."""
        return f"{self.since:%Y%m%d}" if self.since else f"gone:{','.join(self.sections)}"


@dataclass(frozen=True, slots=True)
class _Goal:
    """An account of a person, or a channel."""

    workspace: str
    account: str = ""
    place: str = ""


def tell_owners(office: Office, school: School, at: datetime) -> int:
    """Owe the owners of lessons what became stale; how many messages are new."""
    found = tuple(_stale(school))
    owed = (
        delivery
        for organisation in office.staff.organisations()
        for each in found
        if (delivery := _delivery(office, school, organisation, each, at)) is not None
    )
    return office.jobs.plan(tuple(owed))


def _stale(school: School) -> Iterator[_Stale]:
    for lesson in school.curriculum().lessons.values():
        changed = changed_sections(lesson, school.changed_since)
        if changed:
            yield _Stale(lesson, tuple(section for section, _ in changed), max(since for _, since in changed))
        gone = tuple(each for each in lesson.rests_on if school.heading(each) is None)
        if gone:
            yield _Stale(lesson, gone, None)


def _delivery(office: Office, school: School, organisation: str, each: _Stale, at: datetime) -> Delivery | None:
    goal = _goal(office, organisation, each, at)
    if goal is None:
        return None
    name = f"{KIND}:{organisation}:{each.lesson.id}:{each.mark}"
    body = to_json(_card(office, school, each))
    return Delivery(name, goal.workspace, goal.account, KIND, body, at, resend=True, place=goal.place)


def _goal(office: Office, organisation: str, each: _Stale, at: datetime) -> _Goal | None:
    """Where the first of its owners who is not away is told; ``None`` where that is nowhere, or not now."""
    owners = (each.lesson.owner, *(office.answers.owner(_policy(section)) for section in each.sections), LAST_RESORT)
    for owner in dict.fromkeys(owners):
        contact = office.answers.contacts.get(owner)
        if contact is None or is_absent(contact, at):
            continue
        goal = _place(office, organisation, contact, at)
        if goal is not None:
            return goal if is_open(contact, at) else None
    return None


def _place(office: Office, organisation: str, contact: Contact, at: datetime) -> _Goal | None:
    """The channel in which a contact answers, else an account of somebody behind it."""
    channel = channel_of(office, organisation, contact)
    if channel is not None:
        return _Goal(channel[0], place=channel[1])
    accounts = (each for each in accounts_of(office, organisation, contact, at) if each[0] != LOCAL)
    return next((_Goal(workspace, account) for workspace, account in accounts), None)


def _card(office: Office, school: School, each: _Stale) -> Reply:
    lesson, titles = each.lesson, dict(office.answers.policies())
    what = "is no longer in force"
    if each.since:
        what = f"changed after it was last reviewed, on {day(lesson.reviewed)}"
    return Reply(
        ReplyKind.NOTE,
        f"What the lesson “{lesson.title}” rests on {what}.",
        head=Head("A lesson to look at again", "🧐", "careful"),
        facts=(
            *(("Changed" if each.since else "Gone", _name(school, titles, section)) for section in each.sections),
            *((("Since", day(each.since)),) if each.since else ()),
            *((("File", lesson.file),) if lesson.file else ()),
        ),
        quotes=tuple(_quotes(office, each)) if each.since else (),
        notes=(_NOTE,),
    )


def _quotes(office: Office, each: _Stale) -> Iterator[Quote]:
    for section in each.sections:
        policy, _, identifier = section.partition("#")
        citation = office.answers.citation(policy, identifier)
        if citation is not None:
            yield quote_of(citation)


def _name(school: School, titles: dict[str, str], section: str) -> str:
    policy = _policy(section)
    return f"{titles.get(policy, policy)}, “{school.heading(section) or section.partition('#')[2]}”"


def _policy(section: str) -> str:
    return section.partition("#")[0]


__all__ = ["KIND", "tell_owners"]
