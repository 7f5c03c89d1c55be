"""A placement quiz: whoever answers a check right needs no lesson on it, and what they do not know is taught as usual.

Each question is kept as soon as the quiz begins, so that it goes on where it was left, days later and after a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.conversation.learn import new_hire
from bot.conversation.learn.answering import NOT_READ, chosen
from bot.conversation.learn.cards import feedback, question
from bot.conversation.learn.past import as_past, as_scheduled, zone_of
from bot.conversation.learn.school import School
from bot.conversation.messages import LOCAL, Deed, Message
from bot.conversation.reply import Action, Head, Listing, Reply, ReplyKind
from bot.ports import Graded, Learner, Past, Sitting
from lessons.check import Grade, grade
from lessons.errors import ChoiceError
from lessons.models import Check, Lesson
from lessons.schedule import PLACEMENT, draw_placement, to_come

START: Final = "placement"
"""The act of beginning a quiz, or of going on with it."""
ANSWER: Final = "placed"
"""The act of answering a question of it; its choices are ``<check>:<place>``."""

_JUST_BEGUN: Final = 3  # lessons that came, up to which the quiz is offered
_EMOJI: Final = "🧭"
_NO_TRACK: Final = (
    "You are on no track yet, so there are no lessons to skip. The Center of Excellence can put you on a track."
)
_NOTHING_LEFT: Final = "There is nothing left to skip: every lesson of your track has come, or was asked about already."
_NONE_SKIPPED: Final = "Each of these comes as a lesson, two minutes at a time."
_NOT_YOURS: Final = "This quiz is somebody else's. Write “placement” to take your own."
_COMES_BACK: Final = (
    "A lesson that you skip comes all the same once the policy behind it changes, and you can read it at any time."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One open question of a quiz."""

    sitting: Sitting
    lesson: Lesson
    check: Check


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said to a question: the check, and what became of it."""

    lesson: Lesson
    check: Check
    grade: Grade


def start(school: School, message: Message) -> Reply:
    """Begin a quiz, one a day, or go on with the one that was begun."""
    learner = school.learner(message)
    if learner is None and message.workspace == LOCAL:
        learner = new_hire.hired(school, message)
    if learner is None:
        return Reply(ReplyKind.NOTE, _NO_TRACK, private=True)
    past = _past(school, learner)
    zone = zone_of(learner)
    today = message.at.astimezone(zone).date()
    quiz = _latest(past)
    if not _left(school, quiz) and not (quiz and quiz[0].due.astimezone(zone).date() == today):
        drawn = _drawn(school, learner, past, message.at)
        if not drawn:
            return Reply(ReplyKind.NOTE, _NOTHING_LEFT, private=True)
        school.learners.begin(*drawn)
        past = _past(school, learner)
    return _next(school, past, message)


def answer(school: School, message: Message, deed: Deed) -> Reply:
    """Grade an answer at once; the card gives way to why, and to the next question or what the quiz came to."""
    learner = school.learner(message)
    past = _past(school, learner) if learner else Past()
    sitting = next((each for each in past.placed if each.id == deed.on), None)
    if learner is None or sitting is None:
        return _error(_NOT_YOURS)
    lesson = school.lesson(sitting.lesson)
    if lesson is None or lesson.check(sitting.check) is None or sitting.ended is not None:
        return _next(school, past, message)  # no longer asked, or pressed twice
    check, choices = chosen(lesson, deed.choices)
    if check is None or check.id != sitting.check:
        return _error(NOT_READ)
    try:
        graded = grade(check, choices)
    except ChoiceError:
        return _error(NOT_READ)
    given = Graded(sitting.person, lesson.id, lesson.version, check.id, message.at, choices, graded.right, first=True)
    said = _Said(lesson, check, graded) if school.learners.place(sitting.id, given) else None
    return _next(school, _past(school, learner), message, said)


def offer(school: School, learner: Learner, past: Past, at: datetime) -> Action | None:
    """The button for whoever has hardly begun, or has begun a quiz and not ended it; ``None`` for anybody else."""
    if _left(school, _latest(past)):
        return Action(START, "", "Go on with the quiz")
    came = {each.lesson for each in past.sittings if not each.check and (each.programme or each.ended)}
    if past.placed or len(came) > _JUST_BEGUN or not _drawn(school, learner, past, at):
        return None
    return Action(START, "", "Skip what I know")


def _past(school: School, learner: Learner) -> Past:
    return school.learners.pasts([learner.person.id])[learner.person.id]


def _drawn(school: School, learner: Learner, past: Past, at: datetime) -> tuple[Sitting, ...]:
    """The questions of a quiz that would begin now; none where nothing is left to ask."""
    who, day = learner.person.id, at.astimezone(zone_of(learner)).date()
    catalogue = school.curriculum()
    came = replace(past, sittings=tuple(each for each in past.sittings if each.opened or each.due <= at))
    coming = to_come(
        as_scheduled(school, learner), as_past(school, came, {}), school.programmes(learner), catalogue.lessons
    )
    asked = {each.lesson for each in past.placed}
    return tuple(
        Sitting(
            id=f"{PLACEMENT}:{who}:{day:%Y%m%d}:{number}",
            person=who,
            lesson=each.lesson,
            version=catalogue.lessons[each.lesson].version,
            programme=PLACEMENT,
            due=at,
            check=each.check,
        )
        for number, each in enumerate(draw_placement(who, day, coming, catalogue.lessons, asked), 1)
    )


def _latest(past: Past) -> tuple[Sitting, ...]:
    """The questions of the quiz that was begun last."""
    last = past.placed[-1].due if past.placed else None
    return tuple(each for each in past.placed if each.due == last)


def _left(school: School, quiz: Sequence[Sitting]) -> list[_Asked]:
    """The questions that were not answered and are still asked."""
    found = [(each, school.lesson(each.lesson)) for each in quiz if each.ended is None]
    checks = [(each, lesson, lesson.check(each.check)) for each, lesson in found if lesson is not None]
    return [_Asked(each, lesson, check) for each, lesson, check in checks if check is not None]


def _next(school: School, past: Past, message: Message, said: _Said | None = None) -> Reply:
    """The first question without an answer; what the quiz came to where there is none left."""
    quiz = _latest(past)
    left = _left(school, quiz)
    if not left:
        return new_hire.with_next(message, _result_card(school, past, quiz, said))
    number = len(quiz) - len(left) + 1
    card = Reply(
        kind=ReplyKind.LESSON,
        text=_opening(len(quiz)) if number == 1 else "",
        head=Head("What do you know already?", _EMOJI, "neutral"),
        facts=(("Question", f"{number} of {len(quiz)}"),),
        items=(question(left[0].check, left[0].sitting.id, ANSWER),),
    )
    return _with_remarks(card, said)


def _opening(count: int) -> str:
    several = f"{count} questions, a minute or two." if count > 1 else "One question."
    return f"{several} What you know you skip, the rest comes as lessons. Nobody else sees your answers."


def _with_remarks(card: Reply, said: _Said | None) -> Reply:
    """A card with what became of the answer before it."""
    if said is None:
        return card
    right, title = said.grade.right, said.lesson.title
    word = f"You can skip “{title}”." if right else f"No harm done: “{title}” comes as a lesson, in its turn."
    return replace(
        card,
        text=" ".join(each for each in (word, card.text) if each),
        head=Head("Right", "✅", "good") if right else Head("Not quite", "🔁", "careful"),
        asked=said.check.question,
        lists=(*map(feedback, said.grade.remarks), *card.lists),
    )


def _result_card(school: School, past: Past, quiz: Sequence[Sitting], said: _Said | None) -> Reply:
    passed = as_past(school, past, {}).passed
    titles = [(each.title, each.id in passed) for sat in quiz if sat.ended and (each := school.lesson(sat.lesson))]
    skipped = tuple(title for title, is_passed in titles if is_passed)
    taught = tuple(title for title, is_passed in titles if not is_passed)
    count = f"{len(skipped)} lesson{'s' if len(skipped) > 1 else ''}"
    over = "That was the last question." if said else "Today's quiz is over."
    lists = (Listing("You skip", skipped, "good"), Listing("Comes as a lesson, in its turn", taught))
    card = Reply(
        kind=ReplyKind.LESSON,
        text=f"{over} {f'You have skipped {count}.' if skipped else _NONE_SKIPPED}",
        head=Head("What you know already", _EMOJI, "neutral"),
        lists=tuple(each for each in lists if each.items),
        notes=(_COMES_BACK,) if skipped else (),
        actions=(Action("lessons", "", "My lessons"),),
    )
    return _with_remarks(card, said)


def _error(text: str) -> Reply:
    return Reply(ReplyKind.ERROR, text, head=Head("That did not work", "⚠️", "careful"), private=True)


__all__ = ["ANSWER", "START", "answer", "offer", "start"]
