"""Notes from conferences and courses: posted, annotated by others, found again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.conversation.kept import to_json
from bot.conversation.learn.gatherings.hall import (
    FOR_COLLEAGUES,
    Hall,
    is_colleague,
    is_staff,
    name_of,
    party,
    refusal,
)
from bot.conversation.learn.gatherings.moments import day_said
from bot.conversation.messages import LOCAL, Deed, Message
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind, Said
from bot.ports import Delivery, Person
from bot.ports.gatherings import Note, Remark

_MOST_WORDS: Final = 3000
_MOST_TITLE: Final = 120
_MOST_REMARK: Final = 1500
_SHOWN: Final = 8
_SHORT: Final = 160
_EMOJI: Final = "🗒️"
_LINK: Final = re.compile(r"https?://[^\s<>\"'|]{4,490}", re.IGNORECASE)
_LABEL: Final = re.compile(r"\s*(?:title|note|text|link)\s*:\s*", re.IGNORECASE)
_GONE: Final = "That note is not there any more. Write “notes” to see the newest ones."
_NOT_YOURS: Final = "Only its author, or the Center of Excellence, can take a note down."
_NO_WORDS: Final = "Write a title in the first line, and below it what you brought back."


def listed(hall: Hall, message: Message) -> Reply:
    """The newest notes."""
    person = hall.school.person(message)
    if not is_colleague(person):
        return refusal(FOR_COLLEAGUES)
    newest = hall.notes.newest(person.organisation, _SHOWN)
    return Reply(
        kind=ReplyKind.LESSON,
        text="" if newest else "There are none yet. What did you bring back from your last conference or course?",
        head=Head("Notes from conferences and courses", _EMOJI, "neutral"),
        items=tuple(map(item, newest)),
        notes=("“lesson on …” finds them by what they are about.",) if newest else (),
        actions=(_post_action(),),
    )


def post(hall: Hall, message: Message, words: str) -> Reply:
    """Keep a note: its title in the first line, the rest below, a link anywhere."""
    person = hall.school.person(message)
    if not is_colleague(person):
        return refusal(FOR_COLLEAGUES)
    title, text = _parts(words)
    if not title or not text:
        return Reply(ReplyKind.NOTE, _NO_WORDS, actions=(_post_action(words),), private=True)
    link = _LINK.search(words)
    note = Note(
        id=hall.school.new_id(),
        organisation=person.organisation,
        author=party(message, person),
        title=title,
        words=text,
        link=link[0].rstrip(".,;)") if link else "",
        at=message.at,
    )
    hall.notes.add(note)
    return card(note, (), person)


def look(hall: Hall, message: Message, deed: Deed) -> Reply:
    """One note with what others added."""
    person = hall.school.person(message)
    note = hall.notes.find(person.organisation, deed.on)
    if note is None or not is_colleague(person):
        return refusal(_GONE)
    return card(note, hall.notes.remarks(note.organisation, note.id), person)


def annotate(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Add something to a note; its author hears of it, unless they did it themselves."""
    person = hall.school.person(message)
    note = hall.notes.find(person.organisation, deed.on)
    if note is None or not is_colleague(person):
        return refusal(_GONE)
    words = deed.words.strip()[:_MOST_REMARK]
    if words:
        remark = Remark(party(message, person), message.at, words)
        owed = [] if note.author.person == person.id else _told(hall, note, remark)
        if not hall.notes.annotate(note.organisation, note.id, remark, owed):
            return refusal(_GONE)
    return card(note, hall.notes.remarks(note.organisation, note.id), person)


def drop(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Take a note down."""
    person = hall.school.person(message)
    note = hall.notes.find(person.organisation, deed.on)
    if note is None:
        return refusal(_GONE)
    if note.author.person != person.id and not is_staff(person):
        return refusal(_NOT_YOURS)
    hall.notes.drop(note.organisation, note.id)
    hall.audit.add(message.workspace, message.at, message.account, "note_taken_down", note.id, {})
    return Reply(ReplyKind.LESSON, "", head=Head(f"Taken down: {note.title}", _EMOJI, "neutral"))


def card(note: Note, remarks: Sequence[Remark], viewer: Person | None = None) -> Reply:
    """A note with what others added; whoever may take it down sees the button."""
    return Reply(
        kind=ReplyKind.LESSON,
        text=note.words,
        head=Head(note.title, _EMOJI, "neutral"),
        facts=tuple(_facts(note)),
        said=tuple(Said(name_of(each.author), each.at, each.words) for each in remarks),
        actions=tuple(_actions(note, viewer)),
    )


def item(note: Note) -> Item:
    """A note as a row."""
    words = " ".join(note.words.replace("• ", "").split())
    short = words if len(words) <= _SHORT else f"{words[:_SHORT].rsplit(' ', 1)[0]} …"
    return Item(note.title, f"{name_of(note.author)}, {day_said(note.at)}: {short}", (Action("note", note.id, "Read"),))


def _told(hall: Hall, note: Note, remark: Remark) -> list[Delivery]:
    author = note.author
    if author.workspace == LOCAL or not author.account:
        return []
    reply = Reply(
        kind=ReplyKind.LESSON,
        text="",
        head=Head(f"Added to your note: {note.title}", "💬", "neutral"),
        said=(Said(name_of(remark.author), remark.at, remark.words),),
        actions=(Action("note", note.id, "Open the note"),),
    )
    name = f"note:{note.id}:{hall.school.new_id()}"
    return [Delivery(name, author.workspace, author.account, "note", to_json(reply), remark.at, resend=True)]


def _parts(words: str) -> tuple[str, str]:
    """The title and the text. A first line that is too long for a title is the beginning of the text, too."""
    lines = [each.rstrip() for each in words.strip().splitlines()]
    if not lines:
        return "", ""
    first = _LABEL.sub("", lines[0], count=1).strip()
    below = "\n".join(lines[1:]).strip()
    if len(first) <= _MOST_TITLE and below:
        return " ".join(first.split()), below[:_MOST_WORDS]
    title = first if len(first) <= _MOST_TITLE else f"{first[:_MOST_TITLE].rsplit(' ', 1)[0]} …"
    text = f"{first}\n{below}".strip() if title != first else below
    return " ".join(title.split()), text[:_MOST_WORDS]


def _facts(note: Note) -> Iterator[tuple[str, str]]:
    yield "From", name_of(note.author)
    yield "Posted", day_said(note.at)
    if note.link and note.link not in note.words:
        yield "Link", note.link


def _actions(note: Note, viewer: Person | None) -> Iterator[Action]:
    words = Field("What do you add?", hint="What you saw otherwise, a source, a question", most=_MOST_REMARK)
    yield Action("note_add", note.id, "Add something", words=words, title="Add to this note", submit="Add")
    if viewer is not None and (note.author.person == viewer.id or is_staff(viewer)):
        yield Action("note_drop", note.id, "Take it down", "danger")


def _post_action(words: str = "") -> Action:
    field = Field(
        "Title in the first line, then what you brought back, with a link if there is one",
        value=words[:_MOST_WORDS],
        most=_MOST_WORDS,
    )
    return Action("note_post", "", "Post a note", "primary", words=field, title="Post a note", submit="Post")


__all__ = ["annotate", "card", "drop", "item", "listed", "look", "post"]
