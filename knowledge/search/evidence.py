"""What speaks for each section and for the question being any of our business, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Vectors
from knowledge.index import Index, TextKind
from knowledge.models import Verdict
from knowledge.search.dense import Dense, DenseScores, Scores
from knowledge.search.lexical import Lexical

_NEAR: Final = 0.05
"""Similarities are weighed by ``exp(similarity / _NEAR)``: about the nearest ten texts count."""

_NEIGHBOURS, _WORDS = 0.4, 1.2
"""Weights of neighbours and words beside the classifier's log probability. Chosen on the tune half, flat around it."""

_SENTENCE, _HEADING, _PLAIN_WORDS, _SHARPNESS = 0.5, 0.3, 0.2, 12.0
"""Without situations: weights beside the best passage, share of the words, and how steeply probability follows."""

_UNLIKELY: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence on one question.

    ``sections`` are probabilities over all sections, shape ``(sections,)``, 0 where the reader may not see one.
    ``verdicts`` (shape ``(4,)``, mildest first) are the logarithms of their sums by verdict, ``classified`` what the
    verdict classifier says on its own, zeros where the index has none. ``features`` describe the match as a whole,
    in the order of ``FEATURES``; ``vector`` is the question's.
    """

    vector: Vectors
    sections: Scores
    verdicts: NDArray[np.float64]
    classified: NDArray[np.float64]
    features: NDArray[np.float64]
    texts: Scores


FEATURES: Final = ("off_topic_gap", "best_passage", "best_sentence", "words", "margin")


class Weigher:
    """Weighs the evidence on questions for one open index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._dense = Dense(index)
        self._lexical = Lexical(index)
        self._own = index.section_of >= 0
        self._situations = index.kind_of == TextKind.SITUATION
        self._off_topic = index.kind_of == TextKind.OFF_TOPIC

    def weigh(self, question: str, vector: Vectors, visible: NDArray[np.bool_]) -> Evidence:
        """The evidence on a question among the sections that are ``visible`` (shape ``(sections,)``)."""
        dense = self._dense.scores(vector)
        words = self._lexical.scores(question)
        relative = words / words.max() if len(words) and words.max() > 0 else words
        if self._index.section_classifier:
            scores = self._situated(vector, dense.texts, relative)
        else:
            scores = self._plain(dense, relative)
        sections = _softmax(np.where(visible, scores, -np.inf))
        by_verdict = np.bincount(self._index.verdict_of, weights=sections, minlength=len(Verdict))
        classifier = self._index.verdict_classifier
        return Evidence(
            vector=vector,
            sections=sections,
            verdicts=np.log(by_verdict + _UNLIKELY),
            classified=classifier.log_probabilities(vector).astype(float) if classifier else np.zeros(len(Verdict)),
            features=self._features(dense, words, sections, visible),
            texts=dense.texts,
        )

    def _situated(self, vector: Vectors, texts: Scores, words: Scores) -> Scores:
        assert self._index.section_classifier is not None  # the caller looked
        learned = self._index.section_classifier.log_probabilities(vector)
        near = np.exp((texts[self._own] - 1.0) / _NEAR)
        neighbours = np.bincount(self._index.section_of[self._own], weights=near, minlength=len(learned))
        share = np.log(neighbours / neighbours.sum() + 1e-9)
        return np.asarray(learned + _NEIGHBOURS * share + _WORDS * words, dtype=np.float32)

    def _plain(self, dense: DenseScores, words: Scores) -> Scores:
        score = dense.passage + _SENTENCE * dense.sentence + _HEADING * dense.heading
        spread = float(np.ptp(score)) or 1.0
        fused = (1 - _PLAIN_WORDS) * (score - score.min()) / spread + _PLAIN_WORDS * words
        return np.asarray(_SHARPNESS * fused, dtype=np.float32)

    def _features(
        self, dense: DenseScores, words: Scores, sections: Scores, visible: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        passages = np.where(visible, dense.passage, -1.0)
        sentences = np.where(visible, dense.sentence, -1.0)
        best_two = np.partition(sections, -2)[-2:] if len(sections) > 1 else np.array([0.0, 1.0])
        return np.array(
            [
                self._off_topic_gap(dense),
                passages.max(initial=-1.0),
                sentences.max(initial=-1.0),
                np.log1p(words.max(initial=0.0)),
                np.log(best_two[1] + _UNLIKELY) - np.log(best_two[0] + _UNLIKELY),
            ],
            dtype=float,
        )

    def _off_topic_gap(self, dense: DenseScores) -> float:
        """How much nearer the question is to what employees ask than to what is none of our business."""
        if not self._off_topic.any():
            return 0.0
        if not self._situations.any():
            return float(np.maximum(dense.passage, dense.sentence).max(initial=-1.0)) - dense.off_topic
        return _crowd(dense.texts[self._situations]) - _crowd(dense.texts[self._off_topic])


def _crowd(similarities: Scores) -> float:
    """The logarithm of the weight of all texts near the question."""
    return float(np.log(np.exp((similarities - 1.0) / _NEAR).sum() + 1e-12))


def _softmax(scores: Scores) -> Scores:
    highest = scores.max(initial=-np.inf)
    if not np.isfinite(highest):
        return np.zeros_like(scores, dtype=np.float32)
    weights = np.exp(scores - highest)
    return np.asarray(weights / weights.sum(), dtype=np.float32)


__all__ = ["FEATURES", "Evidence", "Weigher"]
