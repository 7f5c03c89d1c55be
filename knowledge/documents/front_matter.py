"""The YAML at the top of a policy file: its fields, and the questions and answers that some people keep there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import yaml

from knowledge.errors import ContentError
from knowledge.models import Span

_YAML_ERRORS: Final = (yaml.YAMLError, ValueError, AttributeError, KeyError, TypeError, RecursionError)
"""PyYAML lets its constructors' own errors through, for ``!!bool maybe`` as for a thousand open brackets."""
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)+")
_LINE_END: Final = re.compile(r"\r\n?|\n|$")
_QUESTION_KEYS: Final = ("question", "q", "heading", "title", "name")
_ANSWER_KEYS: Final = ("answer", "a", "text", "body", "content", "description")


class _Loader(yaml.SafeLoader):
    """Leaves a date that no calendar has (2026-02-30) as text, so that the other fields are read all the same."""

    def construct_date(self, node: yaml.ScalarNode) -> object:
        """The date, or the text where it is none."""
        try:
            return self.construct_yaml_timestamp(node)
        except (ValueError, AttributeError):
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


@dataclass(frozen=True, slots=True)
class Faq:
    """A question with its answer from a YAML list; the spans are of the file's text."""

    question: str
    answer: Span
    line: int


def read_fields(text: str) -> Mapping[str, object]:
    """The fields of a front matter.

    Raises:
        ContentError: where it is no YAML mapping.
    """
    try:
        fields = _Loader(text).get_single_data()
    except _YAML_ERRORS as error:
        raise ContentError("the front matter is not valid YAML") from error
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise ContentError("the front matter is not a list of 'name: value' lines")
    return {str(key): value for key, value in fields.items()}


def broken_line(error: ContentError) -> int:
    """In which line of the front matter YAML gave up, from 0; 0 where it does not say."""
    mark = getattr(error.__cause__, "problem_mark", None)
    return mark.line if isinstance(mark, yaml.Mark) else 0


def read_faqs(source: str, offset: int, text: str) -> Iterator[Faq]:
    """Every question-and-answer pair in a YAML text that stands at ``offset`` in ``source``, however deep."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except _YAML_ERRORS:
        return
    pending = [root] if root is not None else []
    seen: set[int] = set()  # YAML aliases can make a cycle
    while pending:
        node = pending.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for entry in node.value:
                if isinstance(entry, yaml.MappingNode) and (faq := _faq(source, offset, entry)):
                    yield faq
                else:
                    pending.append(entry)
        elif isinstance(node, yaml.MappingNode):
            pending.extend(value for _, value in node.value)


def _faq(source: str, offset: int, node: yaml.MappingNode) -> Faq | None:
    scalars = {
        key.value.lower(): value
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    question = next((scalars[key] for key in _QUESTION_KEYS if key in scalars), None)
    answer = next((scalars[key] for key in _ANSWER_KEYS if key in scalars), None)
    if question is None or answer is None or not answer.value.strip():
        return None
    return Faq(
        " ".join(question.value.split()),
        _scalar_span(source, offset, answer),
        source.count("\n", 0, offset + question.start_mark.index) + 1,
    )


def _scalar_span(source: str, offset: int, node: yaml.ScalarNode) -> Span:
    """The span of a scalar's own words: without quotation marks or the ``|`` and ``>`` of a block."""
    start, end = offset + node.start_mark.index, offset + node.end_mark.index
    properties = _PROPERTIES.match(source, start, end)  # an anchor or a tag stands before the words
    start = properties.end() if properties else start
    if node.style in ("|", ">"):
        start = next(match.end() for match in _LINE_END.finditer(source, start))
    elif node.style in ("'", '"'):
        start, end = start + 1, end - 1
    text = source[start:end]
    return Span(start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()))


def as_date(value: object) -> date | None:
    """A YAML value as a date; ``None`` where it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return None


def as_names(value: object) -> tuple[str, ...]:
    """A YAML value as a tuple of names: a list, or one name alone."""
    if isinstance(value, list):
        return tuple(str(each).strip() for each in value if str(each).strip())
    if isinstance(value, str) and value.strip():
        return (value.strip(),)
    return ()


__all__ = ["Faq", "as_date", "as_names", "broken_line", "read_faqs", "read_fields"]
