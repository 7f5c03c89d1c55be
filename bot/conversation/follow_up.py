"""Tells a follow-up ("and on my own LinkedIn?") from a new question, and completes it from its thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.ports import Turn

_OPENING: Final = re.compile(
    r"(?:and|but|or|also|so|then|ok(?:ay)?\s+(?:and|but|so)|what\s+(?:about|if)|how\s+about|even\s+if|only\s+if|not\s+even|"
    r"same\s+(?:for|with|on)|what\s+when|and\s+if|unless|does\s+(?:that|this|it)|is\s+(?:that|this|it)|would\s+(?:that|this|it)|"
    r"could\s+(?:that|it)|may\s+it|can\s+it|why(?:\s+not)?)\b",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 14
"""A longer message tells its own story, whatever word it begins with."""


def complete(text: str, thread: Sequence[Turn]) -> str:
    """The question in full: a follow-up with the question that it follows in front of it, anything else unchanged."""
    if not thread or len(text.split()) > _MOST_WORDS or not _OPENING.match(text.strip()):
        return text
    return f"{thread[-1].question.rstrip()} {text.strip()}"


__all__ = ["complete"]
