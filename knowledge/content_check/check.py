"""Runs all checks over a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from knowledge.contacts import Contacts, read_contacts
from knowledge.content_check.certified import check_certified
from knowledge.content_check.families import check_families
from knowledge.content_check.front_matter import check_front_matter
from knowledge.content_check.identity import check_identity
from knowledge.content_check.links import check_links
from knowledge.content_check.questions import check_questions
from knowledge.content_check.rules import check_rules
from knowledge.content_check.situations import Place, check_off_topic, check_situations
from knowledge.content_check.source import POLICIES, SourceFile, read_source
from knowledge.content_check.triage import check_triage
from knowledge.documents import read_folder
from knowledge.errors import ContentError
from knowledge.models import Problem

_CONTACTS = "contacts.yml"


def check_content(folder: Path, today: date, is_level: Callable[[str], bool] | None = None) -> list[Problem]:
    """Every mistake in the pack at ``folder`` as of ``today``, sorted by file (relative to ``folder``) and line.

    ``is_level`` says whether there is a certification level of a name; ``None`` where that is not known.
    """
    contacts, problems = _contacts(folder / _CONTACTS)
    files, found = _policies(folder / POLICIES)
    problems += found
    places: dict[str, Place] = {}
    problems += check_situations(files, places)
    problems += _check_files(folder, files, contacts, today)
    problems += (problem for file in files for problem in check_certified(file, is_level))
    problems += check_off_topic(folder, places)
    problems += check_questions(folder, files, places)
    problems += check_triage(folder, contacts)
    return sorted(set(problems), key=lambda each: (each.file, each.line, each.message))


def _check_files(
    folder: Path, files: tuple[SourceFile, ...], contacts: Contacts | None, today: date
) -> Iterator[Problem]:
    yield from check_identity(files)
    yield from check_links(folder, files)
    for file in files:
        yield from check_front_matter(file, files, contacts, today)
        yield from check_rules(file, contacts)
        yield from check_families(file)


def _policies(folder: Path) -> tuple[tuple[SourceFile, ...], list[Problem]]:
    try:
        reading = read_folder(folder)
    except ContentError:
        remedy = "Put the policies there; 'clearpost init DIR' writes some to start from"
        return (), [Problem(POLICIES, 1, f"there is no folder '{POLICIES}'", remedy)]
    return tuple(read_source(policy) for policy in reading.policies), list(_below(POLICIES, reading.problems))


def _below(folder: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield replace(problem, file=f"{folder}/{problem.file}")


def _contacts(path: Path) -> tuple[Contacts | None, list[Problem]]:
    """The contacts; ``None`` where the file cannot be used, so that not every owner is reported as unknown."""
    try:
        contacts, problems = read_contacts(path)
    except ContentError as error:
        message, _, remedy = str(error).replace(f"'{path}'", f"'{_CONTACTS}'").partition("; ")
        return None, [Problem(_CONTACTS, _line(error.__cause__), message, remedy[:1].upper() + remedy[1:])]
    return contacts, list(problems)


def _line(cause: BaseException | None) -> int:
    if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        return cause.problem_mark.line + 1
    if isinstance(cause, UnicodeDecodeError):
        return cause.object.count(b"\n", 0, cause.start) + 1
    return 1


__all__ = ["check_content"]
