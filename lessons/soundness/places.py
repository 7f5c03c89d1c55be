"""Where in a file something stands that was read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of one file's text, from 1."""

    text: str

    def field(self, name: str) -> int:
        """The line of a field of the front matter, or the first."""
        return self._first(rf"(?m)^{re.escape(name)}[ \t]*:") or 1

    def words(self, words: str, *, after: int = 1) -> int:
        """The first line from ``after`` on that holds some words as a whole, or ``after``."""
        return self._first(rf"(?<![\w-]){re.escape(words)}(?![\w-])", after) or after

    def passage(self, passage: str, *, after: int = 1) -> int:
        """The line from ``after`` on in which a passage begins, or ``after``."""
        return self._first(re.escape(passage), after) or after

    def programme(self, identifier: str) -> int:
        """The line in which a programme begins, or the first."""
        return self._first(rf"\bid:[ \t]*[\"']?{re.escape(identifier)}(?![\w-])") or 1

    def _first(self, pattern: str, after: int = 1) -> int | None:
        start = 0
        for _ in range(after - 1):
            start = self.text.find("\n", start) + 1
        match = re.compile(pattern).search(self.text, start)
        return self.text.count("\n", 0, match.start()) + 1 if match else None


__all__ = ["Places"]
