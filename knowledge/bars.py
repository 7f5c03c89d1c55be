"""Bars: what measured figures are held against."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

from knowledge.errors import ContentError
from knowledge.models import Problem


class Measured(Protocol):
    """A report of figures."""

    def figure(self, name: str, /) -> float | None:
        """One of its figures; ``None`` where nothing counts for it."""
        ...


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach (``minimum``) or must not pass (``maximum``); ``None`` where it is free."""

    figure: str
    minimum: float | None = None
    maximum: float | None = None


def read_bars(path: Path, figures: Sequence[str], counts: Sequence[str]) -> tuple[Bar, ...]:
    """Read bars from a YAML or JSON file of the form ``{figure: {min: 0.5}}`` or ``{figure: {max: 0.02}}``.

    ``figures`` are the names that may stand there, of which ``counts`` are numbers and all others shares.

    Raises:
        ContentError: with file, line and remedy, at the first bar that cannot be used; where the file cannot be read.
    """
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise ContentError(
            f"there is no '{path}'; name a file of bars such as '{figures[-1]}: {{max: 0.02}}'"
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ContentError(
            f"'{path}' is not readable YAML; write bars such as '{figures[-1]}: {{min: 0.5}}'"
        ) from error
    if not isinstance(root, yaml.MappingNode) or not root.value:
        raise ContentError(f"'{path}' holds no bars; write some, such as '{figures[-1]}: {{min: 0.5}}'")
    bars: list[Bar] = []
    for key, limits in root.value:
        try:
            bar = _bar(str(key.value), limits, figures, counts)
            if any(bar.figure == other.figure for other in bars):
                raise ContentError(f"'{bar.figure}' has two bars; keep one of them")
        except ContentError as error:
            message, _, remedy = str(error).rpartition("; ")
            problem = Problem(path.name, key.start_mark.line + 1, message, remedy[:1].upper() + remedy[1:])
            raise ContentError(str(problem)) from error
        bars.append(bar)
    return tuple(bars)


def below(report: Measured, bars: Sequence[Bar]) -> list[str]:
    """One sentence for each bar that the report fails; none where all is well. What was not measured fails."""
    return [sentence for bar in bars for sentence in _failures(bar, report.figure(bar.figure))]


def _failures(bar: Bar, value: float | None) -> Iterator[str]:
    if value is None:
        yield f"{bar.figure} could not be measured: nothing counts for it; add such questions or drop its bar."
        return
    if bar.minimum is not None and value < bar.minimum:
        yield f"{bar.figure} is {value:.4g}, but must be at least {bar.minimum:g}."
    if bar.maximum is not None and value > bar.maximum:
        yield f"{bar.figure} is {value:.4g}, but must be at most {bar.maximum:g}."


def _bar(figure: str, node: yaml.Node, figures: Sequence[str], counts: Sequence[str]) -> Bar:
    if figure not in figures:
        raise ContentError(f"unknown figure '{figure}'; use one of {', '.join(figures)}")
    names = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if not names or set(names) - {"min", "max"} or len(names) != len(set(names)):
        raise ContentError(f"the bar for '{figure}' is no mapping of min or max; write {{min: 0.5}} or {{max: 0.5}}")
    limits = {str(key.value): _limit(figure, value, whole=figure in counts) for key, value in node.value}
    bar = Bar(figure, limits.get("min"), limits.get("max"))
    if bar.minimum is not None and bar.maximum is not None and bar.minimum > bar.maximum:
        raise ContentError(f"the bar for '{figure}' has a min above its max; swap them")
    return bar


def _limit(figure: str, node: yaml.Node, *, whole: bool) -> float:
    try:
        limit = float(node.value) if isinstance(node, yaml.ScalarNode) else -1.0
    except ValueError:
        limit = -1.0
    highest = float("inf") if whole else 1.0
    if not (math.isfinite(limit) and 0 <= limit <= highest):
        wanted = "a number from 0 on" if whole else "a number from 0 to 1, such as 0.9 for 90 %"
        raise ContentError(f"the bar for '{figure}' is no such number as it needs; give {wanted}")
    return limit


__all__ = ["Bar", "Measured", "below", "read_bars"]
