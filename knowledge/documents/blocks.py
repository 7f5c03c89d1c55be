"""Markdown as a flat list of headings and body blocks, each with its place in the source text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError, parse
from mdit_py_plugins.front_matter import front_matter_plugin

from knowledge.models import Span

_MARKDOWN: Final = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
_NEWLINE: Final = re.compile(r"\r\n?|\n")  # what markdown-it takes as the end of a line
_HTML_HEADING: Final = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_HTML_ID: Final = re.compile(r"\bid\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_HTML_BLOCK: Final = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|"
    r"</?(?:address|article|aside|blockquote|body|br|dd|details|div|dl|dt|figure|footer|header|hr|html|li|main|nav|ol|p|"
    r"section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_TAG: Final = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP: Final = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|^[#>]+\s*|^\s*(?:[-*+]|\d+[.)])\s+", re.MULTILINE)
_TEMPLATE: Final = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
_WHOLE: Final = {"paragraph_open", "table_open", "code_block", "fence", "blockquote_open"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6, with the attributes written in braces behind it."""

    level: int
    text: str
    span: Span
    line: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """A paragraph, list item, table or other block of text. ``bullet`` is set for an item of a top-level list."""

    text: str
    span: Span
    line: int
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML between the two lines of dashes at the top of a file."""

    text: str
    span: Span
    line: int


Block = Heading | Body | FrontMatter


def read_blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text in order; every span is in characters of ``source``."""
    starts = [0, *(match.end() for match in _NEWLINE.finditer(source)), len(source)]
    tokens = _MARKDOWN.parse(source)
    depth = 0
    item: Token | None = None
    for index, token in enumerate(tokens):
        if token.type == "list_item_open" and (depth or token.level == 1):  # a quotation keeps its lists
            depth += 1
            item = token if depth == 1 else item
        elif token.type == "list_item_close" and depth:
            depth -= 1
            if depth == 0 and item is not None:
                yield _body(source, starts, item, bullet=True)
        if depth or token.map is None or token.level:
            continue
        if token.type == "front_matter":
            # not token.content: there markdown-it has changed line ends and NULs, and quotes must be the source's own
            inside = source[starts[token.map[0] + 1] : starts[token.map[1] - 1]]
            yield FrontMatter(inside, _span(source, starts, token), 2)
        elif token.type == "heading_open":
            yield _heading(tokens[index + 1].content, int(token.tag[1]), token, _span(source, starts, token))
        elif token.type == "html_block":
            yield from _html(source, _span(source, starts, token), token.map[0] + 1)
        elif token.type in _WHOLE:
            yield _body(source, starts, token)


def plain(markdown: str) -> str:
    """The words of a piece of Markdown or HTML on one line, without markup; for indexing, never for quoting."""
    text = _TAG.sub(" ", _TEMPLATE.sub(" ", markdown))
    text = _LINK.sub(r"\1", text)
    return " ".join(unescape(_MARKUP.sub("", text)).split())


def _span(source: str, starts: list[int], token: Token) -> Span:
    first, behind = token.map or (0, 0)
    start, end = starts[first], starts[min(behind, len(starts) - 1)]
    return _trimmed(source, start, end)


def _trimmed(source: str, start: int, end: int) -> Span:
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _body(source: str, starts: list[int], token: Token, *, bullet: bool = False) -> Body:
    span = _span(source, starts, token)
    return Body(span.of(source), span, (token.map or (0, 0))[0] + 1, bullet)


def _heading(content: str, level: int, token: Token, span: Span) -> Heading:
    attributes: dict[str, str] = {}
    brace = content.rfind("{")
    if brace >= 0 and content.rstrip().endswith("}"):
        try:
            _, attributes = parse(content[brace:].rstrip())
            content = content[:brace].rstrip()
        except ParseError:
            attributes = {}
    return Heading(level, plain(content), span, (token.map or (0, 0))[0] + 1, dict(attributes))


def _html(source: str, span: Span, line: int) -> Iterator[Block]:
    """A block of raw HTML: headings inside it count as headings, what is between them as text."""
    at = span.start
    for match in _HTML_HEADING.finditer(source, span.start, span.end):
        yield from _html_body(source, at, match.start(), line, span.start)
        identifier = _HTML_ID.search(match[2])
        attributes = {"id": identifier[1]} if identifier else {}
        here = line + _lines(source, span.start, match.start())
        yield Heading(int(match[1]), plain(match[3]), Span(match.start(), match.end()), here, attributes)
        at = match.end()
    yield from _html_body(source, at, span.end, line, span.start)


def _html_body(source: str, start: int, end: int, line: int, origin: int) -> Iterator[Body]:
    """The runs of text between block-level tags, each on its own, so that a quote begins and ends with words."""
    borders = [start]
    for match in _HTML_BLOCK.finditer(source, start, end):
        borders += [match.start(), match.end()]
    borders.append(end)
    for left, right in zip(borders[::2], borders[1::2], strict=True):
        span = _trimmed(source, left, right)
        if plain(span.of(source)):
            yield Body(span.of(source), span, line + _lines(source, origin, span.start))


def _lines(source: str, start: int, end: int) -> int:
    return sum(1 for _ in _NEWLINE.finditer(source, start, end))


__all__ = ["Block", "Body", "FrontMatter", "Heading", "plain", "read_blocks"]
