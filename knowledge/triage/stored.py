"""A chart as JSON, as the index keeps it."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from knowledge.triage.chart import Chart


def chart_to_json(chart: Chart) -> str:
    """A chart as JSON."""
    return _adapter().dump_json(chart).decode()


def chart_from_json(data: str) -> Chart:
    """The chart that ``chart_to_json`` wrote.

    Raises:
        ValueError: where it is none.
    """
    return _adapter().validate_json(data)


@cache
def _adapter() -> TypeAdapter[Chart]:
    return TypeAdapter(Chart)


__all__ = ["chart_from_json", "chart_to_json"]
