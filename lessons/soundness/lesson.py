"""What can be wrong with the fields and the text of one lesson."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token

from lessons.curriculum import MARKDOWN, heading_of
from lessons.models import Flaw, Lesson, Track
from lessons.soundness.places import Places
from lessons.soundness.words import reading_minutes, words

_PREFIX: Final = {track: f"{track}-" for track in Track} | {Track.BUSINESS_UNITS: "units-"}
_FEWEST, _MOST = 40, 150  # words of a lesson's text
_LONGEST: Final = 3  # minutes
_TITLE: Final = 80  # characters; a line of a card
_SUMMARY: Final = 120
_FAR: Final = timedelta(days=366)

_CURRENCY: Final = r"(?:[$€£¥]|(?:USD|EUR|GBP|CHF|US\$))"
_NUMBER: Final = r"\d[\d.,]*"
_FIGURE: Final = re.compile(
    rf"{_NUMBER}\s?(?:%|per ?cent\b|{_CURRENCY}|(?:euros?|dollars?|pounds?)\b)|{_CURRENCY}\s?{_NUMBER}", re.IGNORECASE
)
_LAW: Final = re.compile(
    r"\b\d+\s+(?:CFR|U\.?S\.?C)\b|§\s?\d|\bArt(?:icle|\.)\s?\d|\bSection\s\d+\s(?:of|NLRA)|"
    r"\b(?:GDPR|COPPA|DMCA|HIPAA|NLRA|Regulation FD|Reg FD|AI Act|Digital Services Act|"
    r"Unfair Commercial Practices Directive|FTC)\b"
)
_SUPPOSED: Final = re.compile(
    r"\b(?:invented|made[- ]up|hypothetical|suppose|supposing|imagine|imaginary|assume|assuming|pretend)\b|\bsay, ",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“|^>.*$", re.MULTILINE)


def check_lesson(lesson: Lesson, source: str, today: date) -> Iterator[Flaw]:
    """Everything that can be seen in the lesson's own file. ``source`` is its text."""
    places = Places(source)

    def flaw(field: str, message: str, remedy: str) -> Flaw:
        return Flaw(lesson.file, places.field(field), message, remedy)

    yield from _names(lesson, flaw)
    yield from _depth(lesson, flaw)
    if lesson.reviewed > today + _FAR:  # a slip in the year would keep the lesson from ever being stale
        yield flaw(
            "reviewed", f"the review on {lesson.reviewed} is more than a year ahead", "Write the day it was done"
        )
    if heading_of(source) != lesson.title:
        yield flaw("title", "the title is not the heading of the text", f"Begin the text with '# {lesson.title}'")
    yield from _length(lesson, flaw)
    yield from _links(lesson, places)
    yield from _figures(lesson, places)


def _names(lesson: Lesson, flaw: Callable[[str, str, str], Flaw]) -> Iterator[Flaw]:
    prefix = _PREFIX[lesson.track]
    if not lesson.id.startswith(prefix):
        yield flaw("id", f"the id '{lesson.id}' does not begin with '{prefix}'", "Begin it with that of its track")
    if PurePosixPath(lesson.file).stem != lesson.id:
        yield flaw("id", f"the file is not named '{lesson.id}.md'", "Name the file as the lesson")
    for name, value, most in (("title", lesson.title, _TITLE), ("summary", lesson.summary, _SUMMARY)):
        if len(value) > most:
            yield flaw(name, f"the {name} has {len(value)} characters", f"Keep it to {most}")


def _depth(lesson: Lesson, flaw: Callable[[str, str, str], Flaw]) -> Iterator[Flaw]:
    if lesson.track is Track.EXECUTIVES and lesson.depth is None:
        remedy = "Write 'depth: light' for the first pass, or 'depth: deep' for the later one"
        yield flaw("track", "a lesson for executives has no depth", remedy)
    if lesson.track is not Track.EXECUTIVES and lesson.depth is not None:
        yield flaw("depth", "only lessons for executives have a depth", "Remove the line")


def _length(lesson: Lesson, flaw: Callable[[str, str, str], Flaw]) -> Iterator[Flaw]:
    count = len(words(lesson.body))
    if not _FEWEST <= count <= _MOST:
        remedy = f"Write {_FEWEST} to {_MOST} words before the first check"
        yield flaw("title", f"the text has {count} words", remedy)
    if not 1 <= lesson.minutes <= _LONGEST:
        yield flaw("minutes", f"the lesson takes {lesson.minutes} minutes", f"Say 1 to {_LONGEST}, and cut it to fit")
    needed = reading_minutes(lesson)
    if needed > _LONGEST:
        remedy = "Shorten the text or the options, or make two lessons of it"
        yield flaw("minutes", f"reading text, questions and options takes {needed:.1f} minutes", remedy)
    elif 1 <= lesson.minutes <= _LONGEST and needed > lesson.minutes + 0.5:
        yield flaw("minutes", f"reading takes {needed:.1f} minutes, not {lesson.minutes}", "Shorten it or say more")


def _links(lesson: Lesson, places: Places) -> Iterator[Flaw]:
    """Links that are not https or not among the sources, and what chat cannot show."""
    texts = [lesson.body, *(option.feedback for check in lesson.checks for option in check.options)]
    for token in (each for text in texts for each in _inside(MARKDOWN.parse(text))):
        if token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            line = places.passage(target, after=places.field("title"))
            if not target.startswith("https://"):
                yield Flaw(lesson.file, line, f"the link '{target}' is not https", "Link to an https address")
            elif not any(target in source for source in lesson.sources):
                yield Flaw(lesson.file, line, f"the link '{target}' is no source", "Name the address under 'sources'")
        elif token.type in {"html_block", "html_inline", "image"}:
            remedy = "Write plain Markdown: paragraphs, short lists, quotations, bold, links"
            line = places.passage(token.content.split("\n")[0], after=places.field("title"))
            yield Flaw(lesson.file, line, "HTML and pictures are not shown in chat", remedy)


def _inside(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _figures(lesson: Lesson, places: Places) -> Iterator[Flaw]:
    """Figures and laws need a source. What is quoted is somebody's post; what is supposed says so, and is no figure."""
    if lesson.sources:
        return
    supposed = _SUPPOSED.search(lesson.body)
    for text in (lesson.body, *(option.feedback for check in lesson.checks for option in check.options)):
        own = _QUOTED.sub(" ", text)
        match = _LAW.search(own) or (None if supposed else _FIGURE.search(own))
        if match:
            line = places.passage(match[0].strip(), after=places.field("title"))
            message = f"there is a figure or a law ('{match[0].strip()}') without a source"
            yield Flaw(lesson.file, line, message, "Name its source under 'sources', or say that it is supposed")
            return


__all__ = ["check_lesson"]
