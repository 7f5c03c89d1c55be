"""Lessons as replies: the card with its check, what became of the check, and one question that comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.conversation.reply import Action, Field, Head, Item, Listing, Quote, Reply, ReplyKind
from lessons.check import Grade, Remark
from lessons.models import Check, CheckKind, Lesson

CHECK: Final = "check"
"""The act of an answer to a check; its choices are ``<check>:<place>``."""

TRACKS: Final = {
    "executives": "Executives",
    "coe": "Center of Excellence",
    "business_units": "Business units",
    "employees": "Employees",
    "partners": "Partners",
}
"""What tracks are called."""

_HEAD_EMOJI: Final = "📘"
_STRONG: Final = re.compile(r"(\*\*|__)(.+?)\1|(?<!\*)\*([^*\s][^*]*)\*(?!\*)")
_LINK: Final = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


def lesson_card(
    lesson: Lesson, sitting: str, *, progress: str = "", behind: Sequence[Quote] = (), later: bool = True
) -> Reply:
    """A lesson with its first check. ``progress`` is such as "4 of 12", ``behind`` are the sections that it rests on.

    ``later`` offers to put it off, which a lesson that somebody opened themselves does not need.
    """
    first = lesson.checks[0] if lesson.checks else None
    return Reply(
        kind=ReplyKind.LESSON,
        text=plain(lesson.body),
        head=Head(lesson.title, _HEAD_EMOJI, "neutral"),
        facts=tuple(_facts(lesson, progress)),
        items=(question(first, sitting),) if first else (),
        notes=tuple(_notes(lesson, behind)),
        actions=(ask_action(lesson), *((put_off_action(sitting),) if later else ())),
    )


def review_card(lesson: Lesson, check: Check, sitting: str, behind: Sequence[Quote] = ()) -> Reply:
    """One question of a lesson that was some time ago."""
    return Reply(
        kind=ReplyKind.LESSON,
        text="You had this some time ago. Do you still know it?",
        head=Head(f"One question: {lesson.title}", "🔁", "neutral"),
        items=(question(check, sitting),),
        notes=tuple(_notes(lesson, behind[:1])),
        actions=(see_action(lesson, "Read the lesson"), put_off_action(sitting)),
    )


def graded_card(
    lesson: Lesson,
    check: Check,
    grade: Grade,
    sitting: str,
    *,
    following: Check | None = None,
    progress: str = "",
    quotes: Sequence[Quote] = (),
    notes: Sequence[str] = (),
) -> Reply:
    """What becomes of a card whose check was answered: why, the rule behind it, and the next check if any."""
    word = "Right" if grade.right else "Not quite"
    return Reply(
        kind=ReplyKind.LESSON,
        text="" if grade.right else "No harm done: it comes back in a few days.",
        head=Head(f"{word}: {lesson.title}", "✅" if grade.right else "🔁", "good" if grade.right else "careful"),
        facts=(("Lesson", progress),) if progress else (),
        asked=check.question,
        lists=tuple(map(feedback, grade.remarks)),
        quotes=tuple(quotes),
        items=(question(following, sitting),) if following else (),
        notes=tuple(notes),
        actions=(ask_action(lesson), *(() if grade.right else (see_action(lesson, "Read the lesson"),))),
    )


def ask_action(lesson: Lesson) -> Action:
    """The form that takes a question about a lesson."""
    field = Field("Your question about this lesson", hint="What if it is only my own account?", most=1000)
    return Action("lesson_ask", lesson.id, "Ask about this", words=field, title=lesson.title, submit="Ask")


def put_off_action(sitting: str) -> Action:
    """The button that puts a lesson off."""
    return Action("later", sitting, "Not now")


def see_action(lesson: Lesson, label: str) -> Action:
    """The button that opens a lesson."""
    return Action("lesson", lesson.id, label, submit="Read")


def plain(markdown: str) -> str:
    """The text of a lesson without markup: a line for each paragraph, bullet and quoted post."""
    blocks: list[str] = []
    for line in (each.strip() for each in markdown.strip().splitlines()):
        if line.startswith(("- ", "* ")):
            blocks.append(f"• {line[2:]}")
        elif line.startswith(">"):
            blocks.append(f"  {line.lstrip('> ')}")
        elif line and blocks and blocks[-1]:
            blocks[-1] = f"{blocks[-1]} {line}"  # a paragraph goes on
        elif line and not line.startswith("#"):
            blocks.append(line)
        elif not line and blocks and blocks[-1]:
            blocks.append("")
    return "\n".join(map(_unmarked, blocks)).strip()


def _unmarked(text: str) -> str:
    return _LINK.sub(r"\1 (\2)", _STRONG.sub(lambda found: found[2] or found[3], text))


def _facts(lesson: Lesson, progress: str) -> Iterator[tuple[str, str]]:
    yield "Takes", f"{lesson.minutes} minute{'s' if lesson.minutes > 1 else ''}"
    if progress:
        yield "Lesson", progress


def _notes(lesson: Lesson, behind: Sequence[Quote]) -> Iterator[str]:
    if behind:
        yield f"It rests on {'; '.join(f'{each.title}, “{each.heading}”' for each in behind)}."
    if lesson.sources:
        yield f"Source: {'; '.join(lesson.sources)}."


def question(check: Check, sitting: str, act: str = CHECK) -> Item:
    """A check as a row: where one option is chosen each is a button, else a form takes several."""
    if check.kind is CheckKind.MULTIPLE:
        options = "\n".join(f"• {each.text}" for each in check.options)
        return Item(check.question, options, (_several(check, sitting, act),))
    lead = "True or false?" if check.kind is CheckKind.TRUE_FALSE else ""
    actions = (Action(act, sitting, each.text, choice=f"{check.id}:{at}") for at, each in enumerate(check.options))
    return Item(check.question, lead, tuple(actions))


def _several(check: Check, sitting: str, act: str) -> Action:
    options = tuple((f"{check.id}:{at}", each.text) for at, each in enumerate(check.options))
    field = Field(check.question, options=options, several=True)
    return Action(act, sitting, "Choose", "primary", choices=field, title="Choose all that fit", submit="Check")


def feedback(remark: Remark) -> Listing:
    """What is said of an option."""
    if not remark.chosen:
        return Listing(f"Missed: {remark.text}", (remark.feedback,))
    return Listing(remark.text, (remark.feedback,), "good" if remark.right else "bad")


__all__ = [
    "CHECK",
    "TRACKS",
    "ask_action",
    "feedback",
    "graded_card",
    "lesson_card",
    "plain",
    "put_off_action",
    "question",
    "review_card",
    "see_action",
]
