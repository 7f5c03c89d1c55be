"""What a person sees of their own learning: what is due, what is behind them, and the switches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn import placement
from bot.conversation.learn.cards import TRACKS, see_action
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.certify import LEVEL, badge
from bot.conversation.learn.past import open_sittings, skipped, streak
from bot.conversation.learn.school import School
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind
from bot.ports import Learner, Past, Sitting
from lessons.certification import Belt
from lessons.models import Programme

HOME: Final = "learning"
"""The act by which a surface asks what its page of a person's own shows of their learning."""

_PAUSES: Final = (("7", "One week"), ("14", "Two weeks"), ("30", "A month"), ("90", "Three months"))
_SHOWN: Final = 5
_BADGES: Final = {Belt.WHITE: "⚪", Belt.YELLOW: "🟡", Belt.GREEN: "🟢", Belt.BLACK: "⚫"}
_NO_TRACK: Final = (
    "You are on no track yet, so no lessons come by themselves. You can read every lesson: write “library”, or "
    "“lesson on …”. The Center of Excellence can put you on a track."
)


def overview(academy: Academy, message: Message) -> Reply:
    """What is due, how far one is, which level one holds, and what can be changed."""
    school, learner = academy.school, academy.school.learner(message)
    if learner is None:
        return Reply(ReplyKind.LESSON, _NO_TRACK, head=_HEAD, actions=(_library(),))
    past = school.learners.pasts([learner.person.id])[learner.person.id]
    waiting = open_sittings(past, message.at)
    return Reply(
        kind=ReplyKind.LESSON,
        text="" if waiting else "Nothing is waiting for you. The next lesson comes by itself.",
        head=_HEAD,
        facts=(*_facts(school, learner, past, message.at), *_badge(academy, learner, message.at)),
        items=tuple(_items(school, waiting[:_SHOWN], past)),
        actions=(_library(), *_quiz(school, learner, past, message.at), *_switches(learner, message.at)),
    )


def home(academy: Academy, message: Message) -> Reply:
    """The same for a page that everybody has: an empty note for whoever is on no track."""
    person = academy.school.people.find(message.workspace, message.account)
    if person is None or academy.school.learners.find(person.id) is None:
        return Reply(ReplyKind.NOTE, "")
    level = (Action(LEVEL, "", "My level"),) if person.track in {each.track for each in academy.levels.levels} else ()
    mine = Action("lessons", "", "My lessons")
    return replace(overview(academy, message), actions=(mine, *level, _library()))


def pause(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Send nothing for so many days, or go on."""
    school, learner = academy.school, academy.school.learner(message)
    if learner is None:
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    days = next((int(value) for value, _ in _PAUSES if value in deed.choices), 0)
    until = message.at + timedelta(days=days) if days else None
    school.learners.pause(learner.person.id, until, message.at)
    return overview(academy, message)


def choose_weekly(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Take the weekly lesson, or not."""
    school, learner = academy.school, academy.school.learner(message)
    if learner is None:
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    school.learners.choose_weekly(learner.person.id, message.at, weekly="on" in deed.choices)
    return overview(academy, message)


_HEAD: Final = Head("Your lessons", "🎒", "neutral")


def _facts(school: School, learner: Learner, past: Past, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Track", TRACKS.get(learner.person.track, learner.person.track)
    for programme in school.programmes(learner):
        yield programme.title, _how_far(programme, past)
    row = streak(past, at)
    if row > 1:
        yield "In a row", f"{row} lessons finished, none left out"
    if learner.paused_until and learner.paused_until > at:
        yield "Paused", f"until {day(learner.paused_until)}"
    elif not learner.weekly:
        yield "Weekly lesson", "off"


def _badge(academy: Academy, learner: Learner, at: datetime) -> Iterator[tuple[str, str]]:
    held = badge(academy, learner.person.id, at)
    if held is not None:
        level, certificate = held
        look = academy.levels.look(level)
        yield "Level", f"{_BADGES[look.colour]} {look.name}: {level.name}, until {day(certificate.expires)}"


def _how_far(programme: Programme, past: Past) -> str:
    steps = {each.lesson for each in programme.steps}
    done = {each.lesson for each in past.sittings if each.ended is not None and not each.check} | skipped(past)
    return f"{len(steps & done)} of {len(steps)}"


def _items(school: School, waiting: Sequence[Sitting], past: Past) -> Iterator[Item]:
    for each in waiting:
        lesson = school.lesson(each.lesson)
        if lesson is not None:
            yield Item(lesson.title, lesson.summary, (see_action(lesson, "Open"),))
    if waiting:
        return
    last = {(each.lesson, each.check): each.right for each in past.graded}
    for missed in dict.fromkeys(lesson for (lesson, _), right in last.items() if not right):
        lesson = school.lesson(missed)
        if lesson is not None:
            yield Item(f"Once more: {lesson.title}", lesson.summary, (see_action(lesson, "Open"),))


def _quiz(school: School, learner: Learner, past: Past, at: datetime) -> Iterator[Action]:
    offered = placement.offer(school, learner, past, at)
    if offered is not None:
        yield offered


def _library() -> Action:
    return Action("library", "", "All lessons")


def _switches(learner: Learner, at: datetime) -> Iterator[Action]:
    if learner.paused_until and learner.paused_until > at:
        yield Action("pause", "", "Go on")
    else:
        field = Field("For how long shall nothing come?", options=_PAUSES)
        yield Action("pause", "", "Pause", choices=field, title="Pause lessons", submit="Pause")
    if learner.weekly:
        yield Action("weekly", "", "No weekly lesson", choice="off")
    else:
        yield Action("weekly", "", "Weekly lesson again", choice="on")


__all__ = ["HOME", "choose_weekly", "home", "overview", "pause"]
