"""Every lesson can be found and read again, whether it came or not; so can colleagues' notes, and replays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.learn.cards import TRACKS, see_action
from bot.conversation.learn.gatherings import cards as bags
from bot.conversation.learn.gatherings import notes
from bot.conversation.learn.gatherings.hall import Hall, is_colleague
from bot.conversation.learn.school import School
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind
from lessons.models import Lesson, Track

_PAGE: Final = 10
_OR_MORE: Final = ", or a note or a replay of a colleague"
_FOUND: Final = 5
_NEAR: Final = 0.3
_NEARER: Final = 0.75
"""The score from which something may be what was meant, and the share of the best one's from which it is shown, too."""

_IN_TITLE, _IN_SUMMARY, _IN_BODY = 0.25, 0.2, 0.1
_OWN: Final = 0.02
_OF_SECTIONS: Final = 0.75
"""What a score gains where all the words asked for stand there, by how much one's own track goes before others, and
what likeness to the sections behind a lesson counts. Of 32 ways to ask for one of the lessons that come with Clearpost
27 are answered with it in the first place and 30 among the first three; by titles and summaries alone it is 20 and 27.
"""

_LOOKED_THROUGH: Final = 2000  # notes, and replays
_COMPARED: Final = 150  # of them that are compared by their meaning: those that share words, then the newest
_FIRST_WORDS: Final = 40
_WORD: Final = re.compile(r"\w+")
_EMPTY_WORDS: Final = frozenset(
    "the a an of to in on for and or my i we our you how do does with from is are it that".split()
)


@dataclass(frozen=True, slots=True)
class _Find:
    """Something that can be found: what it is called, what it is about, all of its words, and its row.

    ``sections`` are those that it rests on, in words; empty where it rests on none.
    """

    title: str
    summary: str
    body: str
    item: Item
    sections: str = ""
    own: bool = False


