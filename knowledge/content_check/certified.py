"""Checks which sections are for certified people alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knowledge.content_check.source import Rule, SourceFile
from knowledge.documents.policy import as_levels
from knowledge.models import Problem


def check_certified(file: SourceFile, is_level: Callable[[str], bool] | None) -> Iterator[Problem]:
    """Levels that do not exist, and sections that permit nothing for which somebody could be certified."""
    for rule in file.rules:
        if rule.named("certified"):
            yield from _check(file, rule, is_level)


def _check(file: SourceFile, rule: Rule, is_level: Callable[[str], bool] | None) -> Iterator[Problem]:
    first = rule.named("certified")[0]
    if rule.section is not None and not rule.section.verdict.permits:
        message = f"section '{rule.name}' asks for a level, but permits nothing"
        yield Problem(file.name, first.line, message, "Remove '- certified:', or make the verdict yes or yes_if")
    for entry in rule.named("certified"):
        names = as_levels([entry.text])
        if not names:
            yield Problem(file.name, entry.line, "'certified' names no level", "Name a belt or the id of a level")
        for name in names:
            if is_level is not None and not is_level(name):
                remedy = "Name a belt (such as green) that somebody can reach, or the id of a level of levels.yml"
                yield Problem(file.name, entry.line, f"'{name}' is no level", remedy)


__all__ = ["check_certified"]
