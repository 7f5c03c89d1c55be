"""Cuts a section's blocks into passages to index and sentences to quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.documents.blocks import Body
from knowledge.models import Span

PASSAGE_WORDS: Final = 120
"""Passages longer than this are cut at a block; MiniLM reads 256 word pieces, about 180 English words."""

_ABBREVIATION: Final = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|No|Mr|Mrs|Ms|Dr|Inc|Ltd|Co|cf|art|approx)|\b[A-Z])\.$")
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
_MINIMUM_QUOTE: Final = 3  # words; shorter pieces ("Yes.") are joined to what follows


def cut_passages(source: str, blocks: Sequence[Body]) -> tuple[Span, ...]:
    """Spans of at most about ``PASSAGE_WORDS`` words, each beginning with the last block of the one before.

    A single longer block is cut at its sentences. Spans are in order and together cover every block.
    """
    pieces = [piece for block in blocks for piece in _short(source, block.span)]
    passages: list[Span] = []
    first = 0
    words = 0
    for at, piece in enumerate(pieces):
        count = len(piece.of(source).split())
        if at > first and words + count > PASSAGE_WORDS:
            passages.append(Span(pieces[first].start, pieces[at - 1].end))
            overlap = at - 1 if at - 1 > first else at  # never the whole passage again
            first = overlap
            words = sum(len(each.of(source).split()) for each in pieces[first:at])
        words += count
    if pieces:
        passages.append(Span(pieces[first].start, pieces[-1].end))
    return tuple(passages)


def cut_sentences(source: str, span: Span) -> tuple[Span, ...]:
    """The sentences of one block, in order, without the white space between them."""
    sentences: list[Span] = []
    start = span.start
    for match in _SENTENCE_END.finditer(source, span.start, span.end):
        text = source[start : match.end()]
        if _ABBREVIATION.search(text) or len(text.split()) < _MINIMUM_QUOTE:
            continue
        sentences.append(_stripped(source, start, match.end()))
        start = match.end()
    rest = _stripped(source, start, span.end)
    if rest.end > rest.start:
        sentences.append(rest)
    return tuple(sentences)


def _short(source: str, span: Span) -> tuple[Span, ...]:
    return (span,) if len(span.of(source).split()) <= PASSAGE_WORDS else cut_sentences(source, span)


def _stripped(source: str, start: int, end: int) -> Span:
    text = source[start:end]
    return Span(start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()))


__all__ = ["PASSAGE_WORDS", "cut_passages", "cut_sentences"]
