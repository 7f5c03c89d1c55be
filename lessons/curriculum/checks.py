"""The Markdown of a lesson: its text up to the first check, and the checks with their options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError, parse

from lessons.models import Check, CheckKind, Flaw, Option

MARKDOWN: Final = MarkdownIt("commonmark")
"""How the text of lessons is read, everywhere."""

_CHECK: Final = "Check:"
_HEADING: Final = 3  # tokens of a heading: it opens, its words, it closes
_OPTION: Final = re.compile(r"[-*+][ \t]+\[([ xX])\](?:[ \t]+(\S.*)|[ \t]*)")
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID: Final = 40  # characters; see the ids of lessons


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of a check and the blocks up to the next heading. Lines count from 0 within ``Cut.lines``."""

    question: str
    attributes: dict[str, str]
    line: int
    items: tuple[tuple[int, int], ...]
    strays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The parts of a lesson below its front matter. ``first`` is the line of the file in which they begin."""

    heading: str
    body: str
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    first: int
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class ReadChecks:
    """The checks of a lesson; ``sound`` is false where one of them cannot be answered."""

    checks: tuple[Check, ...]
    flaws: tuple[Flaw, ...]
    sound: bool


def cut(text: str, file: str, first: int) -> Cut:
    """Cut what stands below the front matter, which ends in line ``first`` - 1 of the file; never raises."""
    lines = text.split("\n")
    tokens = MARKDOWN.parse(text)
    headings = [(at, token) for at, token in enumerate(tokens) if token.type == "heading_open" and not token.level]
    title = next((token for _, token in headings[:1] if token.tag == "h1"), None)
    checks = [each for each in headings if _is_check(tokens[each[0] + 1].content)]
    heading = tokens[headings[0][0] + 1].content if title else ""
    top = _end(title) if title else 0
    bottom = _start(checks[0][1]) if checks else len(lines)
    blocks = tuple(_block(tokens, at, headings) for at, _ in checks)
    flaws = tuple(_misplaced(file, first, tokens, headings, bottom))
    return Cut(heading, "\n".join(lines[top:bottom]).strip(), blocks, tuple(lines), first, flaws)


def read_checks(parts: Cut, file: str) -> ReadChecks:
    """The checks of a lesson that was cut."""
    checks: list[Check] = []
    flaws: list[Flaw] = []
    faults: list[Flaw] = []
    for block in parts.blocks:
        check = _check(block, parts, file, flaws, faults)
        if any(check.id == other.id for other in checks):
            message = f"the check id '{check.id}' is used twice"
            faults.append(Flaw(file, check.line, message, "Give each check of the lesson an id of its own"))
        checks.append(check)
    return ReadChecks(tuple(checks), (*faults, *flaws), sound=not faults)


def _is_check(content: str) -> bool:
    return content.lstrip().startswith(_CHECK)


def _start(token: Token) -> int:
    return token.map[0] if token.map else 0


def _end(token: Token) -> int:
    return token.map[1] if token.map else 0


def _misplaced(
    file: str, first: int, tokens: Sequence[Token], headings: Sequence[tuple[int, Token]], bottom: int
) -> Iterator[Flaw]:
    """Headings that look like checks and are none, and those that follow checks."""
    for at, token in headings:
        content, line = tokens[at + 1].content, first + _start(token)
        if _is_check(content):
            if token.tag != "h2":
                yield Flaw(file, line, "the heading of a check has two '#'", "Write '## Check: …'")
        elif re.search(r"\{[^}]*\btype=", content):
            yield Flaw(file, line, "this heading has a type and is no check", "Begin it with 'Check: '")
        elif _start(token) > bottom:
            yield Flaw(file, line, "there is a heading below the checks", "Put the text above the first check")


def _block(tokens: Sequence[Token], at: int, headings: Sequence[tuple[int, Token]]) -> Block:
    question, attributes = _attributes(tokens[at + 1].content.lstrip().removeprefix(_CHECK))
    until = next((place for place, _ in headings if place > at), len(tokens))
    inside = [token for token in tokens[at + _HEADING : until] if token.map and token.nesting >= 0]
    items = tuple((_start(each), _end(each)) for each in inside if each.type == "list_item_open" and each.level == 1)
    strays = tuple(_start(each) for each in inside if each.level == 0 and each.type != "bullet_list_open")
    return Block(question, attributes, _start(tokens[at]), items, strays)


def _attributes(content: str) -> tuple[str, dict[str, str]]:
    """A heading without the attributes in braces at its end, and those."""
    brace = content.rfind("{")
    if brace < 0 or not content.rstrip().endswith("}"):
        return " ".join(content.split()), {}
    try:
        _, attributes = parse(content[brace:].rstrip())
    except ParseError:
        return " ".join(content.split()), {}
    return " ".join(content[:brace].split()), {str(name): str(value) for name, value in attributes.items()}


def _check(block: Block, parts: Cut, file: str, flaws: list[Flaw], faults: list[Flaw]) -> Check:
    line = parts.first + block.line
    identifier = block.attributes.get("id", "")
    if not _ID.fullmatch(identifier) or len(identifier) > _LONGEST_ID:
        message = f"the check id '{identifier[:_LONGEST_ID]}' cannot be used" if identifier else "the check has no id"
        remedy = (
            f"Write '{{#id type=single}}' behind the question; of the id at most {_LONGEST_ID} of a–z, 0–9, hyphens"
        )
        faults.append(Flaw(file, line, message, remedy))
    written = block.attributes.get("type", "")
    kind = next((each for each in CheckKind if each == written), None)
    if kind is None:
        message = f"unknown type of check '{written[:_LONGEST_ID]}'" if written else "the check has no type"
        faults.append(Flaw(file, line, message, f"Use one of {', '.join(CheckKind)}, as in '{{#id type=single}}'"))
    if not block.question:
        faults.append(Flaw(file, line, "the check asks nothing", "Write the question behind 'Check:'"))
    options = tuple(_options(block, parts, file, faults))
    for stray in block.strays:
        message = "this stands below a check and is no option"
        flaws.append(Flaw(file, parts.first + stray, message, "Make it an option, '- [ ] …', or move it up"))
    check = Check(identifier, block.question, kind or CheckKind.SINGLE, options, line)
    if kind is not None and not _can_be_answered(check):
        message = "nobody can answer this check right"
        right = "at least one" if kind is CheckKind.MULTIPLE else "exactly one"
        faults.append(Flaw(file, line, message, f"Give it two options or more, {right} with '- [x]'"))
    return check


def _can_be_answered(check: Check) -> bool:
    enough = len(check.options) >= 2 and len(check.right) >= 1
    return enough and (check.kind is CheckKind.MULTIPLE or len(check.right) == 1)


def _options(block: Block, parts: Cut, file: str, faults: list[Flaw]) -> Iterator[Option]:
    """The bullets below a check: the first line is the option, what follows is said to whoever chooses it."""
    for start, end in block.items:
        first, *rest = parts.lines[start:end]
        match = _OPTION.fullmatch(first.strip())
        if match is None or not match[2]:
            remedy = "Begin it with '- [ ] ' or, if it is right, with '- [x] '"
            faults.append(Flaw(file, parts.first + start, "this bullet is no option", remedy))
            continue
        yield Option(match[2].strip(), " ".join(" ".join(rest).split()), match[1] in "xX")


__all__ = ["MARKDOWN", "Block", "Cut", "ReadChecks", "cut", "read_checks"]
