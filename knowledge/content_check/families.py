"""Checks the sections that differ in one fact: the question that decides must have answers that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.content_check.source import Entry, Rule, SourceFile
from knowledge.models import Problem, Verdict


@dataclass(frozen=True, slots=True)
class _Member:
    rule: Rule
    fact: Entry
    when: Entry


def check_families(file: SourceFile) -> Iterator[Problem]:
    """A fact that decides nothing: it stands alone, two answers are the same, or all of them have one verdict."""
    families: dict[str, list[_Member]] = defaultdict(list)
    for rule in file.rules:
        facts, whens = rule.named("fact"), rule.named("when")
        if len(facts) == len(whens) == 1:  # reading reports the others
            families[facts[0].text].append(_Member(rule, facts[0], whens[0]))
    for question, members in families.items():
        yield from _check_family(file, question, members)


def _check_family(file: SourceFile, question: str, members: list[_Member]) -> Iterator[Problem]:
    first = members[0]
    if len(members) == 1:
        message = f"the fact '{question}' stands in one section only"
        yield Problem(file.name, first.fact.line, message, "Write the same words in each section of the family")
        return
    answers: dict[str, int] = {}
    for member in members:
        line = answers.setdefault(member.when.text.casefold(), member.when.line)
        if line != member.when.line:
            message = f"the answer '{member.when.text}' is also in line {line}"
            yield Problem(file.name, member.when.line, message, "Give each section of a family an answer of its own")
    verdicts = {member.rule.section.verdict for member in members if member.rule.section}
    if len(verdicts) == 1:
        message = f"all sections with the fact '{question}' have the verdict {Verdict(*verdicts)}"
        yield Problem(file.name, first.fact.line, message, "Remove the fact: it decides nothing")


__all__ = ["check_families"]
