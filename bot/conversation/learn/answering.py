"""What a learner does with a lesson: answers its check, puts it off, asks about it, reads it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.ask import to_reply
from bot.conversation.certified import Heed
from bot.conversation.learn.cards import graded_card
from bot.conversation.learn.past import progress
from bot.conversation.learn.school import School
from bot.conversation.learn.teach import card_of
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Head, Reply, ReplyKind
from bot.ports import Graded, Sitting
from knowledge.errors import QuestionError
from lessons.check import grade
from lessons.errors import ChoiceError
from lessons.models import Check, Lesson

_GONE: Final = "That lesson is not taught any more. Write “lessons” to see what is."
_NOT_YOURS: Final = "This lesson came to somebody else. Write “lessons” to see your own."
NOT_READ: Final = "I could not tell what you chose. Press one of the buttons below the question."
_LATER: Final = timedelta(days=1)


def answer(school: School, message: Message, deed: Deed) -> Reply:
    """Grade an answer at once; the card gives way to why."""
    found = _opened(school, message, deed.on)
    if isinstance(found, Reply):
        return found
    sitting, lesson = found
    check, choices = chosen(lesson, deed.choices)
    if check is None:
        return _error(NOT_READ)
    try:
        graded = grade(check, choices)
    except ChoiceError:
        return _error(NOT_READ)
    school.learners.grade(
        Graded(sitting.person, lesson.id, lesson.version, check.id, message.at, choices, graded.right, first=True)
    )
    following = _following(lesson, check, sitting)
    if following is None:
        school.learners.end(sitting.person, sitting.id, message.at)
    past = school.learners.pasts([sitting.person])[sitting.person]
    programme = school.curriculum().programme(sitting.programme)
    quotes = school.rules_behind(lesson)[:1]
    done = progress(programme, past, lesson)
    return graded_card(lesson, check, graded, sitting.id, following=following, progress=done, quotes=quotes)


def put_off(school: School, message: Message, deed: Deed) -> Reply:
    """Not now: nothing new comes for a day, and the card stays where it is."""
    found = _opened(school, message, deed.on)
    if isinstance(found, Reply):
        return found
    school.learners.pause(found[0].person, message.at + _LATER, message.at)
    text = "All right, not now. It stays here for when you have two minutes; nothing new comes before tomorrow."
    return Reply(ReplyKind.NOTE, text, private=True)


def read(school: School, message: Message, deed: Deed) -> Reply:
    """Open a lesson by oneself: any one, as often as one likes."""
    lesson = school.lesson(deed.on)
    if lesson is None:
        return _error(_GONE)
    person = school.person(message)
    past = school.learners.pasts([person.id])[person.id]
    waiting = next((each for each in past.sittings if each.lesson == lesson.id and each.ended is None), None)
    sitting = waiting if waiting and not waiting.check else _own(school, person.id, lesson, message.at)
    school.learners.begin(sitting)
    school.learners.open(person.id, sitting.id, message.at)
    return card_of(school, sitting, past, later=False)


def ask_about(school: School, message: Message, deed: Deed, heed: Heed) -> Reply:
    """A question about a lesson, asked of the section that it rests on."""
    lesson = school.lesson(deed.on)
    if lesson is None or not lesson.rests_on:
        return _error(_GONE)
    policy, _, section = lesson.rests_on[0].partition("#")
    try:
        answer = school.answers.choose(deed.words, policy, section, message.reader)
    except QuestionError as error:
        return _error(str(error))
    pinned = f"“{lesson.title}” rests on this section. Does it not settle it? Ask me in a message of its own."
    return replace(to_reply(answer, school.new_id(), school.answers.contacts, heed), notes=(pinned,))


def proven(school: School, message: Message, answered: Reply) -> None:
    """Somebody asked, and read an answer that helped: they need no lesson on what it quotes."""
    if answered.verdict is None or not answered.quotes:
        return
    person = school.people.find(message.workspace, message.account)
    if person is not None:
        quote = answered.quotes[0]
        school.learners.prove(person.id, f"{quote.policy}#{quote.section}", message.at, "question")


def _own(school: School, person: str, lesson: Lesson, at: datetime) -> Sitting:
    name = f"read:{person}:{lesson.id}:{school.new_id()}"
    return Sitting(name, person, lesson.id, lesson.version, "", at, opened=at)


def _opened(school: School, message: Message, identifier: str) -> tuple[Sitting, Lesson] | Reply:
    """The sitting that somebody pressed on, which opens it, and its lesson; or why that is not possible."""
    sitting = school.learners.open(school.person(message).id, identifier, message.at)
    if sitting is None:
        return _error(_NOT_YOURS)
    lesson = school.lesson(sitting.lesson)
    return (sitting, lesson) if lesson else _error(_GONE)


def chosen(lesson: Lesson, choices: Sequence[str]) -> tuple[Check | None, tuple[int, ...]]:
    """The check that was answered and the places of the options; none of it is believed."""
    pairs = [each.partition(":") for each in choices]
    names = {name for name, _, _ in pairs}
    check = lesson.check(names.pop()) if len(names) == 1 else None
    places = tuple(int(place) for _, _, place in pairs if place.isascii() and place.isdigit() and len(place) < 3)
    return check, places


def _following(lesson: Lesson, check: Check, sitting: Sitting) -> Check | None:
    """The check after one; a question that came back stands alone."""
    if sitting.check:
        return None
    places = [each.id for each in lesson.checks]
    return next(iter(lesson.checks[places.index(check.id) + 1 :]), None)


def _error(text: str) -> Reply:
    return Reply(ReplyKind.ERROR, text, head=Head("That did not work", "⚠️", "careful"))


__all__ = ["NOT_READ", "answer", "ask_about", "chosen", "proven", "put_off", "read"]
