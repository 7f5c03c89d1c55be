"""A new hire's first thirty days, played on this machine with time sped up: the same schedule, cards and grades."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.past import as_past, as_scheduled, of_quizzes, zone_of
from bot.conversation.learn.school import School
from bot.conversation.learn.teach import card_of, sitting_of
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Action, Head, Reply, ReplyKind
from bot.ports import Learner, Past
from lessons.models import Track
from lessons.schedule import next_due

ACT: Final = "new_hire"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOT_HERE: Final = "On Slack and Teams lessons come by themselves, on the days that they are due. Write “lessons”."
_OVER: Final = "That was all: every lesson of the track has come."


def play(school: School, message: Message) -> Reply:
    """The next lesson of whoever presses, as if they had been hired on the day of their first press."""
    if message.workspace != LOCAL:
        return Reply(ReplyKind.NOTE, _NOT_HERE, private=True)
    learner = hired(school, message)
    _close_last(school, school.learners.pasts([learner.person.id])[learner.person.id], message.at)
    past = school.learners.pasts([learner.person.id])[learner.person.id]
    now = max((each.due for each in past.sittings if each.programme), default=message.at) + timedelta(minutes=1)
    due = next_due(
        as_scheduled(school, learner),
        as_past(school, _in_played_time(past), {}),
        school.programmes(learner),
        school.curriculum().lessons,
        school.rules,
        school.reviewer,
        now,
    )
    if due is None:
        return Reply(ReplyKind.NOTE, _OVER)
    sitting = sitting_of(learner.person.id, due, school.curriculum())
    school.learners.begin(sitting)
    card = card_of(school, sitting, past, later=False)
    return with_next(message, replace(card, facts=(("Day", _day(learner, due.at)), *card.facts)))


def with_next(message: Message, reply: Reply) -> Reply:
    """A lesson's card on this machine, where nothing comes by itself, with the button that brings what comes next."""
    if message.workspace != LOCAL or reply.kind is not ReplyKind.LESSON:
        return reply
    return replace(reply, actions=(*reply.actions, action("What comes next?")))


def action(label: str) -> Action:
    """The button that plays on."""
    return Action(ACT, "", label)


def opening() -> Reply:
    """What the page offers before anything was asked."""
    return Reply(
        ReplyKind.LESSON,
        "Play the first thirty days of a new hire, with time sped up.",
        head=Head("New here?", "🎒", "neutral"),
        actions=(action("New hire"),),
    )


def hired(school: School, message: Message) -> Learner:
    """Who writes on this machine, as a learner: on the track of employees from now on where they are on none."""
    person = school.person(message)
    if not person.track:
        school.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=message.at.date(), at=message.at)
    school.learners.enrol(message.at)
    learner = school.learners.find(person.id)
    assert learner is not None  # they are on a track, and everybody on one was enrolled
    return learner


def _close_last(school: School, past: Past, at: datetime) -> None:
    """Whoever presses on has seen what came last."""
    came = [each for each in past.sittings if each.programme and each.opened is None]
    for each in came:
        school.learners.open(each.person, each.id, at)


def _in_played_time(past: Past) -> Past:
    """What was opened or ended was so when it came: whoever presses does that before the day that is played."""
    sittings = tuple(
        replace(each, opened=each.opened and max(each.opened, each.due), ended=each.ended and max(each.ended, each.due))
        for each in past.sittings
    )
    came = {(each.lesson, each.check): each.due for each in past.sittings}
    placed = of_quizzes(past)
    graded = tuple(
        each
        if each in placed
        else replace(each, at=max(each.at, came.get((each.lesson, each.check), came.get((each.lesson, ""), each.at))))
        for each in past.graded
    )
    return replace(past, sittings=sittings, graded=graded)


def _day(learner: Learner, at: datetime) -> str:
    local = at.astimezone(zone_of(learner))
    hired = learner.person.hire_date
    since = f"Day {(local.date() - hired).days}, " if hired else ""
    return f"{since}{_DAYS[local.weekday()]} at {local:%H:%M}"


__all__ = ["ACT", "action", "hired", "opening", "play", "with_next"]
