"""What an evaluation found, and the bars that it is held against."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import yaml

from knowledge.errors import ContentError
from knowledge.models import Outcome, Problem, Verdict

GOLD: Final[tuple[Verdict | Outcome, ...]] = (*Verdict, Outcome.OUT_OF_SCOPE)
"""The rows of the confusion matrix: what is right."""

SAID: Final[tuple[Verdict | Outcome, ...]] = (*Verdict, Outcome.CLARIFY, Outcome.HAND_OVER, Outcome.OUT_OF_SCOPE)
"""The columns of the confusion matrix: the verdict that was said, or what was done in place of saying one."""

_COUNTS: Final = ("questions", "in_scope", "off_topic", "with_section")
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
FIGURES: Final = (*_COUNTS, *(name for _, names in _PARTS for name in names))
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


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach (``minimum``) or must not pass (``maximum``); ``None`` where it is free."""

    figure: str
    minimum: float | None = None
    maximum: float | None = None


def read_bars(path: Path) -> tuple[Bar, ...]:
    """Read bars from a YAML or JSON file of the form ``{figure: {min: 0.5}}`` or ``{figure: {max: 0.02}}``.

    Raises:
        ContentError: with file, line and remedy, at the first bar that cannot be used; where the file cannot be read.
    """
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise ContentError(
            f"there is no '{path}'; name a file of bars such as 'wrong_permission: {{max: 0.02}}'"
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ContentError(f"'{path}' is not readable YAML; write bars such as 'coverage: {{min: 0.5}}'") from error
    if not isinstance(root, yaml.MappingNode) or not root.value:
        raise ContentError(f"'{path}' holds no bars; write some, such as 'coverage: {{min: 0.5}}'")
    bars: list[Bar] = []
    for key, limits in root.value:
        try:
            bar = _bar(str(key.value), limits)
            if any(bar.figure == other.figure for other in bars):
                raise ContentError(f"'{bar.figure}' has two bars; keep one of them")
        except ContentError as error:
            message, _, remedy = str(error).rpartition("; ")
            problem = Problem(path.name, key.start_mark.line + 1, message, remedy[:1].upper() + remedy[1:])
            raise ContentError(str(problem)) from error
        bars.append(bar)
    return tuple(bars)


def below(report: Report, bars: Sequence[Bar]) -> list[str]:
    """One sentence for each bar that the report fails; none where all is well. What was not measured fails."""
    return [sentence for bar in bars for sentence in _failures(bar, report.figure(bar.figure))]


def _failures(bar: Bar, value: float | None) -> Iterator[str]:
    if value is None:
        yield f"{bar.figure} could not be measured: no question counts for it; add such questions or drop its bar."
        return
    if bar.minimum is not None and value < bar.minimum:
        yield f"{bar.figure} is {value:.4g}, but must be at least {bar.minimum:g}."
    if bar.maximum is not None and value > bar.maximum:
        yield f"{bar.figure} is {value:.4g}, but must be at most {bar.maximum:g}."


def _bar(figure: str, node: yaml.Node) -> Bar:
    if figure not in FIGURES:
        raise ContentError(f"unknown figure '{figure}'; use one of {', '.join(FIGURES)}")
    names = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if not names or set(names) - {"min", "max"} or len(names) != len(set(names)):
        raise ContentError(f"the bar for '{figure}' is no mapping of min or max; write {{min: 0.5}} or {{max: 0.5}}")
    limits = {str(key.value): _limit(figure, value) for key, value in node.value}
    bar = Bar(figure, limits.get("min"), limits.get("max"))
    if bar.minimum is not None and bar.maximum is not None and bar.minimum > bar.maximum:
        raise ContentError(f"the bar for '{figure}' has a min above its max; swap them")
    return bar


def _limit(figure: str, node: yaml.Node) -> float:
    try:
        limit = float(node.value) if isinstance(node, yaml.ScalarNode) else -1.0
    except ValueError:
        limit = -1.0
    highest = float("inf") if figure in _COUNTS else 1.0
    if not (math.isfinite(limit) and 0 <= limit <= highest):
        wanted = "a number from 0 on" if figure in _COUNTS else "a number from 0 to 1, such as 0.9 for 90 %"
        raise ContentError(f"the bar for '{figure}' is no such number as it needs; give {wanted}")
    return limit


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


__all__ = ["FIGURES", "GOLD", "SAID", "Bar", "CalibrationBin", "Report", "TopicScore", "below", "read_bars"]
