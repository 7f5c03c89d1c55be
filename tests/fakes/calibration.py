"""A calibration that was never fitted: it takes the evidence as it comes, so that thresholds alone decide."""

from __future__ import annotations

from knowledge.encoder import Encoder
from knowledge.search.calibration import Calibration, Mixture, Regime, Scope, Thresholds
from knowledge.search.evidence import FEATURES


def even_calibration(
    encoder: Encoder, *, scope: float = 0.0, answer: float = 0.0, risk: float = 1.0, classifier: float = 0.0
) -> Calibration:
    """A calibration for any encoder; without thresholds everything is in scope and answered.

    ``classifier`` weighs the verdict classifier beside the sections. A threshold above 1 is never reached.
    """
    regime = Regime(
        scope=Scope((0.0,) * encoder.encode(["probe"]).shape[1], 0.0, (0.0,) * (len(FEATURES) + 1), 10.0),
        mixture=Mixture(1.0, classifier, (0.0, 0.0, 0.0, 0.0)),
        found=(),
        found_bias=0.0,
        thresholds=Thresholds(scope, answer, risk),
    )
    return Calibration(encoder.name, encoder.fingerprint, situated=regime, plain=regime)


__all__ = ["even_calibration"]
