"""What an evaluation of answers found, as values, JSON and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from knowledge.models import Outcome, Verdict

GOLD: Final[tuple[Verdict | Outcome, ...]] = (*Verdict, Outcome.OUT_OF_SCOPE)
"""The rows of the confusion matrix: what is right."""

SAID: Final[tuple[Verdict | Outcome, ...]] = (*Verdict, Outcome.CLARIFY, Outcome.HAND_OVER, Outcome.OUT_OF_SCOPE)
"""The columns of the confusion matrix: the verdict that was said, or what was done in place of saying one."""

COUNTS: Final = ("questions", "in_scope", "off_topic", "with_section")
"""The figures that are numbers of questions."""

_NO_SHARES: Final = ("mrr", "calibration_error")  # Between 0 and 1, but no percentage of anything.
_PARTS: Final = (
    (
        "Finding the section",
        ("section_recall_1", "section_recall_3", "mrr"),
    ),
    (
        "Verdicts on questions in scope",
        ("coverage", "verdict_accuracy", "first_verdict_accuracy", "wrong_permission", "unconditional_permission"),
    ),
    (
        "Questions in scope that were not answered",
        ("clarify", "hand_over", "false_refusal"),
    ),
    (
        "Messages off topic",
        ("off_topic_refused", "off_topic_answered"),
    ),
    (
        "Confidence",
        ("calibration_error",),
    ),
)
FIGURES: Final = (*COUNTS, *(name for _, names in _PARTS for name in names))
"""The names of all single figures, which bars can be set for."""


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of like confidence: their mean confidence, and the share whose first citation has the right verdict."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One topic's in-scope questions. ``accuracy`` is that of the answered ones, ``None`` where there are none."""

    topic: str
    questions: int
    coverage: float
    accuracy: float | None
    wrong_permissions: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one evaluation. All but the four counts are 0 to 1; ``None`` where nothing counts.

    - ``section_recall_1``, ``section_recall_3``, ``mrr``: over the ``with_section`` questions, from the citations,
      whatever the outcome; a section cited twice takes one rank.
    - ``first_verdict_accuracy``: share of in-scope questions whose first citation has the right verdict, said or not.
    - ``coverage``, ``clarify``, ``hand_over``, ``false_refusal``: shares of in-scope questions by outcome; sum to 1.
    - ``verdict_accuracy``: over answered in-scope questions.
    - ``wrong_permission``: share of all in-scope questions where ``yes`` or ``yes_if`` was said and ``no`` or
      ``ask_first`` is right; ``unconditional_permission``: where ``yes`` was said and ``yes_if`` is right.
    - ``off_topic_refused``: share of off-topic ones called out of scope; ``off_topic_answered``: answered or asked
      back. The rest was handed over.
    - ``calibration_error``: expected calibration error of confidence against the first citation's verdict, over
      in-scope questions in the (up to ten) bins of equal mass in ``calibration``, least confident first.
    - ``risk_coverage``: (coverage, risk) at each distinct confidence, from the highest on; risk is the share of
      wrong first-citation verdicts among the in-scope questions of at least that confidence.
    - ``confusion``: counts of all questions, rows as in ``GOLD`` and columns as in ``SAID``.
    """

    questions: int
    in_scope: int
    off_topic: int
    with_section: int
    section_recall_1: float | None
    section_recall_3: float | None
    mrr: float | None
    first_verdict_accuracy: float | None
    coverage: float | None
    verdict_accuracy: float | None
    wrong_permission: float | None
    unconditional_permission: float | None
    clarify: float | None
    hand_over: float | None
    false_refusal: float | None
    off_topic_refused: float | None
    off_topic_answered: float | None
    calibration_error: float | None
    calibration: tuple[CalibrationBin, ...]
    risk_coverage: tuple[tuple[float, float], ...]
    by_topic: tuple[TopicScore, ...]
    confusion: tuple[tuple[int, ...], ...]

    def figure(self, name: str) -> float | None:
        """One of ``FIGURES`` by its name."""
        value: float | None = getattr(self, name)
        return value

    def as_json(self) -> dict[str, object]:
        """Everything, fit for ``json.dumps``; shares are rounded to four places."""
        return {
            **{name: _rounded(self.figure(name)) for name in FIGURES},
            "calibration": [_fields(each) for each in self.calibration],
            "risk_coverage": [[_rounded(coverage), _rounded(risk)] for coverage, risk in self.risk_coverage],
            "by_topic": [_fields(each) for each in self.by_topic],
            "confusion": {
                gold: dict(zip(map(str, SAID), row, strict=True))
                for gold, row in zip(map(str, GOLD), self.confusion, strict=True)
            },
        }

    def as_text(self) -> str:
        """Tables for the terminal."""
        return "\n".join(_lines(self))


def _lines(report: Report) -> Iterator[str]:
    inside = f"{report.in_scope} in scope ({report.with_section} with a section)"
    yield f"{report.questions} questions: {inside}, {report.off_topic} off topic"
    for title, names in _PARTS:
        yield ""
        yield title
        for name in names:
            yield f"  {name:<28}{_shown(name, report.figure(name)):>8}"
    if report.by_topic:
        yield from _topic_lines(report.by_topic)
    yield ""
    yield "Right (rows) against said (columns)"
    widths = [max(len(said) + 2, 7) for said in SAID]
    yield " " * 16 + "".join(f"{said:>{width}}" for said, width in zip(SAID, widths, strict=True))
    for gold, row in zip(GOLD, report.confusion, strict=True):
        yield f"  {gold:<14}" + "".join(f"{count or '·':>{width}}" for count, width in zip(row, widths, strict=True))


def _topic_lines(topics: Sequence[TopicScore]) -> Iterator[str]:
    width = max(len("topic"), *(len(each.topic) for each in topics)) + 2
    yield ""
    yield "Topics in scope"
    yield f"  {'topic':<{width}}{'questions':>9}{'coverage':>12}{'accuracy':>12}{'wrong permissions':>20}"
    for each in topics:
        shares = f"{_percent(each.coverage):>12}{_percent(each.accuracy):>12}"
        yield f"  {each.topic:<{width}}{each.questions:>9}{shares}{each.wrong_permissions or '·':>20}"


def _shown(name: str, value: float | None) -> str:
    if name in _NO_SHARES and value is not None:
        return f"{value:.3f}"
    return _percent(value)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}".replace("%", " %")


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value


def _fields(record: CalibrationBin | TopicScore) -> dict[str, object]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: _rounded(value) if isinstance(value, float) else value for name, value in values.items()}


__all__ = ["COUNTS", "FIGURES", "GOLD", "SAID", "CalibrationBin", "Report", "TopicScore"]
