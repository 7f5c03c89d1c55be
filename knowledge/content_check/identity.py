"""Checks that a policy, a version and a section can be told from all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from knowledge.content_check.source import SourceFile
from knowledge.models import Problem


def check_identity(files: Sequence[SourceFile]) -> Iterator[Problem]:
    """Policies, versions, effective dates and section ids that stand twice; the later one is reported."""
    yield from _check_versions(files)
    yield from _check_section_ids(files)


def _check_versions(files: Sequence[SourceFile]) -> Iterator[Problem]:
    versions: dict[tuple[str, str], SourceFile] = {}
    dates: dict[tuple[str, date | None], SourceFile] = {}
    for file in files:
        policy = file.policy
        twin = versions.setdefault((policy.id, policy.version), file)
        sibling = dates.setdefault((policy.id, policy.effective), file)
        if twin is not file:
            message = f"policy '{policy.id}' version {policy.version} is also in {twin.name}"
            yield Problem(file.name, file.line_of("id"), message, "Give it an id or a version of its own")
        elif sibling is not file:
            since = f"takes effect on {policy.effective}" if policy.effective else "has no effective date"
            message = f"policy '{policy.id}' {since} like version {sibling.policy.version} in {sibling.name}"
            yield Problem(file.name, file.line_of("effective"), message, "Give each version a date of its own")


def _check_section_ids(files: Sequence[SourceFile]) -> Iterator[Problem]:
    """Only ids that somebody wrote: those made from headings ("Introduction") are told apart by their policy."""
    owners: dict[str, tuple[str, str, int]] = {}
    for file in files:
        for rule in file.rules:
            identifier = rule.heading.attributes.get("id")
            if not identifier:
                continue
            policy, name, line = owners.setdefault(str(identifier), (file.policy.id, file.name, rule.heading.line))
            if policy != file.policy.id:
                message = f"section id '{identifier}' is also in {name}:{line}"
                yield Problem(file.name, rule.heading.line, message, "Give each section an id of its own")


__all__ = ["check_identity"]
