"""Labelled questions: what people ask, with what is right to answer. They are what the answers are scored on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.errors import ContentError
from knowledge.models import Outcome, Problem, Verdict

_REQUIRED: Final = ("id", "q")
_OPTIONAL: Final = frozenset({"verdict", "section", "outcome", "topic"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what is right for it: a verdict, or ``None`` where the question is off topic.

    ``section`` is ``policy#section`` where the author had that one in mind; ``None`` where any would do.
    """

    id: str
    question: str
    topic: str
    verdict: Verdict | None
    section: str | None = None

    @property
    def in_scope(self) -> bool:
        """True where a policy answers the question."""
        return self.verdict is not None


def read_questions(path: Path) -> tuple[Labelled, ...]:
    """Read labelled questions from a file of JSON lines, in the file's order; empty lines are skipped.

    Raises:
        ContentError: with file, line and remedy, at the first line that cannot be used; where the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError(
            f"there is no '{path}'; name a file of labelled questions, one JSON object a line"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"'{path}' is not a readable UTF-8 file; save it as UTF-8 and check who may read it"
        ) from error
    first_lines: dict[str, int] = {}
    questions: list[Labelled] = []
    # Not splitlines(): that would also split at U+2028, which JSON allows inside a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            labelled = _labelled(line)
            if labelled.id in first_lines:
                raise ContentError(f"id '{labelled.id}' is already on line {first_lines[labelled.id]}; give another id")
        except ContentError as error:
            message, _, remedy = str(error).rpartition("; ")
            raise ContentError(str(Problem(path.name, number, message, remedy[:1].upper() + remedy[1:]))) from error
        first_lines[labelled.id] = number
        questions.append(labelled)
    if not questions:
        raise ContentError(str(Problem(path.name, 1, "the file holds no question", "Write one JSON object a line")))
    return tuple(questions)


def _labelled(line: str) -> Labelled:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ContentError("this line is not JSON; write one object a line, in double quotes") from error
    if not isinstance(fields, dict):
        raise ContentError('this line is not a JSON object; write {"id": …, "q": …, "topic": …, "verdict": …}')
    if unknown := sorted(set(fields) - set(_REQUIRED) - _OPTIONAL):
        raise ContentError(f"unknown fields {', '.join(unknown)}; correct the spelling or leave them out")
    for name in (*_REQUIRED, *sorted(_OPTIONAL & set(fields))):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ContentError(f"'{name}' is missing, empty or no text; give it in double quotes")
    if ("verdict" in fields) == ("outcome" in fields):
        raise ContentError('a question needs a verdict, or "outcome": "out_of_scope", and not both; keep one of them')
    return Labelled(
        id=fields["id"],
        question=fields["q"],
        topic=fields.get("topic", ""),
        verdict=_verdict(fields),
        section=_section(fields["section"], in_scope="verdict" in fields) if "section" in fields else None,
    )


def _verdict(fields: Mapping[str, str]) -> Verdict | None:
    if "verdict" not in fields:
        if fields["outcome"] != Outcome.OUT_OF_SCOPE:
            raise ContentError(f"unknown outcome '{fields['outcome']}'; use {Outcome.OUT_OF_SCOPE}, or give a verdict")
        return None
    if fields["verdict"] not in set(Verdict):
        raise ContentError(f"unknown verdict '{fields['verdict']}'; use one of {', '.join(Verdict)}")
    return Verdict(fields["verdict"])


def _section(name: str, *, in_scope: bool) -> str:
    policy, mark, section = name.partition("#")
    if not (policy and mark and section):
        raise ContentError(f"section '{name}' is not of the form policy#section; write both ids")
    if not in_scope:
        raise ContentError("a question out of scope has no section; leave 'section' out")
    return name


__all__ = ["Labelled", "read_questions"]
