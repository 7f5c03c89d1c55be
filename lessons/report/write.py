"""A report as a table for the terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from typing import Final

from lessons.report.figures import Dimension, Figures, Group, Report, share
from lessons.report.small_groups import LEAST

_COUNTS: Final = tuple(each.name for each in fields(Figures))
_COLUMNS: Final = ("people", "reached", "lessons", "opened", "answered", "right first", "kept", "asked")
_HIDDEN: Final = "·"
_NOTHING: Final = "-"
_MOST_ROWS: Final = 20  # of lessons in the text, those asked about most
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def to_text(report: Report) -> str:
    """Tables for the terminal, at most 120 columns wide where labels are short."""
    return "\n".join(_lines(report)) + "\n"


def to_csv(report: Report) -> str:
    """A line for the whole, each group, month and lesson; an empty field is withheld or not counted there.

    The columns are ``kind``, ``label``, the counts of ``Figures``, ``budget``, ``currency`` and ``cost`` (by person
    reached).
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, ("kind", "label", *_COUNTS, "budget", "currency", "cost"), lineterminator="\r\n")
    writer.writeheader()
    whole = {"kind": "whole", "label": "everybody", **asdict(report.whole)}
    if report.budget is not None:
        cost = "" if report.cost is None else f"{report.cost:.2f}"
        whole |= {"budget": f"{report.budget.amount:.2f}", "currency": _cell(report.budget.currency), "cost": cost}
    writer.writerow(whole)
    for group in report.groups:
        writer.writerow({"kind": group.dimension, "label": _cell(group.label), **asdict(group.figures)})
    for month in report.months:
        writer.writerow({"kind": "month", **asdict(month)})
    for each in report.lessons:
        asked = {"asked_before": each.before, "asked_after": each.after}
        writer.writerow({"kind": "lesson", "label": _cell(each.lesson), "reached": each.people, **asked})
    return file.getvalue()


def to_json(report: Report) -> str:
    """Everything as one object; ``null`` is withheld."""
    value = {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "least": LEAST,
        "whole": asdict(report.whole),
        "groups": [
            {"dimension": each.dimension, "label": each.label, **asdict(each.figures)} for each in report.groups
        ],
        "months": [asdict(each) for each in report.months],
        "lessons": [asdict(each) for each in report.lessons],
        "budget": None if report.budget is None else asdict(report.budget),
        "cost": None if report.cost is None else round(report.cost, 2),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def percent(value: float | None) -> str:
    """A share as it is written: ``84 %``, or a dash where there is nothing."""
    return _NOTHING if value is None else f"{value:.0%}".replace("%", " %")


def _lines(report: Report) -> Iterator[str]:
    last = report.until - timedelta(microseconds=1)
    yield f"Lessons from {_day(report.since)} to {_day(last)}"
    yield _reach(report)
    if report.budget is not None:
        yield _cost(report)
    width = max(len(label) for label in ("everybody", *(each.label for each in report.groups))) + 2
    yield ""
    yield f"  {'':<{width}}" + "".join(f"{each:>12}" for each in _COLUMNS)
    yield _row("everybody", width, report.whole)
    for dimension in Dimension:
        yield from _table(dimension, report.by(dimension), width)
    if report.lessons:
        yield from _questions(report)
    yield ""
    yield "kept: right in a review 30 days or more after the first answer"
    yield "asked: questions about a lesson's sections in the 30 days before it → after it"
    yield f"{_HIDDEN} withheld: fewer than {LEAST} people stand behind it, or behind a figure that would follow from it"


def _reach(report: Report) -> str:
    reached = report.whole.reached
    if reached is None:
        return f"{report.whole.people} people, fewer than {LEAST} of them reached; figures begin with {LEAST}"
    return f"{report.whole.people} people, {reached} of them reached ({percent(share(reached, report.whole.people))})"


def _cost(report: Report) -> str:
    budget = report.budget
    assert budget is not None
    spent = f"budget {budget.amount:,.2f} {budget.currency}"
    return spent if report.cost is None else f"{spent}, {report.cost:,.2f} {budget.currency} for each person reached"


def _table(dimension: Dimension, groups: Sequence[Group], width: int) -> Iterator[str]:
    if groups:
        yield f"  by {dimension}"
        yield from (_row(each.label, width, each.figures) for each in groups)


def _row(label: str, width: int, of: Figures) -> str:
    cells = (
        str(of.people),
        _count(of.reached),
        _count(of.sent),
        _share(of.opened, of.sent),
        _share(of.answered, of.sent),
        _share(of.right, of.answered),
        _share(of.kept, of.reviewed),
        _HIDDEN if of.asked_before is None else f"{of.asked_before} → {of.asked_after}",
    )
    return f"  {label:<{width}}" + "".join(f"{each:>12}" for each in cells)


def _questions(report: Report) -> Iterator[str]:
    most = sorted(report.lessons, key=lambda each: (-each.before - each.after, each.lesson))[:_MOST_ROWS]
    width = max(len(each.lesson) for each in most) + 2
    yield ""
    yield f"  {'questions about':<{width}}{'people':>10}{'before':>10}{'after':>10}"
    for each in most:
        yield f"  {each.lesson:<{width}}{each.people:>10}{each.before:>10}{each.after:>10}"
    if len(report.lessons) > len(most):
        yield f"  and {len(report.lessons) - len(most)} lessons more"


def _count(value: int | None) -> str:
    return _HIDDEN if value is None else str(value)


def _share(part: int | None, whole: int | None) -> str:
    return _HIDDEN if part is None or whole is None else percent(share(part, whole))


def _day(moment: datetime) -> str:
    day: date = moment.date()
    return f"{day.day} {day:%B %Y}"


def _cell(text: str) -> str:
    """A label that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


__all__ = ["percent", "to_csv", "to_json", "to_text"]
