"""How text is laid out: wrapped, coloured, and without any character that steers the terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Final

CHOOSE: Final = "Type the number that fits."
"""What is said below options where they can be chosen."""

BAR: Final = "│ "
BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"


@dataclass(frozen=True, slots=True)
class Look:
    """How replies are shown: characters a line, with ANSI colours or without, and what is said below options."""

    width: int = 88
    colour: bool = False
    choose: str = CHOOSE

    def wrap(self, text: str, first: str = "", following: str | None = None) -> str:
        """Wrapped lines; addresses stay whole, so that they can be copied, and no character steers the terminal."""
        indent = " " * len(first) if following is None else following
        lines = textwrap.wrap(
            safe(text),
            self.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return "\n".join(lines) or first.rstrip()

    def wrap_lines(self, text: str, indent: str) -> str:
        """Every line of a text wrapped for itself, all with the same indent."""
        return "\n".join(self.wrap(line, indent, indent) for line in text.strip().splitlines())

    def paint(self, colour: str, text: str) -> str:
        """A text in a colour, or as it is."""
        if not self.colour:
            return text
        return "\n".join(f"\033[{colour}m{line}\033[0m" for line in text.split("\n"))


def safe(text: str) -> str:
    """The text without control characters."""
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)


def same(one: str, other: str) -> bool:
    """Whether two texts have the same words."""
    return safe(one).casefold().split() == safe(other).casefold().split()


__all__ = ["BAR", "BOLD", "CHOOSE", "CYAN", "DIM", "GREEN", "RED", "YELLOW", "Look", "safe", "same"]
