"""An exam in the chat: one question after another, scored at the end, with what to read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.conversation.ask import quote_of
from bot.conversation.learn.cards import see_action
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.certify import (
    Candidate,
    candidate,
    given,
    going,
    is_eligible,
    may_sit,
    renewing,
)
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Field, Head, Item, Quote, Reply, ReplyKind
from bot.ports.certificates import Attempt
from lessons.certification import Bank, Level
from lessons.certification.banks import Item as Question
from lessons.certification.exam import Exam, Result, draw, recall, score
from lessons.certification.progress import exam_opens, next_attempt, next_level
from lessons.check import grade
from lessons.errors import ChoiceError, CurriculumError
from lessons.models import CheckKind, Lesson

ANSWER: Final = "exam_answer"
"""The act of answering a question of an exam, on ``<level>:<attempt>``; its choices are ``<question>:<place>``."""

_GONE: Final = "That exam is over, or not yours. Write “my level” to see where you stand."
_CLOSED: Final = "That exam cannot be sat now. Write “my level” to see what is missing."
_NOT_READ: Final = "I could not tell what you chose. Press one of the buttons below the question."
_READ_AGAIN: Final = 3  # sections and lessons that are shown after a failure


def start(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Begin an exam, or go on with the one that was begun."""
    found = candidate(academy, message)
    if isinstance(found, Reply):
        return found
    level = found.levels.find(deed.on)
    bank = academy.bank(level) if level else None
    if level is None or bank is None or level.track is not found.track:
        return _note(_CLOSED)
    try:
        begun = _open(academy, found.id, level) or _begun(academy, found, level, bank)
        if begun is None:
            return _note(_CLOSED)
        return _next(academy, found, level, recall(bank, level, found.id, begun.number, begun.items), begun, message)
    except CurriculumError:
        return _note(_CLOSED)


