"""The figures of triage on labelled cases, as values, JSON and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

SHARES: Final = (
    "kind_accuracy",
    "contact_accuracy",
    "serious_missed",
    "complaint_precision",
    "complaint_recall",
    "complaint_f1",
    "asked",
    "calibration_error",
)
"""The names of the shares of a report, in its order."""

COUNTS: Final = ("cases", "serious")
FIGURES: Final = (*COUNTS, *SHARES)
"""The names of all single figures, which bars can be set for."""


@dataclass(frozen=True, slots=True)
class KindScore:
    """How well one kind (``none`` for nothing to triage) was told; ``None`` where nothing counts for it."""

    kind: str
    cases: int
    precision: float | None
    recall: float | None
    taken_for: tuple[tuple[str, int], ...]
    """What its other cases were taken for, most often first."""


@dataclass(frozen=True, slots=True)
class TriageReport:
    """Figures over all cases; shares are 0 to 1, ``None`` where nothing counts for them.

    - ``kind_accuracy``, ``contact_accuracy``: shares with the right kind and contact; no contact is right for ``none``.
    - ``serious_missed``: share of the cases of a serious kind that got the priority ``normal`` or ``none``.
    - ``complaint_…``: is it a complaint, in the wide sense of ``COMPLAINTS``?
    - ``asked``: share in which one question is asked first.
    - ``calibration_error``: expected calibration error of the confidence against the kind, in ten bins of equal mass.
    """

    cases: int
    serious: int
    kind_accuracy: float | None
    contact_accuracy: float | None
    serious_missed: float | None
    complaint_precision: float | None
    complaint_recall: float | None
    complaint_f1: float | None
    asked: float | None
    calibration_error: float | None
    by_kind: tuple[KindScore, ...]

    def figure(self, name: str) -> float | None:
        """One of ``FIGURES`` by its name."""
        value: float | None = getattr(self, name)
        return value

    def as_json(self) -> dict[str, object]:
        """Everything, fit for ``json.dumps``; shares are rounded to four places."""
        figures = {each.name: _rounded(getattr(self, each.name)) for each in fields(self) if each.name != "by_kind"}
        by_kind = [
            {
                "kind": each.kind,
                "cases": each.cases,
                "precision": _rounded(each.precision),
                "recall": _rounded(each.recall),
                "taken_for": dict(each.taken_for),
            }
            for each in self.by_kind
        ]
        return {**figures, "by_kind": by_kind}

    def as_text(self) -> str:
        """Tables for the terminal."""
        return "\n".join(_lines(self))


def _lines(report: TriageReport) -> Iterator[str]:
    yield f"{report.cases} cases, {report.serious} of them serious"
    yield ""
    for name in SHARES:
        yield f"  {name:<24}{_percent(getattr(report, name)):>8}"
    yield ""
    yield f"  {'kind':<22}{'cases':>6}{'precision':>12}{'recall':>12}  else taken for"
    for each in report.by_kind:
        others = ", ".join(f"{kind} {count}" for kind, count in each.taken_for)
        shares = f"{_percent(each.precision):>12}{_percent(each.recall):>12}"
        yield f"  {each.kind:<22}{each.cases:>6}{shares}  {others}".rstrip()


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}".replace("%", " %")


def _rounded(value: float | int | None) -> float | int | None:
    return round(value, 4) if isinstance(value, float) else value


__all__ = ["COUNTS", "FIGURES", "SHARES", "KindScore", "TriageReport"]
