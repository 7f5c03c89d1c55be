"""The drawing of the chart: a whole SVG that anybody can read, and Mermaid."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from knowledge.contacts import read_contacts
from knowledge.pack import DEFAULT_PACK
from knowledge.triage.chart import Chart
from knowledge.triage.draw import chart_markdown, chart_svg
from knowledge.triage.read import parse_chart, read_chart
from tests.fakes.chart import small_chart

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def default() -> Chart:
    """The chart of the default pack."""
    return read_chart(DEFAULT_PACK / "triage.yml")


def _words(svg: str) -> str:
    return " ".join(" ".join(each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")).split())  # noqa: S314 - our own


def test_the_drawing_holds_every_word_of_the_chart(default: Chart) -> None:
    """Each question, example, answer, label and contact is in it, wrapped or not."""
    words = _words(chart_svg(default, {"legal": "Legal & co"}))
    for node in default.nodes:
        assert node.question in words
        assert all(example in words for example in node.examples)
    for leaf in default.leaves:
        assert leaf.label in words
    assert "Legal & co" in words
    assert "Yes, about something that can be put right" in words


def test_the_drawing_can_be_read_by_everybody(default: Chart) -> None:
    """It is one picture with a title and a description, for light and dark, without anything from elsewhere."""
    svg = chart_svg(default)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == f"Triage chart, version {default.version}"
    assert description is not None and description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "prefers-color-scheme: dark" in svg
    assert not re.search(r"href|url\((?!#)|<script|@import", svg)


def test_no_box_covers_another(default: Chart) -> None:
    """Every box has room of its own inside the picture."""
    root = ET.fromstring(chart_svg(default))  # noqa: S314 - our own
    boxes = [
        tuple(int(rect.get(name, "0")) for name in ("x", "y", "width", "height")) for rect in root.iter(f"{SVG}rect")
    ]
    width, height = int(root.get("width", "0")), int(root.get("height", "0"))
    assert len(boxes) == len(default.nodes) + len(default.leaves) + 4
    for number, (left, top, wide, high) in enumerate(boxes):
        assert left >= 0 and top >= 0 and left + wide <= width and top + high <= height
        for other_left, other_top, other_wide, other_high in boxes[number + 1 :]:
            apart = left + wide <= other_left or other_left + other_wide <= left
            assert apart or top + high <= other_top or other_top + other_high <= top


def test_signs_of_markup_are_words() -> None:
    """What looks like markup in a chart stays text."""
    chart, _ = parse_chart(small_chart().replace("question: Is it praise", 'question: "Is <b> & \\"c\\" it?"'), "x")
    assert chart is not None
    assert 'Is <b> & "c" it?' in _words(chart_svg(chart))
    assert "Is &lt;b&gt; &amp; #quot;c#quot; it?" in chart_markdown(chart)


def test_an_answer_may_lead_past_the_next_question() -> None:
    """Such a way goes round at the left, and the questions stand in an order in which all lead downwards."""
    text = small_chart().replace("to: praise}", "to: praise}, {answer: far, to: q7}")
    chart, problems = parse_chart(text, "x")
    assert chart is not None and problems == ()
    straight, round_about = chart_svg(parse_chart(small_chart(), "x")[0] or chart), chart_svg(chart)
    assert "far" in _words(round_about)
    assert round_about.count('class="way"') == straight.count('class="way"') + 1


def test_mermaid_has_every_node_and_way(default: Chart) -> None:
    """As Mermaid, each node and leaf stands there once and each answer is a labelled arrow."""
    text = chart_markdown(default)
    assert text.startswith("# Triage chart") and "```mermaid\nflowchart TD" in text
    assert text.count("-->|") == sum(len(node.ways) for node in default.nodes)
    assert all(f'n_{leaf.id}["' in text for leaf in default.leaves)
    assert all(f'n_{node.id}{{"' in text for node in default.nodes)


def test_the_picture_in_the_docs_is_todays_chart(default: Chart) -> None:
    """Whoever changes the chart draws it again: clearpost triage-chart --output docs/pictures/triage-chart.svg."""
    contacts, _ = read_contacts(DEFAULT_PACK / "contacts.yml")
    drawn = chart_svg(default, {each.id: each.name for each in contacts})
    assert (ROOT / "docs" / "pictures" / "triage-chart.svg").read_text("utf-8") == drawn
