"""A report as pictures that can be read on a phone, for light and for dark screens."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from lessons.errors import LessonsError
from lessons.report import LEAST, Dimension, Month, Report, percent, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH: Final = 4.5  # inches; at 240 dots an inch as wide as a phone's screen
_DOTS: Final = 240
_MOST_MONTHS: Final = 13
_WITHHELD: Final = "withheld"
_APART: Final = 0.075  # of the height of the chart, so that two figures beside each other can be read


class ChartError(LessonsError):
    """The picture cannot be drawn."""


class Chart(StrEnum):
    """What a picture shows: how far lessons get, how tracks compare, or how it went over the months."""

    FUNNEL = "funnel"
    TRACKS = "tracks"
    MONTHS = "months"


class Look(StrEnum):
    """The background that a picture is made for."""

    LIGHT = "light"
    DARK = "dark"


class Format(StrEnum):
    """The kind of file."""

    PNG = "png"
    SVG = "svg"


@dataclass(frozen=True, slots=True)
class _Palette:
    paper: str
    ink: str
    soft: str
    line: str
    steps: tuple[str, str, str, str]
    first: str
    second: str


_PALETTES: Final = {
    Look.LIGHT: _Palette(
        paper="#ffffff",
        ink="#1f2933",
        soft="#5f6c7b",
        line="#e4e7eb",
        steps=("#bcd3ea", "#85aed6", "#4c87bd", "#2563a8"),
        first="#2563a8",
        second="#c2662b",
    ),
    Look.DARK: _Palette(
        paper="#15191e",
        ink="#eef1f4",
        soft="#a3afbc",
        line="#313a44",
        steps=("#2c4765", "#3a6796", "#4f8cc9", "#7fb8f0"),
        first="#7fb8f0",
        second="#f0a56b",
    ),
}


_TITLES: Final = {
    Chart.FUNNEL: "How far lessons get",
    Chart.TRACKS: "Lessons by track",
    Chart.MONTHS: "Month by month",
}


def draw(chart: Chart, report: Report, look: Look = Look.LIGHT, form: Format = Format.PNG) -> bytes:
    """Draw a report; the same report gives the same bytes.

    Raises:
        ChartError: where matplotlib is missing.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError as error:
        raise ChartError("pictures need matplotlib; install it with: pip install 'clearpost[plots]'") from error
    palette = _PALETTES[look]
    with matplotlib.rc_context(_style(palette)):
        # A Figure of its own, not pyplot: that would keep state and look for a screen.
        layout = ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.14, rect=(0, 0, 1, 1))
        figure = Figure(figsize=(_WIDTH, _height(chart, report)), layout=layout, facecolor=palette.paper)
        axes = figure.subplots()
        axes.set_facecolor(palette.paper)
        match chart:
            case Chart.FUNNEL:
                _draw_funnel(figure, axes, report, palette)
            case Chart.TRACKS:
                _draw_tracks(figure, axes, report, palette)
            case Chart.MONTHS:
                _draw_months(figure, axes, report, palette)
        file = io.BytesIO()
        metadata = {"Title": _TITLES[chart]} | ({"Date": None} if form is Format.SVG else {})
        figure.savefig(file, format=form, dpi=_DOTS, metadata=metadata)
    return file.getvalue()


def _style(palette: _Palette) -> dict[Any, Any]:  # Any: the keys are literals that only the newest type hints name.
    return {
        "font.family": "DejaVu Sans",  # It comes with matplotlib, so the picture is the same everywhere.
        "font.size": 10,
        "text.color": palette.ink,
        "axes.edgecolor": palette.line,
        "axes.labelcolor": palette.ink,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": palette.line,
        "ytick.color": palette.line,
        "xtick.labelcolor": palette.soft,
        "ytick.labelcolor": palette.soft,
        "svg.hashsalt": "clearpost",  # With no date in it, the same report gives the same file.
    }


def _height(chart: Chart, report: Report) -> float:
    match chart:
        case Chart.FUNNEL:
            return 3.9
        case Chart.TRACKS:
            return 1.75 + 0.72 * max(len(report.by(Dimension.TRACK)), 2)
        case Chart.MONTHS:
            return 4.1


def _draw_funnel(figure: Figure, axes: Axes, report: Report, palette: _Palette) -> None:
    whole = report.whole
    _head(figure, _TITLES[Chart.FUNNEL], _people(report), palette)
    if whole.sent is None or not whole.sent:
        _empty(axes, "no lesson was sent" if whole.sent == 0 else f"fewer than {LEAST} people were reached", palette)
        return
    steps = (
        ("Sent", whole.sent),
        ("Opened", whole.opened),
        ("Answered", whole.answered),
        ("Right at first try", whole.right),
    )
    for place, (name, count) in enumerate(steps):
        part = share(count, whole.sent)
        axes.barh(place, 1, height=0.5, color=palette.line, linewidth=0)
        axes.barh(place, part or 0, height=0.5, color=palette.steps[place], linewidth=0)
        axes.text(0, place - 0.36, name, va="bottom", fontweight="bold", fontsize=10.5)
        told = _WITHHELD if count is None else f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        axes.text(1, place - 0.36, f"{told}  ·  {percent(part)}" if part is not None else told, ha="right", va="bottom")
    axes.set_ylim(len(steps) - 0.6, -0.6)
    axes.set_xlim(0, 1)
    axes.set_axis_off()


