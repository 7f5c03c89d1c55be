"""The search over one index: a question in, weighed candidates out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.policy import EVERYONE, WORLDWIDE
from knowledge.encoder import Vectors
from knowledge.index import Index, IndexedPolicy
from knowledge.models import Reader, Verdict
from knowledge.search.calibration import Calibration, Regime, Thresholds
from knowledge.search.dense import Scores
from knowledge.search.evidence import Evidence, Weigher

_EU: Final = frozenset("at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk".split())
_MOST_CANDIDATES: Final = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that may answer, by its number in the index, with its probability."""

    number: int
    probability: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found.

    ``candidates`` are best first. ``verdicts`` are probabilities, mildest first, shape ``(4,)``. ``in_scope`` is the
    probability that the question is any of our business.
    """

    candidates: tuple[Candidate, ...]
    verdicts: NDArray[np.float64]
    in_scope: float
    regime: Regime
    evidence: Evidence

    @property
    def thresholds(self) -> Thresholds:
        """From where on an answer is given."""
        return self.regime.thresholds

    def confidence(self, verdict: Verdict) -> float:
        """The probability that this verdict is right and wanted, 0 to 1."""
        return self.in_scope * self.regime.confidence(self.evidence, float(self.verdicts[verdict.strictness]))


class Search:
    """Searches one open index with one calibration. Safe to share between threads."""

    def __init__(self, index: Index, calibration: Calibration) -> None:
        self.index = index
        self._weigher = Weigher(index)
        self._regime = calibration.situated if index.section_classifier else calibration.plain
        self._visible = lru_cache(maxsize=64)(self._filter)

    def search(self, question: str, vector: Vectors, reader: Reader, today: date) -> Found:
        """Weigh every section that the reader may see; without ``as_of`` what is in force ``today``."""
        evidence = self.weigh(question, vector, reader, today)
        order = _best_first(evidence.sections, _MOST_CANDIDATES)
        candidates = tuple(
            Candidate(int(number), float(evidence.sections[number]), list(Verdict)[self.index.verdict_of[number]])
            for number in order
            if evidence.sections[number] > 0
        )
        return Found(
            candidates,
            self._regime.mixture.probabilities(evidence),
            self._regime.scope.probability(evidence),
            self._regime,
            evidence,
        )

    def weigh(self, question: str, vector: Vectors, reader: Reader, today: date) -> Evidence:
        """The evidence alone, before anything is calibrated."""
        return self.weigh_visible(
            question, vector, self._visible(reader.audience, reader.region, reader.as_of or today)
        )

    def weigh_visible(self, question: str, vector: Vectors, visible: NDArray[np.bool_]) -> Evidence:
        """The evidence among the sections that are ``visible``, shape ``(sections,)``."""
        return self._weigher.weigh(question, vector, visible)

    def sees(self, policy: IndexedPolicy, reader: Reader, today: date) -> bool:
        """Whether a policy holds for a reader on the day that is asked about."""
        return _holds(policy, reader.audience, reader.region, reader.as_of or today)

    def _filter(self, audience: str | None, region: str | None, day: date) -> NDArray[np.bool_]:
        policies = np.array([_holds(policy, audience, region, day) for policy in self.index.policies], dtype=bool)
        return np.asarray(policies[self.index.policy_of], dtype=np.bool_)


def _best_first(scores: Scores, count: int) -> NDArray[np.intp]:
    """The places of the ``count`` highest scores, highest first, equal ones in their order; sorts only those."""
    if len(scores) > count:
        least = np.partition(scores, -count)[-count]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    return np.asarray(places[np.argsort(-scores[places], kind="stable")][:count])


def _holds(policy: IndexedPolicy, audience: str | None, region: str | None, day: date) -> bool:
    if (policy.effective and policy.effective > day) or (policy.until and policy.until <= day):
        return False
    audiences = {each.lower() for each in policy.audience}
    if audience and EVERYONE not in audiences and audience.lower() not in audiences:
        return False
    return not region or bool(_wider(region) & {each.lower() for each in policy.regions})


def _wider(region: str) -> set[str]:
    """A region and those that hold it: what holds in the EU holds in Germany, and both in Bavaria (``de-by``)."""
    name = region.lower()
    country = name.partition("-")[0]
    return {name, country, WORLDWIDE} | ({"eu"} if country in _EU else set())


__all__ = ["Candidate", "Found", "Search"]
