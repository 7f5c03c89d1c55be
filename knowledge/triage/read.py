"""Reads ``triage.yml``; what cannot be used is named with its line and a remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import yaml

from knowledge.errors import ContentError
from knowledge.models import Priority, Problem
from knowledge.triage.chart import Chart, Leaf, Node, Topic, Way
from knowledge.triage.models import NONE, SERIOUS, Action, Kind
from knowledge.triage.soundness import check_shape

_EXAMPLES: Final = (1, 6)
_FEWEST_ANSWERS: Final = 2
_DO: Final = (1, 6)
_Made = TypeVar("_Made")


def read_chart(path: Path) -> Chart:
    """Read a chart that can be used.

    Raises:
        ContentError: with file, line and remedy, at the first mistake; where the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError(f"there is no '{path}'; 'clearpost init DIR' writes one to start from") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"'{path}' is not a readable UTF-8 file; save it as UTF-8") from error
    chart, problems = parse_chart(text, path.name)
    if chart is None or problems:
        raise ContentError(str(problems[0]))
    return chart


def parse_chart(text: str, file: str) -> tuple[Chart | None, tuple[Problem, ...]]:
    """A chart from its YAML, and every mistake in it; no chart where too little of it can be read."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        remedy = "Correct that line; a text with a colon, a quote or a brace needs quotes around it"
        return None, (Problem(file, mark.line + 1 if mark else 1, "no readable YAML", remedy),)
    if not isinstance(root, yaml.MappingNode):
        remedy = "Compare it with the one from 'clearpost init DIR'"
        return None, (Problem(file, 1, "no chart: 'version', 'start', 'nodes' and 'leaves' are missing", remedy),)
    reading = _Reading(file)
    chart = reading.chart(root)
    if not reading.problems:  # a half-read chart would have dead ends that nobody wrote
        reading.problems.extend(check_shape(chart, file))
    return chart, tuple(sorted(reading.problems, key=lambda each: each.line))


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of one YAML mapping by name; ``what`` names it in problems."""

    what: str
    line: int
    nodes: Mapping[str, yaml.Node]


