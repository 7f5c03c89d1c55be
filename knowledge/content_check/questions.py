"""Checks the labelled questions of a pack: one JSON object a line in ``questions/*.jsonl``, save those of triage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from knowledge.content_check.situations import Place, same_words
from knowledge.content_check.source import SourceFile
from knowledge.content_check.triage import CASES
from knowledge.models import Outcome, Problem, Verdict

_FOLDER: Final = "questions"
_FIELDS: Final = frozenset({"id", "q", "topic", "verdict", "outcome", "section"})


@dataclass(slots=True)
class _Seen:
    """What the lines so far have used: ids and questions, each with its first place."""

    ids: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)


def check_questions(folder: Path, files: Sequence[SourceFile], places: Mapping[str, Place]) -> Iterator[Problem]:
    """Lines that cannot be scored, and questions that give their own answer away because they are situations too."""
    sections = frozenset(f"{file.policy.id}#{section.id}" for file in files for section in file.policy.sections)
    seen = _Seen()
    for path in sorted(set((folder / _FOLDER).glob("*.jsonl")) - set((folder / _FOLDER).glob(CASES))):
        name = f"{_FOLDER}/{path.name}"
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            yield Problem(name, line, "not UTF-8", "Save it as UTF-8")
            continue
        except OSError as error:
            yield Problem(name, 1, f"cannot be read ({error.strerror})", "Check the link or its permissions")
            continue
        for number, line_text in enumerate(text.split("\n"), 1):
            if line_text.strip():
                for message, remedy in _check_line(line_text, f"{name}:{number}", sections, places, seen):
                    yield Problem(name, number, message, remedy)


def _check_line(
    text: str, here: str, sections: frozenset[str], places: Mapping[str, Place], seen: _Seen
) -> Iterator[tuple[str, str]]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield f"no valid JSON ({getattr(error, 'msg', 'too deep')})", "Write one object in braces a line"
        return
    if not isinstance(record, dict):
        yield "no JSON object", "Write one object in braces a line"
        return
    yield from _check_id(record.get("id"), here, seen)
    yield from _check_label(record)
    section = record.get("section")
    if section is not None and sections and section not in sections:
        yield f"there is no section '{section}'", "Write it as policy#section, with the ids from the policy files"
    yield from _check_words(record.get("q"), here, places, seen)


def _check_id(identifier: object, here: str, seen: _Seen) -> Iterator[tuple[str, str]]:
    if not isinstance(identifier, str) or not identifier.strip():
        yield "the question has no 'id'", "Give it a short one that no other has"
    elif (first := seen.ids.setdefault(identifier, here)) != here:
        yield f"the id '{identifier}' is also in {first}", "Give each question an id of its own"


def _check_label(record: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    verdict, outcome = record.get("verdict"), record.get("outcome")
    if unknown := sorted(set(record) - _FIELDS):
        yield f"unknown fields {', '.join(unknown)}", "Correct the spelling or leave them out"
    if verdict is not None and outcome is not None:
        yield "the question has both 'verdict' and 'outcome'", "Keep the one that is right"
    if verdict is None and outcome is None:
        yield "the question has neither 'verdict' nor 'outcome'", "Say what its right answer is"
    if verdict is not None and verdict not in list(Verdict):
        yield f"unknown verdict '{verdict}'", f"Use one of {', '.join(Verdict)}"
    if outcome is not None and outcome != Outcome.OUT_OF_SCOPE:
        yield f"unknown outcome '{outcome}'", f"Use {Outcome.OUT_OF_SCOPE}, or give a verdict"
    if verdict is None and "section" in record:
        yield "a question without verdict has no section", "Leave 'section' out"


def _check_words(question: object, here: str, places: Mapping[str, Place], seen: _Seen) -> Iterator[tuple[str, str]]:
    words = same_words(question) if isinstance(question, str) else ""
    if not words:
        yield "the question has no words in 'q'", "Write there what an employee asks"
        return
    if words in places:
        yield f"the question repeats {places[words]}", "Ask it in other words: a test must not be in what is searched"
    if (first := seen.questions.setdefault(words, here)) != here:
        yield f"the question repeats {first}", "Remove one of them"


__all__ = ["check_questions"]
