"""Labelled cases: what was said about companies, with the kind and the contact that are right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.errors import ContentError
from knowledge.models import Problem
from knowledge.triage.models import NONE, Kind

_FIELDS: Final = frozenset({"id", "text", "kind", "contact"})


@dataclass(frozen=True, slots=True)
class Case:
    """A text with what is right for it; ``kind`` and ``contact`` are ``None`` where there is nothing to triage."""

    id: str
    text: str
    kind: Kind | None
    contact: str | None


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read labelled cases from a file of JSON lines, in the file's order; empty lines are skipped.

    Raises:
        ContentError: with file, line and remedy, at the first line that cannot be used; where the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError(f"there is no '{path}'; name a file of labelled cases, one JSON object a line") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"'{path}' is not a readable UTF-8 file; save it as UTF-8 and check who may read it"
        ) from error
    cases: list[Case] = []
    first_lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            case = read_case(line)
            if case.id in first_lines:
                raise ContentError(f"id '{case.id}' is already on line {first_lines[case.id]}; give another id")
        except ContentError as error:
            message, _, remedy = str(error).rpartition("; ")
            raise ContentError(str(Problem(path.name, number, message, remedy[:1].upper() + remedy[1:]))) from error
        first_lines[case.id] = number
        cases.append(case)
    if not cases:
        raise ContentError(str(Problem(path.name, 1, "the file holds no case", "Write one JSON object a line")))
    return tuple(cases)


def read_case(line: str) -> Case:
    """The case of one line.

    Raises:
        ContentError: as "what is wrong; what to do", where it cannot be used.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ContentError("this line is not JSON; write one object a line, in double quotes") from error
    if not isinstance(fields, dict):
        raise ContentError('this line is not a JSON object; write {"id": …, "text": …, "kind": …, "contact": …}')
    if unknown := sorted(set(fields) - _FIELDS):
        raise ContentError(f"unknown fields {', '.join(unknown)}; correct the spelling or leave them out")
    for name in ("id", "text", "kind", *(("contact",) if "contact" in fields else ())):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ContentError(f"'{name}' is missing, empty or no text; give it in double quotes")
    kind, contact = fields["kind"], fields.get("contact")
    if kind not in {*Kind, NONE}:
        raise ContentError(f"unknown kind '{kind}'; use one of {', '.join((*Kind, NONE))}")
    if (kind == NONE) != (contact is None):
        remedy = "leave 'contact' out" if kind == NONE else "add 'contact' with the id of the one who takes over"
        raise ContentError(f"a case of the kind '{kind}' {'has no' if kind == NONE else 'has a'} contact; {remedy}")
    return Case(fields["id"], fields["text"], None if kind == NONE else Kind(kind), contact)


__all__ = ["Case", "read_case", "read_cases"]
