"""The words of a lesson as a reader counts them, and how long they take to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.token import Token

from lessons.curriculum import MARKDOWN
from lessons.models import Lesson

WORDS_A_MINUTE: Final = 200
"""Slower than the 238 that adults read of plain prose (Brysbaert 2019), as checks make one stop and think."""

_WORD: Final = re.compile(r"[^\W_]")


def words(markdown: str) -> list[str]:
    """The words of a piece of Markdown without its markup; signs that stand alone are none."""
    return [each for text in _texts(MARKDOWN.parse(markdown)) for each in text.split() if _WORD.search(each)]


def reading_minutes(lesson: Lesson) -> float:
    """How long the text, the questions and the options take; feedback is read after the work is done."""
    asked = (text for check in lesson.checks for text in (check.question, *(each.text for each in check.options)))
    return sum(len(words(text)) for text in (lesson.body, *asked)) / WORDS_A_MINUTE


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_text(child) for child in token.children or ())
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _text(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline", "image"} else ""


__all__ = ["WORDS_A_MINUTE", "reading_minutes", "words"]