def answer(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Keep an answer; the card gives way to the next question, or to how it went."""
    found = candidate(academy, message)
    if isinstance(found, Reply):
        return found
    name, _, number = deed.on.rpartition(":")
    level = found.levels.find(name)
    begun = _open(academy, found.id, level) if level else None
    bank = academy.bank(level) if level else None
    if level is None or bank is None or begun is None or str(begun.number) != number:
        return _note(_GONE)
    try:
        exam = recall(bank, level, found.id, begun.number, begun.items)
    except CurriculumError:
        return _note(_GONE)
    question, choices = _chosen(exam, deed)
    if question is None:
        return _note(_NOT_READ)
    kept = academy.certificates.answer(found.id, level.id, begun.number, question.id, choices)
    return _next(academy, found, level, exam, kept, message) if kept else _note(_GONE)


def _begun(academy: Academy, found: Candidate, level: Level, bank: Bank) -> Attempt | None:
    """A new attempt, where one may be made now: at the next level, or to renew one."""
    again = renewing(academy, found, level)
    rising = next_level(found.track, found.levels, found.record, found.at.date())
    if again is None and (rising is None or rising.id != level.id):
        return None
    how_far = again.progress if again else going(academy, found, level)
    if not may_sit(found, how_far):
        return None
    number = next_attempt(level, found.record)
    exam = draw(bank, level, found.id, number, only=again.items if again else None)
    items = tuple(each.id for each in exam.items)
    return academy.certificates.begin(Attempt(found.id, level.id, number, found.at, items))


def _open(academy: Academy, person: str, level: Level) -> Attempt | None:
    attempts = academy.certificates.attempts(person)
    return next((each for each in attempts if each.level == level.id and each.ended is None), None)


def _next(academy: Academy, found: Candidate, level: Level, exam: Exam, attempt: Attempt, message: Message) -> Reply:
    """The first question without an answer; how it went where there is none left."""
    left = [each for each in exam.items if each.id not in attempt.answers]
    if left:
        return _question_card(level, exam, left[0], len(exam.items) - len(left) + 1, attempt)
    answers = {item: choices for item, choices in attempt.answers.items() if exam.item(item) is not None}
    result = score(exam, answers)
    academy.certificates.finish(found.id, level.id, attempt.number, found.at, result.right, passed=result.passed)
    now = replace(found, record=academy.record(found.learner.person))
    if not result.passed:
        return _failed_card(academy, now, level, result, others=_has_others(academy, now, level, exam))
    text = f"Passed, with {result.right} of {result.of} right."
    if is_eligible(academy, now, level):
        return given(academy, now, level, message, text)
    return _passed_card(academy, now, level, text)


def _question_card(level: Level, exam: Exam, question: Question, number: int, attempt: Attempt) -> Reply:
    on = f"{level.id}:{attempt.number}"
    start_words = f"You need {exam.needed} of {len(exam.items)} right. Take your time; you can go on later."
    return Reply(
        ReplyKind.LESSON,
        question.scene,
        head=Head(f"Exam: {level.name}", "📝", "neutral"),
        facts=(("Question", f"{number} of {len(exam.items)}"),),
        items=(_as_item(question, on),),
        notes=(start_words,) if number == 1 else (),
    )


def _as_item(question: Question, on: str) -> Item:
    check = question.check
    named = tuple((f"{check.id}:{place}", each.text) for place, each in enumerate(check.options))
    if check.kind is CheckKind.MULTIPLE:
        options = "\n".join(f"• {label}" for _, label in named)
        field = Field(check.question, options=named, several=True)
        form = Action(ANSWER, on, "Choose", "primary", choices=field, title="Choose all that fit", submit="Answer")
        return Item(check.question, options, (form,))
    lead = "True or false?" if check.kind is CheckKind.TRUE_FALSE else ""
    return Item(check.question, lead, tuple(Action(ANSWER, on, label, choice=value) for value, label in named))


def _passed_card(academy: Academy, found: Candidate, level: Level, text: str) -> Reply:
    again = renewing(academy, found, level)
    missing = (again.progress if again else going(academy, found, level)).missing
    return Reply(
        ReplyKind.LESSON,
        f"{text} Well done. For the certificate there is still this to do:",
        head=Head(f"Exam passed: {level.name}", "✅", "good"),
        items=tuple(Item(each, "") for each in missing),
        actions=(Action("level", "", "My level"),),
    )


def _failed_card(academy: Academy, found: Candidate, level: Level, result: Result, *, others: bool) -> Reply:
    """``others``: the next attempt asks other questions."""
    opens = exam_opens(level, found.record, found.at)
    when = f"from {day(opens)} on" if opens > found.at else "whenever you like"
    return Reply(
        ReplyKind.LESSON,
        f"{result.right} of {result.of} right: not enough this time, and no harm done. Nobody is told. "
        f"You can try again {when}{'; the questions will be others' if others else ''}. Worth reading before that:",
        head=Head(f"Not yet: {level.name}", "🔁", "careful"),
        quotes=tuple(_quotes(academy, result)),
        actions=(*(see_action(each, each.title) for each in _resting(academy, level, result)),),
    )


def _has_others(academy: Academy, found: Candidate, level: Level, exam: Exam) -> bool:
    """Whether the next attempt asks other questions; one that renews a level asks of the same changes."""
    bank = academy.bank(level)
    if bank is None or renewing(academy, found, level) is not None:
        return False
    return len(bank.upto(level.belt)) >= 2 * len(exam.items)


def _quotes(academy: Academy, result: Result) -> Iterator[Quote]:
    for section in result.sections[:_READ_AGAIN]:
        policy, _, identifier = section.partition("#")
        citation = academy.school.answers.citation(policy, identifier)
        if citation is not None:
            yield quote_of(citation)


def _resting(academy: Academy, level: Level, result: Result) -> list[Lesson]:
    """Lessons of the track on what was missed, those first that rest on most of it."""
    missed = set(result.sections)
    lessons = [each for each in academy.catalogue.on(level.track) if missed & set(each.rests_on)]
    return sorted(lessons, key=lambda each: -len(missed & set(each.rests_on)))[:_READ_AGAIN]


def _chosen(exam: Exam, deed: Deed) -> tuple[Question | None, tuple[int, ...]]:
    """The question that was answered and the places of the options; none of it is believed."""
    pairs = [each.rpartition(":") for each in deed.choices]
    names = {name for name, _, _ in pairs}
    question = exam.item(names.pop()) if len(names) == 1 else None
    places = tuple(
        sorted({int(place) for _, _, place in pairs if place.isascii() and place.isdigit() and len(place) < 3})
    )
    if question is None:
        return None, ()
    try:
        grade(question.check, places)
    except ChoiceError:
        return None, ()
    return question, places


def _note(text: str) -> Reply:
    return Reply(ReplyKind.NOTE, text, private=True)


__all__ = ["ANSWER", "answer", "start"]
