"""What a person sees of their own learning: what is due, what is behind them, and the switches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.cards import see_action
from bot.conversation.learn.past import open_sittings, streak
from bot.conversation.learn.school import School
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind
from bot.ports import Learner, Past, Sitting
from lessons.models import Programme

_TRACKS: Final = {
    "executives": "Executives",
    "coe": "Center of Excellence",
    "business_units": "Business units",
    "employees": "Employees",
    "partners": "Partners",
}
_PAUSES: Final = (("7", "One week"), ("14", "Two weeks"), ("30", "A month"), ("90", "Three months"))
_SHOWN: Final = 5
_NO_TRACK: Final = (
    "You are on no track yet, so no lessons come by themselves. You can read every lesson: write “library”, or "
    "“lesson on …”. The Center of Excellence can put you on a track."
)


def overview(school: School, message: Message) -> Reply:
    """What is due, how far one is, and what can be changed."""
    learner = school.learner(message)
    if learner is None:
        return Reply(ReplyKind.LESSON, _NO_TRACK, head=_HEAD, actions=(_library(),))
    past = school.learners.pasts([learner.person.id])[learner.person.id]
    waiting = open_sittings(past, message.at)
    return Reply(
        kind=ReplyKind.LESSON,
        text="" if waiting else "Nothing is waiting for you. The next lesson comes by itself.",
        head=_HEAD,
        facts=tuple(_facts(school, learner, past, message.at)),
        items=tuple(_items(school, waiting[:_SHOWN], past)),
        actions=(_library(), *_switches(learner, message.at)),
    )


def pause(school: School, message: Message, deed: Deed) -> Reply:
    """Send nothing for so many days, or go on."""
    learner = school.learner(message)
    if learner is None:
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    days = next((int(value) for value, _ in _PAUSES if value in deed.choices), 0)
    until = message.at + timedelta(days=days) if days else None
    school.learners.pause(learner.person.id, until, message.at)
    return overview(school, message)


def choose_weekly(school: School, message: Message, deed: Deed) -> Reply:
    """Take the weekly lesson, or not."""
    learner = school.learner(message)
    if learner is None:
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    school.learners.choose_weekly(learner.person.id, message.at, weekly="on" in deed.choices)
    return overview(school, message)


_HEAD: Final = Head("Your lessons", "🎓", "neutral")


def _facts(school: School, learner: Learner, past: Past, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Track", _TRACKS.get(learner.person.track, learner.person.track)
    for programme in school.programmes(learner):
        yield programme.title, _how_far(programme, past)
    row = streak(past, at)
    if row > 1:
        yield "In a row", f"{row} lessons finished, none left out"
    if learner.paused_until and learner.paused_until > at:
        yield "Paused", f"until {day(learner.paused_until)}"
    elif not learner.weekly:
        yield "Weekly lesson", "off"


def _how_far(programme: Programme, past: Past) -> str:
    steps = {each.lesson for each in programme.steps}
    done = {each.lesson for each in past.sittings if each.ended is not None and not each.check}
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


__all__ = ["choose_weekly", "overview", "pause"]
