"""Turns evidence into probabilities: a handful of weights for each encoder, fitted by ``knowledge.calibrate``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import EncoderError
from knowledge.models import Verdict
from knowledge.search.evidence import FEATURES, Evidence

SHIPPED: Final = Path(__file__).parent / "calibrations"
"""Calibrations of the known models."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A logistic regression that tells our business from other people's: over the vector and over the features."""

    probe: tuple[float, ...]
    probe_bias: float
    weights: tuple[float, ...]
    bias: float

    def probability(self, evidence: Evidence) -> float:
        """The probability that the question is any of our business."""
        return _logistic(float(np.dot(self.weights, self.inputs(evidence.vector, evidence.features))) + self.bias)

    def inputs(self, vector: Vectors, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probe's verdict on the vector, and the features."""
        return np.asarray(np.r_[float(vector @ np.asarray(self.probe, dtype=np.float32)) + self.probe_bias, features])


@dataclass(frozen=True, slots=True)
class Mixture:
    """A conditional logit over the four verdicts: weights of the sections' and of the classifier's logarithms."""

    sections: float
    classifier: float
    biases: tuple[float, float, float, float]

    def probabilities(self, evidence: Evidence) -> NDArray[np.float64]:
        """The probability of each verdict, mildest first, shape ``(4,)``."""
        logits = self.sections * evidence.verdicts + self.classifier * evidence.classified + np.asarray(self.biases)
        weights = np.exp(logits - logits.max())
        return np.asarray(weights / weights.sum(), dtype=float)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on an answer is given. All are probabilities.

    ``scope``: below it a question is none of our business. ``answer``: the least confidence of an answer;
    ``permission_risk``: the most probability of ``ask_first`` or ``no`` beside a verdict that permits.
    """

    scope: float
    answer: float
    permission_risk: float


@dataclass(frozen=True, slots=True)
class Regime:
    """All that was fitted for one kind of index: with situations, or with plain policies."""

    scope: Scope
    mixture: Mixture
    found: tuple[float, ...]
    found_bias: float
    thresholds: Thresholds

    def confidence(self, evidence: Evidence, verdict: float) -> float:
        """The probability that the best section answers, given the probability of its verdict.

        Where ``found`` was fitted it replaces the verdict's: a verdict read out of the wording is known by its section.
        """
        if not self.found:
            return verdict
        inputs = self.scope.inputs(evidence.vector, evidence.features)
        return _logistic(float(np.dot(self.found, inputs)) + self.found_bias)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two regimes of one encoder."""

    encoder: str
    encoder_hash: str
    situated: Regime
    plain: Regime

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a calibration file.

        Raises:
            EncoderError: where it cannot be used.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
            return cls(data["encoder"], data["encoder_hash"], _regime(data["situated"]), _regime(data["plain"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"the calibration '{path}' cannot be used; run 'clearpost calibrate' again") from error

    def write(self, path: Path) -> None:
        """Write a calibration file, floats to six digits."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_rounded(asdict(self)), indent=1) + "\n", "utf-8")


def find_calibration(encoder: Encoder, own: Path | None = None) -> Calibration:
    """The calibration of an encoder: one in the folder ``own`` first, then a shipped one.

    Raises:
        EncoderError: where nobody has calibrated it.
    """
    for folder in (own, SHIPPED):
        path = folder / f"{encoder.fingerprint[:16]}.json" if folder else None
        if path and path.is_file():
            return Calibration.read(path)
    raise EncoderError(f"the model {encoder.name} is not calibrated yet; run: clearpost model use {encoder.name}")


def calibration_path(folder: Path, encoder: Encoder) -> Path:
    """Where the calibration of an encoder belongs."""
    return folder / f"{encoder.fingerprint[:16]}.json"


def _regime(data: dict[str, dict[str, object]]) -> Regime:
    scope, mixture = data["scope"], data["mixture"]
    biases = tuple(float(str(each)) for each in _list(mixture["biases"]))
    if len(biases) != len(Verdict) or len(_list(scope["weights"])) != len(FEATURES) + 1:
        raise ValueError("made by another version")
    return Regime(
        Scope(
            tuple(map(float, _list(scope["probe"]))),
            float(str(scope["probe_bias"])),
            tuple(map(float, _list(scope["weights"]))),
            float(str(scope["bias"])),
        ),
        Mixture(
            float(str(mixture["sections"])),
            float(str(mixture["classifier"])),
            (biases[0], biases[1], biases[2], biases[3]),
        ),
        tuple(map(float, _list(data["found"]))),
        float(str(data["found_bias"])),
        Thresholds(**{name: float(str(value)) for name, value in data["thresholds"].items()}),
    )


def _list(value: object) -> list[float]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


def _logistic(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(value, -40.0, 40.0))))


__all__ = [
    "SHIPPED",
    "Calibration",
    "Mixture",
    "Regime",
    "Scope",
    "Thresholds",
    "calibration_path",
    "find_calibration",
]