@dataclass(slots=True)
class _Reading:
    """Reads the parts of a chart and collects what is wrong with them."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def chart(self, root: yaml.MappingNode) -> Chart:
        fields = self._fields(root, "the chart", {"version", "start", "nodes", "leaves"}, set())
        return Chart(
            self._text(fields, "version"),
            self._text(fields, "start"),
            tuple(self._each(fields, "nodes", self._node)),
            tuple(self._each(fields, "leaves", self._leaf)),
        )

    def _node(self, node: yaml.Node) -> Node:
        fields = self._fields(node, "a node", {"id", "question", "answers"}, {"examples"})
        name = self._text(fields, "id")
        examples = self._texts(fields, "examples", _EXAMPLES) if "examples" in fields.nodes else ()
        ways = tuple(self._each(fields, "answers", self._way))
        if ways and len(ways) < _FEWEST_ANSWERS:
            self._tell(fields.line, f"{fields.what} has one answer only", "Give it two, or lead past it")
        for answer, count in Counter(way.answer.casefold() for way in ways).items():
            if count > 1:
                self._tell(
                    fields.line, f"{fields.what} has the answer '{answer}' twice", "Word each answer differently"
                )
        return Node(name, self._text(fields, "question"), examples, ways, fields.line)

    def _way(self, node: yaml.Node) -> Way:
        fields = self._fields(node, "an answer", {"answer", "to"}, set())
        return Way(self._text(fields, "answer"), self._text(fields, "to"))

    def _leaf(self, node: yaml.Node) -> Leaf:
        needed = {"id", "kind", "label", "action", "priority", "do", "do_not"}
        optional = {"contact", "topics", "holding_reply", "question", "button"}
        fields = self._fields(node, "a leaf", needed, optional)
        name = self._text(fields, "id")
        kind = self._choice(fields, "kind", (*Kind, NONE))
        label = self._text(fields, "label")
        leaf = Leaf(
            id=name,
            kind=Kind(kind) if kind in set(Kind) else None,
            label=label,
            action=Action(self._choice(fields, "action", tuple(Action))),
            priority=Priority(self._choice(fields, "priority", tuple(Priority))),
            contact=self._text(fields, "contact", needed=False) or None,
            topics=tuple(self._each(fields, "topics", self._topic)) if "topics" in fields.nodes else (),
            do=self._texts(fields, "do", _DO),
            do_not=self._texts(fields, "do_not", _DO),
            holding_reply=self._text(fields, "holding_reply", needed=False),
            question=self._text(fields, "question", needed=False),
            button=self._text(fields, "button", needed=False) or label,
            line=fields.line,
        )
        if leaf.kind and leaf.contact is None:
            self._tell(leaf.line, f"{fields.what} names no contact", "Add 'contact:' with the id of one")
        if leaf.kind in SERIOUS:
            for missing in [each for each in ("question", "button") if not self._text(fields, each, needed=False)]:
                remedy = f"Add it: in doubt, {leaf.kind} is asked about and never passed over"
                self._tell(leaf.line, f"{fields.what} has no '{missing}'", remedy)
        return leaf

    def _topic(self, node: yaml.Node) -> Topic:
        fields = self._fields(node, "a topic", {"contact", "words"}, set())
        return Topic(self._text(fields, "contact"), self._texts(fields, "words", (1, 100)))

    def _fields(self, node: yaml.Node, what: str, needed: set[str], optional: set[str]) -> _Fields:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            self._tell(line, f"{what} is no list of 'name: value' lines", "Begin it with '- id:'")
            return _Fields(what, line, {})
        nodes = {str(key.value): value for key, value in node.value}
        if isinstance(nodes.get("id"), yaml.ScalarNode):  # from here on problems name it
            what = f"{what.rpartition(' ')[2]} '{nodes['id'].value}'"
        for name, count in Counter(str(key.value) for key, _ in node.value).items():
            if count > 1:
                self._tell(line, f"{what} has '{name}' twice", "Keep one of them")
        if missing := sorted(needed - set(nodes)):
            self._tell(line, f"{what} lacks {', '.join(missing)}", "Add it")
        if unknown := sorted(set(nodes) - needed - optional):
            self._tell(
                line, f"{what} has unknown fields {', '.join(unknown)}", "Correct the spelling or leave them out"
            )
        return _Fields(what, line, nodes)

    def _text(self, fields: _Fields, name: str, *, needed: bool = True) -> str:
        node = fields.nodes.get(name)
        if node is None:
            return ""
        text = " ".join(str(node.value).split()) if isinstance(node, yaml.ScalarNode) else ""
        if isinstance(node, yaml.ScalarNode) and (text or not needed):
            return text
        self._tell(node.start_mark.line + 1, f"'{name}' of {fields.what} is no text", "Write words behind the colon")
        return ""

    def _choice(self, fields: _Fields, name: str, choices: Sequence[str]) -> str:
        """One of the choices; the first where there is none of them (told)."""
        text = self._text(fields, name)
        if text and text not in choices:
            line = fields.nodes[name].start_mark.line + 1
            self._tell(line, f"unknown {name} '{text}' of {fields.what}", f"Use one of {', '.join(map(str, choices))}")
        return text if text in choices else str(choices[0])

    def _texts(self, fields: _Fields, name: str, bounds: tuple[int, int]) -> tuple[str, ...]:
        node = fields.nodes.get(name)
        if node is None:
            return ()
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        texts = [" ".join(each.value.split()) for each in items if isinstance(each, yaml.ScalarNode)]
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.SequenceNode) or len(texts) != len(items) or not all(texts):
            self._tell(line, f"'{name}' of {fields.what} is no list of texts", "Write each behind a dash, in quotes")
        elif not bounds[0] <= len(texts) <= bounds[1]:
            message = f"'{name}' of {fields.what} has {len(texts)} items"
            self._tell(line, message, f"Write {bounds[0]} to {bounds[1]}")
        return tuple(texts)

    def _each(self, fields: _Fields, name: str, make: Callable[[yaml.Node], _Made]) -> Iterator[_Made]:
        node = fields.nodes.get(name)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            line = node.start_mark.line + 1
            self._tell(line, f"'{name}' of {fields.what} is no list", "Write its items below it, each behind a dash")
            return
        yield from map(make, node.value)

    def _tell(self, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, message, remedy))


__all__ = ["parse_chart", "read_chart"]