def _draw_tracks(figure: Figure, axes: Axes, report: Report, palette: _Palette) -> None:
    groups = report.by(Dimension.TRACK)
    _head(figure, _TITLES[Chart.TRACKS], "opened, of those sent; right at first try, of those answered", palette)
    if not groups:
        _empty(axes, f"no track has {LEAST} people or more", palette)
        return
    for place, group in enumerate(groups):
        of = group.figures
        bars = (
            (place - 0.02, of.opened, share(of.opened, of.sent), palette.first),
            (place + 0.25, of.right, share(of.right, of.answered), palette.second),
        )
        axes.text(0, place - 0.2, _words(group.label), fontweight="bold", va="bottom")
        axes.text(1.16, place - 0.2, f"{of.people} people", va="bottom", ha="right", color=palette.soft, fontsize=9)
        for height, count, value, colour in bars:
            axes.barh(height, 1, height=0.2, color=palette.line, linewidth=0)
            axes.barh(height, value or 0, height=0.2, color=colour, linewidth=0)
            told, size = (_WITHHELD, 7.5) if count is None else (percent(value), 9.5)
            axes.text(1.16, height, told, va="center", ha="right", fontsize=size)
    axes.set_ylim(len(groups) - 0.55, -0.6)
    axes.set_xlim(0, 1.16)
    axes.set_axis_off()
    _key(figure, (("opened", palette.first), ("right at first try", palette.second)), palette)


def _draw_months(figure: Figure, axes: Axes, report: Report, palette: _Palette) -> None:
    from matplotlib.ticker import PercentFormatter

    months = report.months[-_MOST_MONTHS:]
    _head(figure, _TITLES[Chart.MONTHS], "opened, of those sent; right at first try, of those answered", palette)
    if not months:
        _empty(axes, f"no month yet in which {LEAST} people were reached", palette)
        return
    places = [_month_number(each) - _month_number(months[0]) for each in months]
    lines = (
        ([share(each.opened, each.sent) for each in months], palette.first),
        ([share(each.right, each.answered) for each in months], palette.second),
    )
    for values, colour in lines:
        _line(axes, places, values, colour, palette)
    _last(axes, places[-1], [(values[-1], colour) for values, colour in lines])
    axes.set_xlim(-0.04 * max(places[-1], 1), max(places[-1], 1) * 1.04)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    step = max(1, -(-len(months) // 6))
    axes.set_xticks(places[::step], _month_words(months[::step]))
    axes.tick_params(length=0, labelsize=9.5)
    axes.grid(axis="y", color=palette.line, linewidth=0.9)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    _key(figure, (("opened", palette.first), ("right at first try", palette.second)), palette)


def _line(axes: Axes, places: Sequence[int], values: Sequence[float | None], colour: str, palette: _Palette) -> None:
    """A line with gaps where a month was withheld or had nothing."""
    reach = dict(zip(places, values, strict=True))
    whole = range(places[0], places[-1] + 1)
    heights = [float("nan") if reach.get(each) is None else float(reach[each] or 0) for each in whole]
    axes.plot(
        list(whole),
        heights,
        "o-",
        color=colour,
        linewidth=2.4,
        markersize=6.5,
        markeredgecolor=palette.paper,
        markeredgewidth=1.4,
        clip_on=False,
    )


def _last(axes: Axes, place: int, values: Sequence[tuple[float | None, str]]) -> None:
    """The figures of the last month at the lines' ends, moved apart where they would touch."""
    told = sorted((value, colour) for value, colour in values if value is not None)
    heights = [value for value, _ in told]
    if len(heights) > 1 and heights[1] - heights[0] < _APART:
        middle = min(max(sum(heights) / 2, _APART / 2), 1 - _APART / 2)
        heights = [middle - _APART / 2, middle + _APART / 2]
    for (value, colour), height in zip(told, heights, strict=True):
        axes.annotate(
            percent(value),
            (place, height),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold",
            fontsize=10.5,
            annotation_clip=False,
        )


def _head(figure: Figure, title: str, subtitle: str, palette: _Palette) -> None:
    figure.suptitle(f"{title}\n", x=0.03, ha="left", fontsize=15, fontweight="bold")
    height = figure.get_figheight()
    figure.text(0.032, 1 - 0.5 / height, subtitle, ha="left", va="center", fontsize=9, color=palette.soft)


def _key(figure: Figure, names: Sequence[tuple[str, str]], palette: _Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], color=colour, marker="s", linestyle="", markersize=8) for _, colour in names]
    figure.legend(
        marks,
        [name for name, _ in names],
        loc="outside lower left",
        ncols=len(names),
        frameon=False,
        fontsize=9.5,
        labelcolor=palette.ink,
        handletextpad=0.3,
        columnspacing=1.4,
    )


def _empty(axes: Axes, words: str, palette: _Palette) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", color=palette.soft)


def _people(report: Report) -> str:
    reached = report.whole.reached
    if reached is None:
        return f"{report.whole.people} people"
    part = percent(share(reached, report.whole.people))
    return f"{reached} of {report.whole.people} people reached, {part}; the bars count lessons"


def _words(label: str) -> str:
    return {"coe": "Center of Excellence"}.get(label, label.replace("_", " ").capitalize())


def _month_number(month: Month) -> int:
    year, number = month.label.split("-")
    return int(year) * 12 + int(number) - 1


def _month_words(months: Sequence[Month]) -> list[str]:
    """The names of months, with the year below the first of each."""
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    words: list[str] = []
    told = -1
    for each in months:
        year, number = divmod(_month_number(each), 12)
        words.append(names[number] if year == told else f"{names[number]}\n{year}")
        told = year
    return words


__all__ = ["Chart", "ChartError", "Format", "Look", "draw"]
