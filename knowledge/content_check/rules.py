"""Checks each section of a policy for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knowledge.contacts import Contacts
from knowledge.content_check.source import Rule, SourceFile
from knowledge.models import Problem, Verdict

LONGEST_RULE: Final = 200
"""Words of body text; a longer section holds more than one rule."""


def check_rules(file: SourceFile, contacts: Contacts | None) -> Iterator[Problem]:
    """Sections without verdict, text or conditions, too long ones, and people to ask who are no contacts."""
    for rule in file.rules:
        yield from _check_asks(file, rule, contacts)
        if "verdict" in rule.heading.attributes:
            yield from _check_annotated(file, rule)
        elif rule.section is not None and file.annotated:
            message = f"section '{rule.name}' has no verdict, and others in this file have one"
            yield Problem(file.name, rule.heading.line, message, f"Add verdict= with one of {', '.join(Verdict)}")


def _check_annotated(file: SourceFile, rule: Rule) -> Iterator[Problem]:
    line = rule.heading.line
    if rule.section is None and rule.heading.level <= 1:
        message, remedy = "the verdict of the title is not read", "Put the rule below a heading of its own ('## ')"
        yield Problem(file.name, line, message, remedy)
    elif rule.section is None:
        yield Problem(file.name, line, f"section '{rule.name}' has no text", "Write the rule below its heading")
    if rule.heading.attributes["verdict"] == Verdict.YES_IF and not rule.named("if"):
        message = f"section '{rule.name}' is yes_if, but names no condition"
        yield Problem(file.name, line, message, "Add '- if:' with what must hold")
    if rule.words > LONGEST_RULE:
        message = f"section '{rule.name}' has {rule.words} words, too long for one rule"
        yield Problem(file.name, line, message, f"Cut it into sections of at most {LONGEST_RULE} words")


def _check_asks(file: SourceFile, rule: Rule, contacts: Contacts | None) -> Iterator[Problem]:
    asks = rule.named("ask")
    for ask in asks:
        if contacts and not contacts.get(ask.text):
            remedy = "Name the id of a contact, or add one to contacts.yml"
            yield Problem(file.name, ask.line, f"'{ask.text}' is no contact", remedy)
    for ask in asks[1:]:
        remedy = "Keep one; the contact's backup is in contacts.yml"
        yield Problem(file.name, ask.line, f"section '{rule.name}' names more than one contact to ask", remedy)


__all__ = ["LONGEST_RULE", "check_rules"]
