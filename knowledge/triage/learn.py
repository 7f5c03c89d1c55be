"""Learns at build time, from the examples of a pack, which kind a text is of.

A kernel ridge regression on the kinds: two texts are alike by the encoder (sharpened, so that near neighbours count
most) and by their words. It is solved in closed form in a second or two, and so are the scores that each example would
get without itself; on these the scale is fitted that makes probabilities of scores, for whichever encoder and pack.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.triage.examples import KINDS
from knowledge.triage.words import Vocabulary, matrix_of

Floats = NDArray[np.float32]

_SHARPNESS: Final = 2.0  # tune half, default model: 1.5 .86, 2 .86, 3 .85, 4 .84 right
_RIDGE: Final = 0.05  # with so many examples little is needed: .05 .86, .1 .86, .3 .84, 1 .81
_SCALES: Final = np.geomspace(1.0, 100.0, 60)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from ``examples``, their vectors, shape ``(examples, dimensions)``.

    ``pull`` is how each example draws towards each kind, shape ``(examples, 16)``; ``words`` the same for each term of
    the vocabulary. ``scale`` makes logits of scores.
    """

    examples: Floats
    pull: Floats
    vocabulary: Vocabulary
    words: Floats
    scale: float

    def probabilities(self, text: str, vector: Floats) -> Floats:
        """The probability of each kind, in the order of ``KINDS``, shape ``(16,)``."""
        scores = _near(self.examples @ vector) @ self.pull + self.by_words(text)
        return np.asarray(_softmax(self.scale * scores[np.newaxis])[0], dtype=np.float32)

    def by_words(self, text: str) -> Floats:
        """How much the words alone of a text speak for each kind; no probability, and no encoder is needed for it."""
        places, weights = self.vocabulary.features(text)
        return np.asarray(weights @ self.words[places])

    def known(self, text: str) -> float:
        """The share of a text's words that stand in an example, 0 to 1."""
        return self.vocabulary.known(text)

    def to_bytes(self) -> bytes:
        """All but the vectors of the examples, which the index has already."""
        terms, rarity = self.vocabulary.to_arrays()
        file = io.BytesIO()
        np.savez(file, pull=self.pull, terms=terms, rarity=rarity, words=self.words, scale=np.float64(self.scale))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, examples: Floats) -> Self:
        """What ``to_bytes`` wrote, with the vectors of the examples.

        Raises:
            ValueError, LookupError: where it is something else.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            vocabulary = Vocabulary.from_arrays(arrays["terms"], arrays["rarity"])
            learned = cls(examples, arrays["pull"], vocabulary, arrays["words"], float(arrays["scale"]))
        if len(learned.pull) != len(examples) or len(learned.words) != len(vocabulary):
            raise ValueError("the parts of triage do not fit together")
        return learned


def learn(texts: Sequence[str], vectors: Floats, kinds: NDArray[np.int32]) -> Learned:
    """Learn from the texts of the examples, their vectors and their places in ``KINDS``."""
    vocabulary = Vocabulary.of(texts)
    counts = np.bincount(kinds, minlength=len(KINDS))
    slack = _RIDGE * counts[kinds] * np.count_nonzero(counts) / len(kinds)  # a kind with few examples counts as much
    targets = np.eye(len(KINDS))[kinds] - 1 / len(KINDS)
    terms = matrix_of(vocabulary, texts)
    kernel = _near(vectors @ vectors.T).astype(np.float64) + (terms @ terms.T).toarray()
    inverse = np.linalg.inv(kernel + np.diag(slack))
    pull = inverse @ targets
    without_itself = targets - pull / np.diag(inverse)[:, np.newaxis]
    return Learned(
        examples=vectors,
        pull=pull.astype(np.float32),
        vocabulary=vocabulary,
        words=np.asarray(terms.T @ pull, dtype=np.float32),
        scale=_fit_scale(without_itself, kinds),
    )


def _near(cosines: Floats) -> Floats:
    return np.asarray(np.exp(_SHARPNESS * (cosines - 1)), dtype=np.float32)


def _fit_scale(scores: NDArray[np.float64], kinds: NDArray[np.int32]) -> float:
    """The scale at which the probabilities of the right kinds are highest."""
    rows = np.arange(len(kinds))
    losses = [-np.log(_softmax(scale * scores)[rows, kinds] + 1e-12).mean() for scale in _SCALES]
    return float(_SCALES[int(np.argmin(losses))])


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


__all__ = ["Floats", "Learned", "learn"]
