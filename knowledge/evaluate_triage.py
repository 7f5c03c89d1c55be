"""Scores triage on labelled cases: is the kind right, does the right contact take over, is anything serious missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from knowledge.models import Outcome
from knowledge.triage.cases import Case
from knowledge.triage.examples import KINDS
from knowledge.triage.models import NONE, PASSED_OVER, SERIOUS, Kind, Triaged
from knowledge.triage_report import KindScore, TriageReport

COMPLAINTS: Final = frozenset(
    {
        Kind.COMPLAINT,
        Kind.RANT,
        Kind.SAFETY,
        Kind.LEGAL_THREAT,
        Kind.PRIVACY_SECURITY,
        Kind.EMPLOYEE_MISCONDUCT,
        Kind.CRISIS,
    }
)
"""The kinds in which somebody complains, in the wide sense."""

_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class _Scored:
    case: Case
    triaged: Triaged

    @property
    def right(self) -> bool:
        return self.case.kind is self.triaged.kind


def evaluate_triage(cases: Sequence[Case], sort: Callable[[Sequence[str]], Sequence[Triaged]]) -> TriageReport:
    """Sort all cases in one call and score them; ``sort`` gives one result a text, in their order.

    Raises:
        ValueError: where ``sort`` gives another number of results.
    """
    found = sort([case.text for case in cases])
    if len(found) != len(cases):
        raise ValueError(f"{len(cases)} cases got {len(found)} results; 'sort' must give one for each")
    scored = [_Scored(case, triaged) for case, triaged in zip(cases, found, strict=True)]
    serious = [each for each in scored if each.case.kind in SERIOUS]
    said = [each for each in scored if each.triaged.kind in COMPLAINTS]
    complaints = [each for each in scored if each.case.kind in COMPLAINTS]
    both = sum(each.case.kind in COMPLAINTS for each in said)
    return TriageReport(
        cases=len(scored),
        serious=len(serious),
        kind_accuracy=_share(sum(each.right for each in scored), len(scored)),
        contact_accuracy=_share(sum(each.case.contact == each.triaged.contact for each in scored), len(scored)),
        serious_missed=_share(sum(each.triaged.priority in PASSED_OVER for each in serious), len(serious)),
        complaint_precision=_share(both, len(said)),
        complaint_recall=_share(both, len(complaints)),
        complaint_f1=_share(2 * both, len(said) + len(complaints)),
        asked=_share(sum(each.triaged.outcome is Outcome.CLARIFY for each in scored), len(scored)),
        calibration_error=_calibration_error(scored),
        by_kind=tuple(_by_kind(scored)),
    )


def _by_kind(scored: Sequence[_Scored]) -> Iterator[KindScore]:
    for kind in KINDS:
        own = [each for each in scored if each.case.kind is kind]
        said = [each for each in scored if each.triaged.kind is kind]
        right = sum(each.right for each in own)
        others = Counter(str(each.triaged.kind or NONE) for each in own if not each.right)
        in_order = tuple(sorted(others.items(), key=lambda pair: (-pair[1], pair[0])))
        yield KindScore(str(kind or NONE), len(own), _share(right, len(said)), _share(right, len(own)), in_order)


def _calibration_error(scored: Sequence[_Scored]) -> float | None:
    if not scored:
        return None
    in_order = sorted(scored, key=lambda each: (each.triaged.confidence, each.right))
    bounds = [len(in_order) * number // _BINS for number in range(_BINS + 1)]
    bins = [in_order[first:behind] for first, behind in pairwise(bounds) if behind > first]
    gaps = (abs(sum(each.triaged.confidence - each.right for each in every)) for every in bins)
    return sum(gaps) / len(scored)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


__all__ = ["COMPLAINTS", "evaluate_triage"]
