"""One lesson file: front matter, the text, and its checks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lessons.curriculum.checks import Cut, cut, read_checks
from lessons.curriculum.fields import BrokenYamlError, Fields, load
from lessons.models import Depth, Flaw, Lesson, Track

KNOWN: Final = "id title summary track minutes rests_on owner version reviewed depth sources".split()
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID: Final = 80  # characters; ids travel in buttons, which are narrow


@dataclass(frozen=True, slots=True)
class ReadLesson:
    """A lesson, or ``None`` where it cannot be used, and what is wrong with its file."""

    lesson: Lesson | None
    flaws: tuple[Flaw, ...]


def read_lesson(source: str, file: str) -> ReadLesson:
    """Read one lesson from the text of ``file``; never raises."""
    source = with_line_feeds(source)
    front = _FRONT.match(source)
    if front is None:
        remedy = "Begin with the fields of the lesson between two lines of '---'"
        return ReadLesson(None, (Flaw(file, 1, "there is no front matter", remedy),))
    try:
        yaml = load(front[1] or "", file, first=2)
    except BrokenYamlError as error:
        return ReadLesson(None, (error.flaw,))
    fields = Fields.of(file, 2, yaml.value, yaml.node, KNOWN)
    if not fields.values:
        return ReadLesson(None, tuple(fields.flaws))
    parts = cut(source[front.end() :], file, source.count("\n", 0, front.end()) + 1)
    lesson = _lesson(fields, parts, file)
    return ReadLesson(lesson if fields.sound else None, tuple(fields.flaws) + parts.flaws)


def with_line_feeds(text: str) -> str:
    """A text whose lines all end in a line feed, so that its lines are the ones that Markdown counts."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def heading_of(source: str) -> str:
    """The first heading of a lesson's text, without its marks; empty where there is none of the first level."""
    source = with_line_feeds(source)
    front = _FRONT.match(source)
    return cut(source[front.end() if front else 0 :], "", 1).heading


def _lesson(fields: Fields, parts: Cut, file: str) -> Lesson:
    """The lesson; ``fields`` notes what makes it unusable."""
    checks = read_checks(parts, file)
    fields.flaws += checks.flaws
    fields.sound = fields.sound and checks.sound
    depth = fields.one_of("depth", list(Depth)) if "depth" in fields.values else None
    lesson = Lesson(
        id=_identifier(fields),
        title=fields.text("title", "what learners see, such as 'title: Say it in the first line'"),
        summary=fields.text("summary", "one sentence for the library, as 'summary: …'"),
        track=Track(fields.one_of("track", list(Track))),
        minutes=fields.number("minutes", "'minutes: 2'"),
        rests_on=fields.names("rests_on", "policy and section, as in 'rests_on: [disclosure#say-so]'", needed=True),
        owner=fields.text("owner", "the id of a contact, such as 'owner: coe_lead'"),
        version=fields.text("version", "'version: \"1.0\"'"),
        reviewed=fields.day("reviewed", "'reviewed: 2026-11-20'"),
        body=parts.body,
        checks=checks.checks,
        depth=Depth(depth) if depth else None,
        sources=fields.names("sources", "a list, as in 'sources: [\"16 CFR Part 255\"]'", needed=False),
        file=file,
    )
    if not lesson.body:
        fields.fault("", "there is no text to read", "Write the lesson below '# Title'")
    return lesson


def _identifier(fields: Fields) -> str:
    identifier = fields.text("id", "a name that never changes, such as 'id: employees-first-line'")
    if identifier and (not _ID.fullmatch(identifier) or len(identifier) > _LONGEST_ID):
        message = f"the id '{identifier[:_LONGEST_ID]}' cannot be used"
        fields.fault("id", message, f"Use at most {_LONGEST_ID} of a–z, 0–9 and single hyphens")
    return identifier


__all__ = ["KNOWN", "ReadLesson", "heading_of", "read_lesson", "with_line_feeds"]
