"""Scoring triage: figures computed by hand, and a report that people and programs can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

import pytest

from knowledge.evaluate_triage import evaluate_triage
from knowledge.models import Outcome, Priority
from knowledge.triage.cases import Case
from knowledge.triage.models import Action, Kind, Triaged
from knowledge.triage_report import TriageReport

CASES: Final = (
    Case("1", "a", Kind.COMPLAINT, "care"),
    Case("2", "b", Kind.COMPLAINT, "care"),
    Case("3", "c", Kind.SAFETY, "safety"),
    Case("4", "d", Kind.SAFETY, "safety"),
    Case("5", "e", Kind.QUESTION, "care"),
    Case("6", "f", None, None),
)


def triaged(
    kind: Kind | None, priority: Priority, contact: str | None, confidence: float, outcome: Outcome = Outcome.ANSWER
) -> Triaged:
    """What became of a text."""
    return Triaged("", kind, "", Action.MONITOR, priority, contact, (), (), (), "", confidence, outcome)


FOUND: Final = (
    triaged(Kind.COMPLAINT, Priority.NORMAL, "care", 1.0),
    triaged(Kind.QUESTION, Priority.NORMAL, "care", 0.5),
    triaged(Kind.COMPLAINT, Priority.URGENT, "safety", 0.5, Outcome.CLARIFY),
    triaged(Kind.RANT, Priority.NONE, "community", 0.25),
    triaged(Kind.QUESTION, Priority.NORMAL, "hr", 0.75),
    triaged(None, Priority.NONE, None, 1.0, Outcome.OUT_OF_SCOPE),
)


def sort_from(found: Sequence[Triaged]) -> Callable[[Sequence[str]], Sequence[Triaged]]:
    """Gives these results, whatever is asked."""
    return lambda texts: found


@pytest.fixture(scope="module")
def report() -> TriageReport:
    """The report on six cases."""
    return evaluate_triage(CASES, sort_from(FOUND))


def test_figures_are_as_computed_by_hand(report: TriageReport) -> None:
    """A doubt about a serious kind misses nothing; a rant that was an injury is missed."""
    assert (report.cases, report.serious) == (6, 2)
    assert report.kind_accuracy == 3 / 6
    assert report.contact_accuracy == 4 / 6
    assert report.serious_missed == 1 / 2
    assert report.asked == 1 / 6
    assert (report.complaint_precision, report.complaint_recall) == (3 / 3, 3 / 4)
    assert report.complaint_f1 == pytest.approx(6 / 7)
    assert report.calibration_error == pytest.approx((0 + 0.5 + 0.5 + 0.25 + 0.25 + 0) / 6)


def test_kinds_are_scored_one_by_one(report: TriageReport) -> None:
    """Each kind stands there once, with what its cases were taken for."""
    by_kind = {each.kind: each for each in report.by_kind}
    assert len(by_kind) == len(report.by_kind) == 16
    assert (by_kind["complaint"].cases, by_kind["complaint"].precision, by_kind["complaint"].recall) == (
        2,
        1 / 2,
        1 / 2,
    )
    assert by_kind["safety"].taken_for == (("complaint", 1), ("rant", 1))
    assert (by_kind["none"].precision, by_kind["none"].recall) == (1, 1)
    assert (by_kind["press"].cases, by_kind["press"].precision, by_kind["press"].recall) == (0, None, None)


def test_the_report_is_json_and_text(report: TriageReport) -> None:
    """Shares have four places in JSON; the table names every kind and has no ragged ends."""
    read = json.loads(json.dumps(report.as_json()))
    assert (read["cases"], read["complaint_f1"], read["contact_accuracy"]) == (6, 0.8571, 0.6667)
    assert read["by_kind"][2]["taken_for"] == {"question": 1}
    text = report.as_text()
    assert "6 cases, 2 of them serious" in text
    assert "serious_missed            50.0 %" in text
    assert all(kind in text for kind in (*Kind, "none"))
    assert all(line == line.rstrip() for line in text.splitlines())


def test_no_cases_give_no_figures() -> None:
    """Where nothing counts, a share is None, and the table still prints."""
    report = evaluate_triage([], sort_from([]))
    assert (report.kind_accuracy, report.serious_missed, report.calibration_error) == (None, None, None)
    assert "kind_accuracy                  -" in report.as_text()


def test_results_that_are_too_few_are_refused() -> None:
    """Each text needs its result."""
    with pytest.raises(ValueError, match="6 cases got 1 results"):
        evaluate_triage(CASES, sort_from(FOUND[:1]))