def library(school: School, message: Message, hall: Hall | None = None, deed: Deed | None = None) -> Reply:
    """A page of the lessons of a track: at first those of one's own, then as the buttons below it say."""
    by_track = _by_track(school)
    learner = school.learner(message)
    page = _page(deed, learner.person.track if learner else Track.EMPLOYEES.value, by_track)
    lessons = by_track.get(page.track, [])
    shown = lessons[page.first : page.first + _PAGE]
    where = f"{page.first + 1}–{page.first + len(shown)} of {len(lessons)} lessons" if shown else "No lessons"
    shares = _shares(school, message, hall)
    return Reply(
        kind=ReplyKind.LESSON,
        text=f"{where} for {TRACKS.get(page.track, page.track)}; {sum(map(len, by_track.values()))} in all. Write "
        f"“lesson on …” with what it is about to find one{_OR_MORE if shares else ''}.",
        head=Head("All lessons", "📚", "neutral"),
        items=tuple(map(_item, shown)),
        actions=tuple(_ways_on(page, by_track, shares=shares)),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Some lessons of a track, from ``first`` on, which counts from 0."""

    track: str
    first: int


def _page(deed: Deed | None, own: str, by_track: Mapping[str, Sequence[Lesson]]) -> _Page:
    """The page that a button or a form asks for; none of it is believed."""
    said = next(iter(deed.choices), deed.on) if deed else ""
    track, _, number = said.partition(":")
    if track not in by_track:
        return _Page(own, 0)
    pages = -(-len(by_track[track]) // _PAGE)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return _Page(track, min(wanted, pages - 1) * _PAGE)


def _ways_on(page: _Page, by_track: Mapping[str, Sequence[Lesson]], *, shares: bool) -> Iterator[Action]:
    """The pages beside this one, the other tracks, and what colleagues teach one another."""
    of, number = len(by_track.get(page.track, ())), page.first // _PAGE
    if page.first:
        yield Action("library", f"{page.track}:{number - 1}", "Back")
    if page.first + _PAGE < of:
        last = min(page.first + 2 * _PAGE, of)
        yield Action("library", f"{page.track}:{number + 1}", f"More: {page.first + _PAGE + 1}–{last}", "primary")
    others = tuple((each, TRACKS.get(each, each)) for each in by_track if each != page.track)
    if others:
        field = Field("Whose lessons?", options=others)
        yield Action("library", "", "Other tracks", choices=field, title="All lessons", submit="Show")
    if shares:
        yield Action("bags", "", "Brown bags")
        yield Action("notes", "", "Notes")


def _by_track(school: School) -> dict[str, list[Lesson]]:
    """Every lesson by its track, in the order in which tracks are named."""
    lessons = school.curriculum().lessons.values()
    return {track.value: found for track in Track if (found := [each for each in lessons if each.track == track])}


def find(school: School, message: Message, words: str, hall: Hall | None = None) -> Reply:
    """The lessons on something, with the notes and replays on it where there is a hall."""
    if not words:
        return library(school, message, hall)
    learner = school.learner(message)
    finds = [*_lessons(school, learner.person.track if learner else "")]
    if hall is not None and _shares(school, message, hall):
        finds += _compared(words, [*_replays(hall, message), *_notes(hall, message)])
    scored = list(zip(_scores(school, words, finds), finds, strict=True))
    least = max(_NEAR, _NEARER * max((score for score, _ in scored), default=0.0))
    near = sorted((each for each in scored if each[0] >= least), key=lambda each: -each[0] - _OWN * each[1].own)
    found = [each.item for _, each in near[:_FOUND]]
    if not found:
        return Reply(
            ReplyKind.LESSON,
            f"I found no lesson on “{words}”. Write “library” to see all of them, or just ask me your question.",
            head=Head("No lesson found", "📚", "neutral"),
        )
    return Reply(ReplyKind.LESSON, "", head=Head(f"Lessons on “{words}”", "📚", "neutral"), items=tuple(found))


def _scores(school: School, words: str, finds: Sequence[_Find]) -> Iterator[float]:
    """How near each is to the words: by meaning, and by the words themselves, which short questions rest on."""
    about = [f"{each.title}. {each.summary}" for each in finds]
    texts = list(dict.fromkeys((*about, *(each.sections for each in finds if each.sections))))
    near = dict(zip(texts, school.likeness.alike(words, texts), strict=True))
    asked = _words(words)
    for text, each in zip(about, finds, strict=True):
        yield max(near[text], _OF_SECTIONS * near.get(each.sections, 0.0)) + _shared(asked, each)


def _shared(asked: frozenset[str], find: _Find) -> float:
    """What a score gains by the words that were asked for; each counts where it weighs most."""
    title, summary, body = _words(find.title), _words(f"{find.summary} {find.sections}"), _words(find.body)
    gained = sum(
        _IN_TITLE if word in title else _IN_SUMMARY if word in summary else _IN_BODY if word in body else 0.0
        for word in asked
    )
    return gained / max(1, len(asked))


def _words(text: str) -> frozenset[str]:
    """The words that mean something, the plural of one like the one."""
    plain = (each[:-1] if each.endswith("s") and len(each) > 3 else each for each in _WORD.findall(text.casefold()))
    return frozenset(plain) - _EMPTY_WORDS


def _lessons(school: School, track: str) -> Iterator[_Find]:
    for each in school.curriculum().lessons.values():
        sections = " ".join(section.replace("#", " ").replace("-", " ") for section in each.rests_on)
        body = " ".join((each.body, *(check.question for check in each.checks)))
        yield _Find(each.title, each.summary, body, _item(each), sections, each.track == track)


def _replays(hall: Hall, message: Message) -> Iterator[_Find]:
    organisation = hall.school.person(message).organisation
    for each in hall.gatherings.replays(organisation, _LOOKED_THROUGH):
        row = bags.item(each)
        yield _Find(each.title, _first(each.about), each.about, Item(f"Replay: {row.title}", row.text, row.actions))


def _notes(hall: Hall, message: Message) -> Iterator[_Find]:
    organisation = hall.school.person(message).organisation
    for each in hall.notes.newest(organisation, _LOOKED_THROUGH):
        row = notes.item(each)
        yield _Find(each.title, _first(each.words), each.words, Item(f"Note: {row.title}", row.text, row.actions))


def _compared(words: str, finds: Sequence[_Find]) -> Sequence[_Find]:
    """Those that are compared by their meaning: of thousands, those that share most words, then the first ones."""
    asked = _words(words)
    return sorted(finds, key=lambda each: -_shared(asked, each))[:_COMPARED]


def _shares(school: School, message: Message, hall: Hall | None) -> bool:
    return hall is not None and is_colleague(school.person(message))


def _first(text: str) -> str:
    return " ".join(text.split()[:_FIRST_WORDS])


def _item(lesson: Lesson) -> Item:
    return Item(f"{lesson.title} ({lesson.minutes} min)", lesson.summary, (see_action(lesson, "Read"),))


__all__ = ["find", "library"]
