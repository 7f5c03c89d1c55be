"""Checks the fields at the top of a policy file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from knowledge.contacts import Contacts
from knowledge.content_check.source import SourceFile
from knowledge.documents.front_matter import as_date
from knowledge.models import Problem

AUDIENCES: Final = ("everyone", "executives", "coe", "business_units", "employees", "partners")
KINDS: Final = ("social-media", "legal", "ethics", "disclosure", "partners")

_REQUIRED: Final = {
    "id": "a short name that never changes, such as 'id: disclosure'",
    "title": "what readers see, such as 'title: Saying who you work for'",
    "kind": f"one of {', '.join(KINDS)}",
    "owner": "the id of a contact from contacts.yml",
    "version": "such as 'version: \"1.0\"'",
    "effective": "the day from which it holds, such as 'effective: 2026-09-01'",
    "review_by": "the day by which it is read again, such as 'review_by: 2027-09-01'",
}
_DATES: Final = ("effective", "review_by")
_LISTS: Final = ("audience", "regions")


def check_front_matter(
    file: SourceFile, files: Sequence[SourceFile], contacts: Contacts | None, today: date
) -> Iterator[Problem]:
    """What is missing, unknown or out of date; nothing where the front matter could not be read at all."""
    if file.fields is None:
        return
    yield from _check_presence(file)
    yield from _check_names(file, contacts)
    yield from _check_version(file)
    yield from _check_dates(file, files, today)


def _check_presence(file: SourceFile) -> Iterator[Problem]:
    for name, remedy in _REQUIRED.items():
        if file.annotated and not any(each.text for each in file.named(name)):
            yield Problem(file.name, file.line_of(name), f"the front matter lacks '{name}'", f"Add {remedy}")
    counts = Counter(each.name for each in file.fields or () if each.name not in _LISTS)
    for name in _REQUIRED:
        if counts[name] > 1:
            yield Problem(file.name, file.named(name)[1].line, f"'{name}' is written twice", "Keep one of the lines")


def _check_names(file: SourceFile, contacts: Contacts | None) -> Iterator[Problem]:
    for kind in file.named("kind"):
        if kind.text and kind.text not in KINDS:
            yield Problem(file.name, kind.line, f"unknown kind '{kind.text}'", f"Use one of {', '.join(KINDS)}")
    for audience in file.named("audience"):
        if audience.text and audience.text not in AUDIENCES:
            remedy = f"Use {', '.join(AUDIENCES)}, or several of them in brackets"
            yield Problem(file.name, audience.line, f"unknown audience '{audience.text}'", remedy)
    for owner in file.named("owner"):
        if owner.text and contacts and not contacts.get(owner.text):
            remedy = "Name the id of a contact, or add one to contacts.yml"
            yield Problem(file.name, owner.line, f"the owner '{owner.text}' is no contact", remedy)


def _check_version(file: SourceFile) -> Iterator[Problem]:
    for version in file.named("version"):
        if version.text and file.policy.version != version.text:
            message = f"the version {version.text} is read as the number {file.policy.version}"
            yield Problem(file.name, version.line, message, f'Put it in quotes: version: "{version.text}"')


def _check_dates(file: SourceFile, files: Sequence[SourceFile], today: date) -> Iterator[Problem]:
    for name in _DATES:
        for each in file.named(name):
            if each.text and as_date(getattr(file.policy, name)) is None:
                remedy = "Write year, month and day, such as 2026-09-01"
                yield Problem(file.name, each.line, f"'{name}' is no date: '{each.text}'", remedy)
    effective, review_by = file.policy.effective, file.policy.review_by
    if review_by is None:
        return
    line = file.line_of("review_by")
    if effective is not None and review_by <= effective:
        message = f"the review on {review_by} is not after the policy takes effect on {effective}"
        yield Problem(file.name, line, message, "Set 'review_by' to a later day")
    elif review_by < today and not _is_superseded(file, files, today):
        remedy = "Have the owner read it again, then set a new 'review_by'"
        yield Problem(file.name, line, f"the review was due on {review_by}", remedy)


def _is_superseded(file: SourceFile, files: Sequence[SourceFile], today: date) -> bool:
    """Whether a newer version is in force; nobody needs to review the old one then."""
    effective = file.policy.effective or date.min
    return any(
        other.policy.id == file.policy.id and effective < (other.policy.effective or date.min) <= today
        for other in files
    )


__all__ = ["AUDIENCES", "KINDS", "check_front_matter"]
