"""Learns at build time to tell an employee's own question ("may I …?") from something that somebody said about us."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.triage.learn import Floats
from knowledge.triage.models import Drift
from knowledge.triage.words import Vocabulary, matrix_of

_STRENGTH: Final = 10.0  # inverse regularisation; flat on the tune half
_ITERATIONS: Final = 100
_FEWEST_TEXTS: Final = 2  # in which a word has to stand
_FEWEST_ASKED: Final = 30
"""Questions of employees from which on it is learned; with fewer, everything is taken for a question."""

_CLEARLY: Final = 1.75
_PERHAPS: Final = 0.0
"""Tune halves, default model: 98 % of what employees ask is not called triage, 95 % is called a question; 82 % of what
was said is called triage, 92 % is not called a question. Small model: 96, 91, 75 and 89 %."""


@dataclass(frozen=True, slots=True)
class Drifts:
    """A linear classifier over a text's vector and its words; above 0 it is likelier that somebody said it.

    ``vector`` has the shape ``(dimensions,)``, ``words`` ``(terms,)``; with an empty vocabulary nothing was learned.
    """

    vector: Floats
    vocabulary: Vocabulary
    words: Floats
    bias: float

    def of(self, text: str, vector: Floats) -> Drift:
        """Which way a text leans; a question unless it is clear that it is none."""
        score = self.score(text, vector)
        return Drift.TRIAGE if score > _CLEARLY else Drift.UNCLEAR if score > _PERHAPS else Drift.ASK

    def score(self, text: str, vector: Floats) -> float:
        """The sum of both log-odds; minus infinity where nothing was learned."""
        if not len(self.vocabulary):
            return -np.inf
        places, weights = self.vocabulary.features(text)
        return float(vector @ self.vector + weights @ self.words[places] + self.bias)

    def to_bytes(self) -> bytes:
        """For the index."""
        terms, rarity = self.vocabulary.to_arrays()
        file = io.BytesIO()
        np.savez(file, vector=self.vector, terms=terms, rarity=rarity, words=self.words, bias=np.float64(self.bias))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What ``to_bytes`` wrote.

        Raises:
            ValueError, LookupError: where it is something else.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            vocabulary = Vocabulary.from_arrays(arrays["terms"], arrays["rarity"], signs=True)
            drifts = cls(arrays["vector"], vocabulary, arrays["words"], float(arrays["bias"]))
        if len(drifts.words) != len(vocabulary):
            raise ValueError("the parts of drift do not fit together")
        return drifts


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts with their vectors, shape ``(texts, dimensions)``."""

    words: Sequence[str]
    vectors: Floats


def learn_drift(said: Texts, asked: Texts) -> Drifts:
    """Learn from what was said and from what employees ask; both count the same, however many there are."""
    if len(asked.words) < _FEWEST_ASKED or not said.words:
        empty = np.zeros(0, dtype=np.float32)
        return Drifts(np.zeros(said.vectors.shape[1], dtype=np.float32), Vocabulary({}, empty, True), empty, 0.0)
    texts = [*said.words, *asked.words]
    was_said = np.r_[np.ones(len(said.words), dtype=np.int32), np.zeros(len(asked.words), dtype=np.int32)]
    vocabulary = Vocabulary.of(texts, fewest=_FEWEST_TEXTS, signs=True)
    vector, bias = _fit(np.concatenate([said.vectors, asked.vectors]), was_said)
    words, bias_of_words = _fit(matrix_of(vocabulary, texts), was_said)
    return Drifts(vector, vocabulary, words, bias + bias_of_words)


def _fit(features: object, classes: NDArray[np.int32]) -> tuple[Floats, float]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        model = LogisticRegression(C=_STRENGTH, max_iter=_ITERATIONS, class_weight="balanced").fit(features, classes)
    return np.asarray(model.coef_[0], dtype=np.float32), float(model.intercept_[0])


__all__ = ["Drifts", "Texts", "learn_drift"]
