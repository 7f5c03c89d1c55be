"""One picture of an evaluation: what caution buys, whether the confidence can be trusted, which verdicts go wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import KnowledgeError
from knowledge.evaluation_report import GOLD, SAID, Report
from knowledge.models import Outcome, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK: Final = "#1f2933"
_SOFT: Final = "#7b8794"
_LINE: Final = "#e4e7eb"
_BLUE: Final = "#2563a8"
_RED: Final = "#c2362b"
_STYLE: Final[dict[Any, Any]] = {  # Any: the keys are literals that only matplotlib's newest type hints name.
    "font.family": "DejaVu Sans",  # It comes with matplotlib, so the picture is the same everywhere.
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 30,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "svg.hashsalt": "clearpost",  # With no date in it, the same report gives the same file.
}


class PlotError(KnowledgeError):
    """The picture cannot be drawn or written."""


def plot(report: Report, path: Path, title: str) -> None:
    """Draw the report to ``path``, a PNG or SVG by its suffix; a file that is there is replaced.

    Raises:
        PlotError: where matplotlib is missing, the suffix is another, or the file cannot be written.
    """
    if path.suffix.lower() not in (".png", ".svg"):
        raise PlotError(f"'{path.name}' is neither PNG nor SVG; name a file that ends in .png or .svg")
    try:
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError as error:
        raise PlotError("pictures need matplotlib; install it with: pip install 'clearpost[plots]'") from error
    with matplotlib.rc_context(_STYLE):
        # A Figure of its own, not pyplot: that would keep state and look for a screen.
        layout = ConstrainedLayoutEngine(w_pad=0.18, h_pad=0.12, wspace=0.05)
        figure = Figure(figsize=(16, 6.2), layout=layout, facecolor="white")
        figure.suptitle(f"{title}\n", x=0.012, ha="left", fontsize=16, fontweight="bold")
        figure.text(0.012, 0.905, _summary(report), ha="left", va="center", fontsize=11, color=_SOFT)
        left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 1.25))
        _draw_risk(left, report)
        _draw_calibration(middle, report)
        _draw_confusion(right, report)
        try:
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
        except OSError as error:
            raise PlotError(f"'{path}' cannot be written ({error.strerror}); name a file in another folder") from error


def _summary(report: Report) -> str:
    parts = [f"{report.in_scope} questions in scope, {report.off_topic} off topic"]
    if report.wrong_permission is not None:
        parts.append(f"wrong permission {report.wrong_permission:.1%}")
    if report.false_refusal is not None:
        parts.append(f"called out of scope by mistake {report.false_refusal:.1%}")
    if report.off_topic_refused is not None:
        parts.append(f"off topic refused {report.off_topic_refused:.1%}")
    return "   ·   ".join(parts)


def _draw_risk(axes: Axes, report: Report) -> None:
    _head(axes, "What caution buys", "what goes wrong if only the most confident verdicts are given")
    if not report.risk_coverage:
        _empty(axes)
        return
    coverages, risks = zip(*report.risk_coverage, strict=True)
    highest = max(*risks, 0.05)
    axes.fill_between(coverages, risks, step="post", color=_BLUE, alpha=0.10, linewidth=0)
    axes.plot(coverages, risks, color=_BLUE, linewidth=2, drawstyle="steps-post", label="first citation's verdict")
    if report.coverage and report.verdict_accuracy is not None:
        risk = 1 - report.verdict_accuracy
        highest = max(highest, risk)
        label = f"as answered: {report.coverage:.0%} answered,\n{risk:.1%} of these wrongly"
        axes.plot(
            [report.coverage],
            [risk],
            "o",
            color=_RED,
            markeredgecolor="white",
            markersize=10,
            clip_on=False,
            label=label,
        )
    _scale(axes, "share of the questions in scope, most confident first", "wrong verdicts")
    axes.set_ylim(0, min(1.0, highest * 1.35))
    axes.legend(loc="upper left", frameon=False)


def _draw_calibration(axes: Axes, report: Report) -> None:
    _head(axes, "Can the confidence be trusted?", "in groups of equal size; on the line is perfect")
    if not report.calibration:
        _empty(axes)
        return
    confidences = [each.confidence for each in report.calibration]
    accuracies = [each.accuracy for each in report.calibration]
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1.2, linestyle=(0, (4, 4)))
    axes.vlines(confidences, confidences, accuracies, color=_RED, linewidth=2, alpha=0.45)
    axes.plot(
        confidences, accuracies, "o-", color=_BLUE, markeredgecolor="white", linewidth=2, markersize=7, clip_on=False
    )
    axes.text(0.97, 0.05, f"calibration error {report.calibration_error:.3f}", ha="right", transform=axes.transAxes)
    _scale(axes, "stated confidence", "first citation's verdict is right")
    axes.set_ylim(0, 1.02)


def _draw_confusion(axes: Axes, report: Report) -> None:
    _head(axes, "Which verdicts go wrong?", "rows: what is right · columns: what was said")
    shares = [[count / (sum(row) or 1) for count in row] for row in report.confusion]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for row, counts in enumerate(report.confusion):
        for column, count in enumerate(counts):
            wrong = _is_wrong_permission(GOLD[row], SAID[column])
            color = "white" if shares[row][column] > 0.7 else _RED if wrong and count else _INK if count else _LINE
            weight = "bold" if wrong or GOLD[row] == SAID[column] else "normal"
            axes.text(column, row, str(count), ha="center", va="center", color=color, fontweight=weight)
    axes.set_xticks(range(len(SAID)), [_words(each) for each in SAID])
    axes.set_yticks(range(len(GOLD)), [_words(each) for each in GOLD])
    axes.set_xticks([edge - 0.5 for edge in range(len(SAID) + 1)], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(len(GOLD) + 1)], minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    _frame_wrong_permissions(axes)


def _frame_wrong_permissions(axes: Axes) -> None:
    from matplotlib.patches import Rectangle

    rows = [row for row, gold in enumerate(GOLD) if any(_is_wrong_permission(gold, said) for said in SAID)]
    columns = [column for column, said in enumerate(SAID) if said in (Verdict.YES, Verdict.YES_IF)]
    corner = (min(columns) - 0.5, min(rows) - 0.5)
    axes.add_patch(
        Rectangle(corner, len(columns), len(rows), fill=False, edgecolor=_RED, linewidth=2, zorder=3, clip_on=False)
    )
    axes.text(corner[0] + 0.06, corner[1] + 0.06, "wrong permission", color=_RED, fontsize=8.5, va="top")


def _is_wrong_permission(gold: Verdict | Outcome, said: Verdict | Outcome) -> bool:
    forbidden = isinstance(gold, Verdict) and not gold.permits
    return forbidden and isinstance(said, Verdict) and said.permits


def _head(axes: Axes, title: str, subtitle: str) -> None:
    axes.set_title(title)
    axes.text(0, 1.025, subtitle, transform=axes.transAxes, color=_SOFT, fontsize=9.5, va="bottom")


def _scale(axes: Axes, horizontal: str, vertical: str) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_xlabel(horizontal)
    axes.set_ylabel(vertical)
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _empty(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "no question in scope", transform=axes.transAxes, ha="center", color=_SOFT)


def _words(value: Verdict | Outcome) -> str:
    return {"hand_over": "hand\nover", "out_of_scope": "out of\nscope", "ask_first": "ask\nfirst"}.get(
        value, value.replace("_", " ")
    )


__all__ = ["PlotError", "plot"]
