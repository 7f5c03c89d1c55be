"""Cuts a long text into passages: in a long friendly mail, one sentence about a burn is lost on an encoder."""

from __future__ import annotations

import re
from typing import Final

_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_SHORT: Final = 240
"""Characters of a text that is looked at as a whole alone; nine of ten labelled cases are shorter."""

_LONGEST: Final = 120
"""Characters of a passage: a sentence or two, so that a burn does not drown in its neighbours."""


def passages(text: str) -> tuple[str, ...]:
    """The passages of a text, each of whole sentences where they are short enough; none of a short text."""
    if len(text) <= _SHORT:
        return ()
    found: list[str] = []
    for piece in (piece for sentence in _SENTENCE.split(text) for piece in _pieces(sentence)):
        if found and len(found[-1]) + 1 + len(piece) <= _LONGEST:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found)


def _pieces(sentence: str) -> list[str]:
    """A sentence, cut at spaces where it is too long; a word that is too long is cut anywhere."""
    pieces: list[str] = []
    while len(sentence) > _LONGEST:
        cut = sentence.rfind(" ", 1, _LONGEST + 1)
        cut = cut if cut > 0 else _LONGEST
        pieces.append(sentence[:cut])
        sentence = sentence[cut:].strip()
    return [*pieces, sentence] if sentence else pieces


__all__ = ["passages"]
