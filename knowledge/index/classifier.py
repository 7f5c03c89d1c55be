"""Learns at build time, from a pack's own situations, which section and which verdict a question is about.

Nearest neighbours follow the props of a story (the blender, the warehouse); a linear classifier over the same vectors
learns which directions decide. On the tune half it lifts section recall@1 from .56 to .71 (docs/decisions/0004).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.encoder import Vectors
from knowledge.models import Policy, Verdict

_SECTION_STRENGTH: Final = 10.0  # inverse regularisation; flat between 3 and 30 on the tune half
_VERDICT_STRENGTH: Final = 3.0
_ITERATIONS: Final = 100
_SITUATED_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear classifier: ``vector @ weights.T + bias`` has one number a class, shape ``(classes,)``."""

    weights: Vectors
    bias: NDArray[np.float32]

    def log_probabilities(self, vector: Vectors) -> NDArray[np.float32]:
        """The logarithm of each class's probability for one vector."""
        logits = self.weights @ vector + self.bias
        shifted = logits - logits.max()
        return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)


def is_situated(policies: Sequence[Policy]) -> bool:
    """Whether enough of a pack's authors wrote situations to learn from."""
    sections = [section for policy in policies for section in policy.sections]
    verdicts = {section.verdict for section in sections}
    situated = sum(1 for section in sections if section.situations)
    return len(verdicts) > 1 and situated >= _SITUATED_SHARE * len(sections)


def fit(vectors: Vectors, classes: NDArray[np.int32], count: int, strength: float) -> Linear:
    """Fit a multinomial logistic regression. ``classes`` are 0 to ``count - 1``; one that is absent can never win."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose: more changes no ranking
        model = LogisticRegression(C=strength, max_iter=_ITERATIONS).fit(vectors, classes)
    present = np.asarray(model.classes_, dtype=np.intp)
    coefficients, intercept = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        coefficients, intercept = np.vstack([-coefficients / 2, coefficients / 2]), np.r_[-intercept / 2, intercept / 2]
    weights = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    bias = np.full(count, -30.0, dtype=np.float32)
    weights[present], bias[present] = coefficients, intercept
    return Linear(weights, bias)


def write_classifiers(
    database: Database, vectors: Vectors, section_of: NDArray[np.int32], verdict_of: NDArray[np.int32]
) -> None:
    """Fit both classifiers on the texts of sections (``section_of`` >= 0) and write them into the index."""
    own = section_of >= 0
    sections, texts = section_of[own], vectors[own]
    _write(database, "section", fit(texts, sections, len(verdict_of), _SECTION_STRENGTH))
    _write(database, "verdict", fit(texts, verdict_of[sections], len(Verdict), _VERDICT_STRENGTH))


def _write(database: Database, task: str, model: Linear) -> None:
    database.table("classifiers").insert_all(
        {"task": task, "class": number, "weights": weights.tobytes(), "bias": float(bias)}
        for number, (weights, bias) in enumerate(zip(model.weights, model.bias, strict=True))
    )


def read_classifier(rows: Sequence[tuple[object, ...]]) -> Linear | None:
    """A classifier from its rows ``(weights, bias)`` in the order of their classes; ``None`` where there are none."""
    if not rows:
        return None
    weights = np.vstack([np.frombuffer(blob, dtype=np.float32) for blob, _ in rows if isinstance(blob, bytes)])
    return Linear(weights, np.array([float(str(bias)) for _, bias in rows], dtype=np.float32))


__all__ = ["Linear", "fit", "is_situated", "read_classifier", "write_classifiers"]
