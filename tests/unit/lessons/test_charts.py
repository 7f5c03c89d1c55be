"""The pictures of a report: drawn for light and dark, the same each time, and without what is withheld."""

from __future__ import annotations

import builtins
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from lessons.charts import Chart, ChartError, Format, Look, draw
from lessons.report import Dimension, Figures, Group, Month, Report

WHOLE = Figures(60, 55, 400, 300, 200, 150, 40, 32, 9, 4)
REPORT = Report(
    since=datetime(2026, 1, 1, tzinfo=UTC),
    until=datetime(2026, 12, 1, tzinfo=UTC),
    whole=WHOLE,
    groups=(Group(Dimension.TRACK, "employees", WHOLE), Group(Dimension.TRACK, "others", replace(WHOLE, right=None))),
    months=tuple(Month(f"2026-{number:02}", 50, 40, 20 + number, 20, 9 + number) for number in range(1, 12)),
    lessons=(),
)
EMPTY = replace(REPORT, whole=Figures(3), groups=(), months=())


@pytest.mark.parametrize("chart", Chart)
@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["full", "empty"])
def test_a_picture_is_as_wide_as_a_phone(chart: Chart, report: Report) -> None:
    """Every picture is 1080 dots wide, on the background that it was asked for, and nothing touches its edge."""
    for look, paper in ((Look.LIGHT, (255, 255, 255)), (Look.DARK, (0x15, 0x19, 0x1E))):
        with Image.open(io.BytesIO(draw(chart, report, look))) as image:
            assert image.width == 1080
            pixels = image.convert("RGB")
            edge = [pixels.getpixel((x, y)) for x in range(1080) for y in (0, image.height - 1)]
            edge += [pixels.getpixel((x, y)) for x in (0, 1079) for y in range(image.height)]
            assert set(edge) == {paper}
            assert len(pixels.getcolors(1 << 20) or []) > 20


@pytest.mark.parametrize("chart", Chart)
@pytest.mark.parametrize("form", Format)
def test_the_same_report_gives_the_same_picture(chart: Chart, form: Format) -> None:
    """Nothing of the day or of chance is in a picture."""
    assert draw(chart, REPORT, form=form) == draw(chart, REPORT, form=form)


@pytest.mark.parametrize("chart", Chart)
def test_an_svg_is_sound_and_has_a_title(chart: Chart) -> None:
    """The drawing is well-formed XML that says what it shows."""
    text = draw(chart, REPORT, form=Format.SVG).decode()
    ET.fromstring(text)  # noqa: S314 - drawn here
    assert re.search(r"<dc:title>[A-Z][a-z ]+</dc:title>", text)


def test_what_is_withheld_has_no_bar() -> None:
    """Right answers that are withheld leave the picture that none at all would leave, but for the word."""
    withheld = svg(replace(REPORT, whole=replace(WHOLE, right=None)))
    assert "withheld" in withheld
    assert "150" in svg(REPORT)
    assert "150" not in withheld


def test_a_month_left_out_is_a_gap() -> None:
    """The line is not drawn across a month that was withheld."""
    gap = replace(REPORT, months=tuple(each for each in REPORT.months if each.label != "2026-06"))
    assert strokes(REPORT) == [1, 1]
    assert strokes(gap) == [2, 2]


def strokes(report: Report) -> list[int]:
    """How often the pen is set down for each line over the months."""
    text = draw(Chart.MONTHS, report, form=Format.SVG).decode()
    lines = re.findall(r'<path d="([^"]+)" style="fill: none; stroke: #(?:2563a8|c2662b)', text)
    return [each.count("M") for each in lines]


def svg(report: Report) -> str:
    """The words of a funnel; matplotlib notes each text that it draws in a comment."""
    found = re.findall(r"<!-- (.*?) -->", draw(Chart.FUNNEL, report, form=Format.SVG).decode())
    return "\n".join(found)


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named where the package is missing."""
    real = builtins.__import__

    def missing(name: str, *more: Any, **named: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ChartError, match=r"pip install 'clearpost\[plots\]'"):
        draw(Chart.FUNNEL, REPORT)
