"""Checks the triage chart, the examples that each kind is learned from, and the labelled cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from knowledge.contacts import Contacts
from knowledge.content_check.situations import same_words
from knowledge.documents.bullets import read_bullets
from knowledge.errors import ContentError
from knowledge.models import Problem
from knowledge.triage.cases import read_case
from knowledge.triage.examples import KINDS, file_of
from knowledge.triage.models import PASSED_OVER, SERIOUS
from knowledge.triage.read import parse_chart

CHART: Final = "triage.yml"
EXAMPLES: Final = "triage"
CASES: Final = "triage-*.jsonl"
"""The files of ``questions/`` that hold labelled cases."""

FEWEST_EXAMPLES: Final = 40
"""Of a kind; with fewer it is told badly from the others."""


def check_triage(folder: Path, contacts: Contacts | None) -> Iterator[Problem]:
    """What is wrong with the chart, the examples and the labelled cases that a pack has of its own."""
    yield from _check_chart(folder / CHART, contacts)
    places: dict[str, str] = {}
    if (folder / EXAMPLES).is_dir():
        yield from _check_examples(folder / EXAMPLES, places)
    yield from _check_cases(folder / "questions", contacts, places)


def _check_chart(path: Path, contacts: Contacts | None) -> Iterator[Problem]:
    text = _text(path, CHART)
    if isinstance(text, Problem):
        yield text
        return
    if text is None:
        return
    chart, problems = parse_chart(text, CHART)
    yield from problems
    for leaf in chart.leaves if chart else ():
        if leaf.kind in SERIOUS and leaf.priority in PASSED_OVER:
            message = f"leaf '{leaf.id}' has the priority '{leaf.priority}', but {leaf.kind} may not be missed"
            yield Problem(CHART, leaf.line, message, "Use urgent or high")
    for leaf in chart.leaves if chart and contacts else ():
        for contact in dict.fromkeys(leaf.contacts):
            if contacts and not contacts.get(contact):
                remedy = "Name the id of a contact, or add one to contacts.yml"
                yield Problem(CHART, leaf.line, f"'{contact}' of leaf '{leaf.id}' is no contact", remedy)


def _check_examples(folder: Path, places: dict[str, str]) -> Iterator[Problem]:
    """Files that are missing, too short or of no kind, and examples that stand twice; fills ``places``."""
    known = {file_of(kind): kind for kind in KINDS}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".md" and path.name not in known:
            remedy = f"Name it after a kind: {', '.join(known)}"
            yield Problem(f"{EXAMPLES}/{path.name}", 1, "the file is of no kind", remedy)
    for file in known:
        yield from _check_file(folder / file, f"{EXAMPLES}/{file}", places)


def _check_file(path: Path, name: str, places: dict[str, str]) -> Iterator[Problem]:
    text = _text(path, name)
    if isinstance(text, Problem):
        yield text
        return
    if text is None:
        remedy = f"Write it: a bullet an example, at least {FEWEST_EXAMPLES}; 'clearpost init DIR' shows how"
        yield Problem(name, 1, "the file is missing", remedy)
        return
    count = 0
    for line, words in read_bullets(text):
        if not words:
            yield Problem(name, line, "an empty example", "Write behind the dash what somebody said")
            continue
        count += 1
        here = f"{name}:{line}"
        if (first := places.setdefault(same_words(words), here)) != here:
            yield Problem(name, line, f"the example repeats {first}", "Keep it in the file of the kind that it is of")
    if count < FEWEST_EXAMPLES:
        remedy = f"Write at least {FEWEST_EXAMPLES}, in the words and tones in which people write"
        yield Problem(name, 1, f"the file has {count} examples", remedy)


def _check_cases(folder: Path, contacts: Contacts | None, places: Mapping[str, str]) -> Iterator[Problem]:
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    for path in sorted(folder.glob(CASES)):
        name = f"questions/{path.name}"
        text = _text(path, name)
        if isinstance(text, Problem):
            yield text
            continue
        for number, line in enumerate((text or "").split("\n"), 1):
            if line.strip():
                for message, remedy in _check_case(line, f"{name}:{number}", contacts, places, ids, texts):
                    yield Problem(name, number, message, remedy)


def _check_case(
    line: str,
    here: str,
    contacts: Contacts | None,
    places: Mapping[str, str],
    ids: dict[str, str],
    texts: dict[str, str],
) -> Iterator[tuple[str, str]]:
    try:
        case = read_case(line)
    except ContentError as error:
        message, _, remedy = str(error).rpartition("; ")
        yield message, remedy[:1].upper() + remedy[1:]
        return
    words = same_words(case.text)
    if (first := ids.setdefault(case.id, here)) != here:
        yield f"the id '{case.id}' is also in {first}", "Give each case an id of its own"
    if case.contact and contacts and not contacts.get(case.contact):
        yield f"'{case.contact}' is no contact", "Name the id of a contact, or add one to contacts.yml"
    if words in places:
        yield f"the case repeats {places[words]}", "Say it otherwise: a test must not be in what is learned from"
    if (first := texts.setdefault(words, here)) != here:
        yield f"the case repeats {first}", "Remove one of them"


def _text(path: Path, name: str) -> str | Problem | None:
    """A file's text; the problem where it cannot be read, ``None`` where it is not there."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(name, line, "not UTF-8", "Save it as UTF-8")
    except OSError as error:
        return Problem(name, 1, f"cannot be read ({error.strerror})", "Check the link or its permissions")


__all__ = ["CASES", "CHART", "EXAMPLES", "FEWEST_EXAMPLES", "check_triage"]
