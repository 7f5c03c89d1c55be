"""Checks the links in policy files: other policies, sections, and the form of web addresses. Nothing is fetched."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from knowledge.content_check.source import POLICIES, SourceFile
from knowledge.documents.policy import slug
from knowledge.models import Problem

_MARKDOWN_FILES: Final = (".md", ".markdown")
_HTML_ANCHOR: Final = re.compile(r"<[a-z][^>]*\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_HOST: Final = re.compile(r"[^\s.]+(?:\.[^\s.]+)*\.?")
_MAY_LINK: Final = re.compile(r"\]\s*[(:\[]|<[a-z]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link points and the line in which it stands."""

    target: str
    line: int


def check_links(folder: Path, files: Sequence[SourceFile]) -> Iterator[Problem]:
    """Links that lead nowhere. Addresses other than http, https, ``#id`` and ``file.md#id`` are not looked at."""
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    anchors = {file.policy.file: _anchors(file) for file in files}
    for file in files:
        if not file.policy.file.lower().endswith((*_MARKDOWN_FILES, ".txt")) or not _MAY_LINK.search(file.policy.text):
            continue
        for link in _links(parser.parse(file.policy.text)):
            message = _fault(link.target, file.policy.file, folder / POLICIES, anchors)
            if message:
                yield Problem(file.name, link.line, message, "Correct the link or remove it")


def _links(tokens: Sequence[Token]) -> Iterator[Link]:
    line = 0
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type != "inline":
            continue
        here = line
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                here += 1
            elif child.type == "link_open":
                yield Link(str(child.attrs.get("href", "")), here)


def _fault(target: str, file: str, policies: Path, anchors: Mapping[str, frozenset[str]]) -> str | None:
    parts = _split(target)
    if parts is None or (parts.scheme in ("http", "https") and not _is_address(parts)):
        return f"'{target}' is no web address"
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
    if parts.path and not path.lower().endswith(_MARKDOWN_FILES):
        return None
    if path not in anchors:
        return None if (policies / path).is_file() else f"there is no file '{path}' to link to"
    section = unquote(parts.fragment)
    dead = section and section.casefold() not in anchors[path]
    return f"there is no section '{section}' in {path}" if dead else None


def _split(target: str) -> SplitResult | None:
    try:
        return urlsplit(target)
    except ValueError:
        return None


def _is_address(parts: SplitResult) -> bool:
    try:
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        return False
    return bool(host and ("[" in parts.netloc or _HOST.fullmatch(unquote(host))))


def _anchors(file: SourceFile) -> frozenset[str]:
    """The ids of a file's headings: those that were written, and those that site generators make of the others."""
    anchors = {section.id for section in file.policy.sections} | {"top"}
    counts: dict[str, int] = {}
    for rule in file.rules:
        if identifier := rule.heading.attributes.get("id"):
            anchors.add(str(identifier))
            continue
        made = slug(rule.heading.text)
        number = counts.get(made, 0)
        counts[made] = number + 1
        anchors.add(f"{made}-{number}" if number else made)
    anchors.update(match[1] for match in _HTML_ANCHOR.finditer(file.policy.text))
    return frozenset(each.casefold() for each in anchors)


__all__ = ["check_links"]
