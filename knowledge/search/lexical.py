"""The lexical side of the search: SQLite's FTS5 with stemming and BM25."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Index

_WORD: Final = re.compile(r"[^\W_]+")
_MOST_TERMS: Final = 24  # of a rambling question; the rarest are kept
_MOST_MATCHES: Final = 200
_COMMON: Final = 0.1  # a word in more than this share of a large index decides nothing and costs the most
_MOST_ROWS: Final = 8_000  # that are scored, about a microsecond each; no question on the default pack comes near
_KEPT_COUNTS: Final = 10_000  # words; most questions are asked in the same few thousand
_LARGE: Final = 10_000  # texts; below it common words cost nothing worth saving
_BEST: Final = (  # "+": sorting outside of FTS5 takes half the time, as only the best are kept
    "SELECT rowid, -rank FROM texts_fts WHERE texts_fts MATCH ? ORDER BY +rank, rowid LIMIT ?"
)
_STOP: Final = frozenset(
    "a about after all also am an and any are as at be because been but by can could did do does for from get got had "
    "has have he her him his how i if im in into is it its just me my no not of on or our out she so some than that "
    "the their them then there they this to too up us was we were what when where which who why will with would you "
    "your".split()
)


def terms_of(text: str) -> list[str]:
    """The words of a text that can be looked up, in order and once each; no operator or sign of FTS5 gets through."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = list(dict.fromkeys(_WORD.findall(folded)))
    return [word for word in words if word not in _STOP] or words


class Lexical:
    """BM25 over the texts of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._texts = len(index.section_of)
        self._count = lru_cache(_KEPT_COUNTS)(self._count_texts)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of each section's best text, shape ``(sections,)``; 0 where no word matches."""
        sections = np.zeros(len(self._index.policy_of), dtype=np.float32)
        terms = self._rarest(terms_of(question))
        if not terms:
            return sections
        match = " OR ".join(f'"{term}"' for term in terms)
        found = self._index.rows(_BEST, [match, _MOST_MATCHES])
        for row, score in found:
            section = self._index.section_of[int(str(row)) - 1]
            if section >= 0:
                sections[section] = max(sections[section], float(str(score)))
        return sections

    def _rarest(self, terms: list[str]) -> list[str]:
        if self._texts < _LARGE and len(terms) <= _MOST_TERMS:
            return terms
        counts = {term: self._count(term) for term in terms[: 4 * _MOST_TERMS]}
        rare = sorted((term for term in counts if counts[term]), key=counts.__getitem__)[:_MOST_TERMS]
        rows = accumulate(counts[term] for term in rare)
        kept = [term for term, total in zip(rare, rows, strict=True) if total <= _MOST_ROWS]
        kept = [term for term in kept if counts[term] <= _COMMON * self._texts]
        return kept or rare[:1]

    def _count_texts(self, term: str) -> int:
        limit = int(_COMMON * self._texts) + 1  # counting further would not change the decision
        found = self._index.rows(
            "SELECT count(*) FROM (SELECT 1 FROM texts_fts WHERE texts_fts MATCH ? LIMIT ?)", [f'"{term}"', limit]
        )
        return int(str(found[0][0]))


__all__ = ["Lexical", "terms_of"]
