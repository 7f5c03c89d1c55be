"""Takes the personal data out of a question that machines can find; the rest is for the eyes of whoever approves it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MENTION: Final = re.compile(r"<@[^>\s]+>|<at>.*?</at>")
_NUMBER: Final = re.compile(r"(?<!\w)\+?\d(?:[ ()/.-]?\d){6,}(?!\w)")
_BEGINS: Final = re.compile(r"(?:^|[.!?…:\n]\s*)$")
_SHORTEST: Final = 3  # letters of a part of a name that is looked for


def anonymous(text: str, names: Iterable[str]) -> str:
    """A text without e-mail addresses, mentions, telephone numbers and these names."""
    text = _MAIL.sub("(e-mail)", text)
    text = _MENTION.sub("(name)", text)
    text = _NUMBER.sub("(number)", text)
    for name in sorted({" ".join(each.split()) for each in names if each.strip()}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "(name)", text, flags=re.IGNORECASE)
        for part in (each for each in name.split() if len(each) >= _SHORTEST):
            text = _without_part(text, part)
    return re.sub(r"\(name\)(?:\s+\(name\))+", "(name)", text)


def _without_part(text: str, part: str) -> str:
    """A text without a first or last name, save where it begins a sentence: May and Will do that as verbs."""

    def replaced(match: re.Match[str]) -> str:
        return match[0] if _BEGINS.search(text[: match.start()]) else "(name)"

    return re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", replaced, text)


__all__ = ["anonymous"]
