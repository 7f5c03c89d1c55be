"""Every lesson can be found and read again, whether it came or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.conversation.learn.cards import see_action
from bot.conversation.learn.school import School
from bot.conversation.messages import Message
from bot.conversation.reply import Head, Item, Reply, ReplyKind
from lessons.models import Lesson

_FOUND: Final = 5
_NEAR: Final = 0.3
_NEARER: Final = 0.75
"""The cosine from which a lesson may be what was meant, and the share of the best one's from which it is shown, too."""


def library(school: School, message: Message) -> Reply:
    """Every lesson, those of one's own track first."""
    learner = school.learner(message)
    own = learner.person.track if learner else "employees"
    lessons = sorted(school.curriculum().lessons.values(), key=lambda each: each.track != own)
    return Reply(
        kind=ReplyKind.LESSON,
        text=f"There are {len(lessons)} lessons. Write “lesson on …” with what it is about to find one.",
        head=Head("All lessons", "📚", "neutral"),
        items=_items([each for each in lessons if each.track == own]),
    )


def find(school: School, message: Message, words: str) -> Reply:
    """The lessons on something."""
    if not words:
        return library(school, message)
    lessons = list(school.curriculum().lessons.values())
    near = school.likeness.alike(words, [f"{each.title}. {each.summary}" for each in lessons])
    ranked = sorted(zip(near, lessons, strict=True), key=lambda each: -each[0])
    best = ranked[0][0] if ranked else 0.0
    found = [lesson for score, lesson in ranked[:_FOUND] if score >= max(_NEAR, _NEARER * best)]
    if not found:
        return Reply(
            ReplyKind.LESSON,
            f"I found no lesson on “{words}”. Write “library” to see all of them, or just ask me your question.",
            head=Head("No lesson found", "📚", "neutral"),
        )
    return Reply(ReplyKind.LESSON, "", head=Head(f"Lessons on “{words}”", "📚", "neutral"), items=_items(found))


def _items(lessons: Sequence[Lesson]) -> tuple[Item, ...]:
    return tuple(
        Item(f"{each.title} ({each.minutes} min)", each.summary, (see_action(each, "Read"),)) for each in lessons
    )


__all__ = ["find", "library"]
