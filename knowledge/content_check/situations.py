"""Checks that no message stands in two places: it could not have two answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.content_check.source import Rule, SourceFile
from knowledge.documents.blocks import Body, read_blocks
from knowledge.models import Problem

_OFF_TOPIC: Final = "off_topic.md"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands. ``policy`` and ``section`` are ids, empty for the list of what is off topic."""

    policy: str
    section: str
    file: str
    line: int

    def __str__(self) -> str:
        section = f" (section '{self.section}')" if self.section else ""
        return f"{self.file}:{self.line}{section}"


def same_words(text: str) -> str:
    """A message without what does not make it another one: case, punctuation, white space and form of characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(" " if unicodedata.category(each)[0] in "PZC" else each for each in folded)
    return " ".join(words.split()) or folded.strip()


def check_situations(files: Sequence[SourceFile], places: dict[str, Place]) -> Iterator[Problem]:
    """Empty, repeated and misplaced situations; fills ``places`` with the first place of each by ``same_words``.

    Two versions of one policy may share their situations.
    """
    for file in files:
        here: dict[str, Place] = {}
        for rule in file.rules:
            yield from _check_form(file, rule)
            for situation in rule.situations:
                words = same_words(situation.text)
                if not words:
                    continue
                place = Place(file.policy.id, rule.section.id if rule.section else rule.name, file.name, situation.line)
                first = here.setdefault(words, place)
                elsewhere = places.setdefault(words, place)
                if first is not place:
                    yield _repeated(place, first)
                elif elsewhere.policy != place.policy:
                    yield _repeated(place, elsewhere)


def check_off_topic(folder: Path, places: dict[str, Place]) -> Iterator[Problem]:
    """Messages of ``off_topic.md`` that are repeated, or are situations too; fills ``places`` with the others."""
    try:
        text = (folder / _OFF_TOPIC).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        yield Problem(_OFF_TOPIC, line, "not UTF-8", "Save it as UTF-8")
        return
    except OSError as error:
        yield Problem(_OFF_TOPIC, 1, f"cannot be read ({error.strerror})", "Check the link or its permissions")
        return
    for block in read_blocks(text):
        if isinstance(block, Body) and block.bullet:
            words = same_words(block.text[1:])
            place = Place("", "", _OFF_TOPIC, block.line)
            first = places.setdefault(words, place) if words else place
            if first is not place:
                yield Problem(_OFF_TOPIC, block.line, f"the message repeats {first}", "Keep it in one place")


def _check_form(file: SourceFile, rule: Rule) -> Iterator[Problem]:
    for situation in rule.situations:
        if not situation.text:
            yield Problem(file.name, situation.line, "an empty situation", "Write a message behind the dash")
    for line in rule.strays:
        yield Problem(file.name, line, "text below 'Situations' that is not read", "Begin it with '- '")


def _repeated(place: Place, first: Place) -> Problem:
    same = (place.policy, place.section) == (first.policy, first.section)
    remedy = "Remove one of them" if same else "Keep it in the section that answers it"
    return Problem(place.file, place.line, f"the situation repeats {first}", remedy)


__all__ = ["Place", "check_off_topic", "check_situations", "same_words"]
