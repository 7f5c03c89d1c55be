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


def anonymous(text: str, names: Iterable[str], keep: Iterable[str]) -> str:
    """A text without e-mail addresses, mentions, telephone numbers and these names.

    ``keep`` are addresses that stay wherever they stand, whatever they look like: those of the company's own contacts.
    """
    kept = _any_of(keep)
    text = _without(_MAIL, "(e-mail)", kept, text)
    text = _without(_MENTION, "(name)", kept, text)
    text = _without(_NUMBER, "(number)", kept, text)
    for name in sorted({" ".join(each.split()) for each in names if each.strip()}, key=len, reverse=True):
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        text = _without(whole, "(name)", kept, text)
        for part in (each for each in name.split() if len(each) >= _SHORTEST):
            text = _without_part(text, part, kept)
    return re.sub(r"\(name\)(?:\s+\(name\))+", "(name)", text)


def _any_of(addresses: Iterable[str]) -> str:
    """A pattern that finds any of these, whole; where there is none, it finds nothing."""
    known = sorted({each.strip() for each in addresses if each.strip()}, key=len, reverse=True)
    either = "|".join(map(re.escape, known)) or "(?!)"
    return rf"(?P<kept>(?<![\w.+-])(?i:{either})(?![\w-]|\.\w))"


def _without(what: re.Pattern[str], instead: str, kept: str, text: str) -> str:
    either = re.compile(f"{kept}|{what.pattern}", what.flags)
    return either.sub(lambda match: match[0] if match["kept"] else instead, text)


def _without_part(text: str, part: str, kept: str) -> str:
    """A text without a first or last name, save where it begins a sentence: May and Will do that as verbs."""

    def replaced(match: re.Match[str]) -> str:
        begins = _BEGINS.search(text[: match.start()])
        return match[0] if match["kept"] or begins else "(name)"

    return re.sub(rf"{kept}|(?<!\w){re.escape(part)}(?!\w)", replaced, text)


__all__ = ["anonymous"]
