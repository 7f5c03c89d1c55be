"""The dense side of the search: how near a question's vector is to the texts of each section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Vectors
from knowledge.index import Index, TextKind

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Cosine similarities. All but ``texts`` and ``off_topic`` have shape ``(sections,)``; -1 where a section has none.

    ``texts`` holds every text of the index, ``off_topic`` is the highest of the off-topic messages.
    """

    texts: Scores
    passage: Scores
    sentence: Scores
    heading: Scores
    off_topic: float


class Dense:
    """Exact similarity by one matrix product; 100,000 vectors of 768 numbers take about as long as one encoding."""

    def __init__(self, index: Index) -> None:
        self._vectors = index.vectors
        self._sections = len(index.policy_of)
        self._rows = {kind: np.flatnonzero(index.kind_of == kind) for kind in TextKind}
        self._groups = {kind: _Groups.of(index.section_of[rows]) for kind, rows in self._rows.items()}

    def scores(self, vector: Vectors) -> DenseScores:
        """Compare one question's vector, shape ``(dimensions,)``, with every text."""
        texts = self._vectors @ vector
        off_topic = texts[self._rows[TextKind.OFF_TOPIC]]
        return DenseScores(
            texts=texts,
            passage=self._best(texts, TextKind.PASSAGE),
            sentence=self._best(texts, TextKind.SENTENCE),
            heading=self._best(texts, TextKind.HEADING),
            off_topic=float(off_topic.max()) if len(off_topic) else -1.0,
        )

    def _best(self, texts: Scores, kind: TextKind) -> Scores:
        return self._groups[kind].best(texts[self._rows[kind]], self._sections)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Runs of texts of one section in a list that is ordered by section."""

    starts: NDArray[np.intp]
    sections: NDArray[np.int32]

    @classmethod
    def of(cls, section_of: NDArray[np.int32]) -> _Groups:
        starts = np.flatnonzero(np.r_[True, section_of[1:] != section_of[:-1]]) if len(section_of) else np.empty(0, int)
        return cls(starts, section_of[starts])

    def best(self, scores: Scores, sections: int) -> Scores:
        best = np.full(sections, -1.0, dtype=np.float32)
        if len(self.starts):
            best[self.sections] = np.maximum.reduceat(scores, self.starts)
        return best


__all__ = ["Dense", "DenseScores", "Scores"]
