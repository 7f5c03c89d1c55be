"""A policy file with the line of everything that can be wrong in it; ``Policy`` keeps those of its headings only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from knowledge.documents.blocks import Body, FrontMatter, Heading, read_blocks
from knowledge.models import Policy, Section

POLICIES: Final = "policies"

_BULLET: Final = re.compile(r"(?:[-*+]|\d+[.)])(?:\s+|$)")
_FIELD: Final = re.compile(r"[-*+]\s+(if|ask|source|fact|when|certified):\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A named value and its line; the name of a situation is empty."""

    name: str
    text: str
    line: int


@dataclass(slots=True)
class Rule:
    """A heading with the bullets below it. ``section`` is ``None`` where reading left it out."""

    heading: Heading
    section: Section | None
    words: int = 0
    fields: list[Entry] = field(default_factory=list)
    situations: list[Entry] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    """Lines below "Situations" that are no bullets."""

    @property
    def name(self) -> str:
        """The id that its author wrote, or the heading."""
        return self.heading.attributes.get("id") or self.heading.text

    def named(self, name: str) -> list[Entry]:
        """Its fields of this name."""
        return [each for each in self.fields if each.name == name]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A policy and where its parts stand. ``fields`` is ``None`` where the front matter is no YAML mapping.

    A field of the front matter that is a list has one entry for each item, an empty field one with an empty text.
    """

    name: str
    policy: Policy
    fields: tuple[Entry, ...] | None
    rules: tuple[Rule, ...]

    @property
    def annotated(self) -> bool:
        """Whether its author wrote verdicts: then it is held to the rules of our own format."""
        return any("verdict" in rule.heading.attributes for rule in self.rules)

    def named(self, name: str) -> list[Entry]:
        """The entries of this name in the front matter."""
        return [each for each in self.fields or () if each.name == name]

    def line_of(self, name: str) -> int:
        """The line of a field of the front matter; 1 where it is not there."""
        return next((each.line for each in self.named(name)), 1)


def read_source(policy: Policy) -> SourceFile:
    """Find the lines of a policy that has been read."""
    fields: tuple[Entry, ...] | None = ()
    rules: list[Rule] = []
    if not policy.file.lower().endswith((".yml", ".yaml")):
        blocks = list(read_blocks(policy.text))
        front_matter = next((block for block in blocks if isinstance(block, FrontMatter)), None)
        fields = _fields(front_matter) if front_matter else ()
        rules = _rules(policy, (block for block in blocks if not isinstance(block, FrontMatter)))
    return SourceFile(f"{POLICIES}/{policy.file}", policy, fields, tuple(rules))


def _fields(block: FrontMatter) -> tuple[Entry, ...] | None:
    try:
        root = yaml.compose(block.text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if root is None:
        return ()
    if not isinstance(root, yaml.MappingNode):
        return None
    return tuple(entry for key, value in root.value for entry in _entries(block.line, key, value))


def _entries(first: int, key: yaml.Node, value: yaml.Node) -> Iterator[Entry]:
    name = str(key.value)
    items = value.value if isinstance(value, yaml.SequenceNode) and value.value else [value]
    for item in items:
        line = (item if len(items) > 1 else key).start_mark.line
        text = str(item.value).strip() if isinstance(item, yaml.ScalarNode) else ""
        yield Entry(name, "" if text in {"~", "null"} else text, first + line)


def _rules(policy: Policy, blocks: Iterable[Heading | Body]) -> list[Rule]:
    sections = {(section.line, section.heading): section for section in policy.sections}
    rules: list[Rule] = []
    in_situations = False
    for block in blocks:
        if isinstance(block, Heading):
            in_situations = block.text.lower() == "situations" and bool(rules)
            if not in_situations:
                rules.append(Rule(block, sections.get((block.line, block.text))))
        elif rules:
            _add(rules[-1], block, in_situations=in_situations)
    return rules


def _add(rule: Rule, body: Body, *, in_situations: bool) -> None:
    if in_situations and not body.bullet:
        rule.strays.append(body.line)
    elif in_situations:
        rule.situations.append(Entry("", " ".join(_BULLET.sub("", body.text, count=1).split()), body.line))
    elif body.bullet and (match := _FIELD.fullmatch(body.text)):
        rule.fields.append(Entry(match[1], " ".join(match[2].split()), body.line))
    else:
        rule.words += len(body.text.split())


__all__ = ["POLICIES", "Entry", "Rule", "SourceFile", "read_source"]
