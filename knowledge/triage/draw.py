"""Draws the triage chart: as SVG, with the questions down a spine and the leaves beside it, and as Mermaid.

Written here and not with Graphviz or Mermaid's own program: neither is had without a system package or a browser, and a
chart is nearly a spine. What leads further down than to the next question gets a line of its own at the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from knowledge.models import Priority
from knowledge.triage.chart import Chart, Leaf, Node, Way

_MARGIN: Final = 36
_NODE_WIDTH: Final = 400
_LEAF_WIDTH: Final = 430
_GAP: Final = 170  # between the spine and the leaves; it holds the words on the arrow
_ROW_GAP: Final = 44  # between two rows; it holds the word on the arrow down
_LINE: Final = 21
_SMALL_LINE: Final = 17
_PADDING: Final = 16
_LETTER: Final = 0.56  # of the size of the type: how wide a letter is on average in a wide sans serif
_BOLD_LETTER: Final = 0.63
_TITLE_SIZE: Final = 16
_SMALL_SIZE: Final = 13
_LANE: Final = 22  # between two lines at the left

_TITLE: Final = "Triage chart"
_DESCRIPTION: Final = (
    "Questions from top to bottom; the first that is answered with yes leads to the kind, what is done and by whom."
)
_STYLE: Final = """
  svg { color-scheme: light dark; background: var(--page);
    font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
    --page: #ffffff; --ink: #17212b; --soft: #5a6673; --line: #8a96a3; --node: #f3f6f9; --edge: #c5ced8;
    --urgent: #c62828; --urgent-fill: #fdecea; --high: #b45309; --high-fill: #fdf1e0;
    --normal: #1d5fb4; --normal-fill: #e8f1fc; --none: #5a6673; --none-fill: #f3f4f6; }
  @media (prefers-color-scheme: dark) { svg {
    --page: #12171d; --ink: #eef2f6; --soft: #a9b4c0; --line: #7d8a97; --node: #1c242d; --edge: #3a4654;
    --urgent: #ff8a80; --urgent-fill: #3a1a1a; --high: #ffb866; --high-fill: #36260f;
    --normal: #8dbbff; --normal-fill: #16273f; --none: #a9b4c0; --none-fill: #20262d; } }
  text { fill: var(--ink); }
  .title { font-size: 26px; font-weight: 650; }
  .question, .label { font-size: 16px; font-weight: 600; }
  .small { font-size: 13px; fill: var(--soft); }
  .answer { font-size: 13px; font-weight: 600; fill: var(--soft); }
  .node { fill: var(--node); stroke: var(--edge); stroke-width: 1.5; }
  .way { fill: none; stroke: var(--line); stroke-width: 1.6; }
  .head { fill: var(--line); }
  .urgent { fill: var(--urgent-fill); stroke: var(--urgent); stroke-width: 1.8; }
  .high { fill: var(--high-fill); stroke: var(--high); stroke-width: 1.8; }
  .normal { fill: var(--normal-fill); stroke: var(--normal); stroke-width: 1.8; }
  .none { fill: var(--none-fill); stroke: var(--none); stroke-width: 1.4; }
  .mark-urgent { fill: var(--urgent); } .mark-high { fill: var(--high); }
  .mark-normal { fill: var(--normal); } .mark-none { fill: var(--none); }
  .mark { font-size: 13px; font-weight: 650; }
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a box: its class and words."""

    style: str
    words: str

    @property
    def height(self) -> int:
        return _LINE if self.style in {"question", "label"} else _SMALL_LINE


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a node or a leaf stands."""

    part: Node | Leaf
    left: int
    top: int
    width: int
    lines: tuple[_Line, ...]

    @property
    def height(self) -> int:
        return _height(self.lines)

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def chart_svg(chart: Chart, names: Mapping[str, str] | None = None) -> str:
    """The chart as one SVG file, legible on light and dark; ``names`` are what contacts are called, by their ids."""
    boxes = _placed(chart, names or {})
    ways = list(_ways(chart, boxes))
    width = max(box.left + box.width for box in boxes.values()) + _MARGIN
    height = max(box.top + box.height for box in boxes.values()) + _MARGIN
    title = f"{_TITLE}, version {chart.version}"
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        ' role="img" aria-labelledby="chart-title chart-description">',
        f'<title id="chart-title">{escape(title)}</title>',
        f'<desc id="chart-description">{escape(_DESCRIPTION)}</desc>',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">',
        '<path class="head" d="M0 0 L10 5 L0 10 z"/></marker></defs>',
        f'<text class="title" x="{boxes[chart.start].left}" y="{_MARGIN + 16}">{escape(title)}</text>',
        *_legend(boxes[chart.start].left),
        *ways,
        *(part for box in boxes.values() for part in _drawn(box)),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def chart_markdown(chart: Chart, names: Mapping[str, str] | None = None) -> str:
    """The chart as Mermaid in a Markdown file."""
    lines = [f"# {_TITLE}, version {chart.version}", "", "```mermaid", "flowchart TD"]
    for node in chart.nodes:
        lines.append(f'  {_id(node.id)}{{"{_quoted(node.question)}"}}')
        lines += [f'  {_id(node.id)} -->|"{_quoted(way.answer)}"| {_id(way.to)}' for way in node.ways]
    for leaf in chart.leaves:
        words = "<br>".join(_quoted(each) for each in (leaf.label, _course(leaf), _who(leaf, names or {})) if each)
        lines.append(f'  {_id(leaf.id)}["{words}"]:::{leaf.priority}')
    colours = {"urgent": "#c62828", "high": "#b45309", "normal": "#1d5fb4", "none": "#5a6673"}
    lines += [f"  classDef {name} stroke:{colour},stroke-width:2px" for name, colour in colours.items()]
    return "\n".join([*lines, "```", ""])


def _placed(chart: Chart, names: Mapping[str, str]) -> dict[str, _Box]:
    """Every part with its place: questions by the longest way to them, each with its own leaves beside it."""
    leaves = {leaf.id: leaf for leaf in chart.leaves}
    spine = _in_order(chart)
    lanes = sum(1 for place, node in enumerate(spine) for way in node.ways if _is_long(way, place, spine))
    left = _MARGIN + _LANE * lanes
    boxes: dict[str, _Box] = {}
    top = _MARGIN + 76
    for node in spine:
        below = top
        boxes[node.id] = box = _Box(node, left, top, _NODE_WIDTH, _node_lines(node))
        for way in node.ways:
            leaf = leaves.get(way.to)
            if leaf and leaf.id not in boxes:
                boxes[leaf.id] = _Box(leaf, left + _NODE_WIDTH + _GAP, below, _LEAF_WIDTH, _leaf_lines(leaf, names))
                below += boxes[leaf.id].height + _PADDING
        top = max(top + box.height, below - _PADDING) + _ROW_GAP
    return boxes


def _in_order(chart: Chart) -> list[Node]:
    """The questions so that every answer leads downwards, in the order in which they are written otherwise."""
    nodes = {node.id: node for node in chart.nodes}
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:  # a sound chart has no circle: after as many rounds as there are nodes nothing moves
        for node in chart.nodes:
            for way in node.ways:
                if way.to in depth:
                    depth[way.to] = max(depth[way.to], depth[node.id] + 1)
    return sorted(chart.nodes, key=lambda node: depth[node.id])


def _is_long(way: Way, place: int, spine: list[Node]) -> bool:
    """Whether an answer leads to a question that is not the next one."""
    following = {node.id: number for number, node in enumerate(spine)}.get(way.to)
    return following is not None and following != place + 1


def _ways(chart: Chart, boxes: Mapping[str, _Box]) -> Iterator[str]:
    spine = _in_order(chart)
    lane = 0
    for place, node in enumerate(spine):
        box = boxes[node.id]
        for way in node.ways:
            to = boxes[way.to]
            if isinstance(to.part, Leaf):
                yield from _aside(box, to, way.answer)
            elif _is_long(way, place, spine):
                lane += 1
                yield from _around(box, to, way.answer, box.left - _LANE * lane)
            else:
                yield from _down(box, to, way.answer)


def _aside(box: _Box, to: _Box, answer: str) -> Iterator[str]:
    start, end = box.left + box.width, to.left
    turn = end - 28
    height = min(max(to.top + 26, box.top + 12), to.top + to.height - 12) if to.top <= box.middle else to.middle
    begin = min(max(height, box.top + 12), box.top + box.height - 12)
    path = f"M{start} {begin} H{end}" if begin == height else f"M{start} {begin} H{turn} V{height} H{end}"
    yield f'<path class="way" d="{path}" marker-end="url(#head)"/>'
    words = list(_wrapped(answer, _GAP - 26, _SMALL_SIZE))
    if begin != height:  # beside the bend there is room, above the line other answers begin
        yield from _words("answer", start + 10, height - 4 - _SMALL_LINE * (len(words) - 1), words)
    else:
        yield from _words("answer", start + 10, begin - 8 - _SMALL_LINE * (len(words) - 1), words)


def _down(box: _Box, to: _Box, answer: str) -> Iterator[str]:
    middle = box.left + 60
    yield f'<path class="way" d="M{middle} {box.top + box.height} V{to.top}" marker-end="url(#head)"/>'
    yield from _words("answer", middle + 12, to.top - 16, [answer])


def _around(box: _Box, to: _Box, answer: str, lane: int) -> Iterator[str]:
    yield f'<path class="way" d="M{box.left} {box.middle} H{lane} V{to.middle} H{to.left}" marker-end="url(#head)"/>'
    yield from _words("answer", lane + 6, box.middle - 8, [answer])


def _drawn(box: _Box) -> Iterator[str]:
    style = "node" if isinstance(box.part, Node) else box.part.priority.value
    place = f'x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}"'
    yield f'<rect class="{style}" {place} rx="10"/>'
    top = box.top + _PADDING
    for line in box.lines:
        yield from _words(line.style, box.left + _PADDING, top + line.height - 6, [line.words])
        top += line.height


def _legend(left: int) -> Iterator[str]:
    right = left
    for priority in Priority:
        words = f"priority {priority}" if priority is not Priority.NONE else "nobody has to act"
        yield f'<rect class="{priority}" x="{right}" y="{_MARGIN + 32}" width="14" height="14" rx="4"/>'
        yield from _words("small", right + 22, _MARGIN + 44, [words])
        right += 22 + int(len(words) * _SMALL_SIZE * _LETTER) + 26


def _words(style: str, left: int, top: int, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text class="{style}" x="{left}" y="{top + _SMALL_LINE * number}">{escape(line)}</text>'


def _node_lines(node: Node) -> tuple[_Line, ...]:
    room = _NODE_WIDTH - 2 * _PADDING
    question = [_Line("question", each) for each in _wrapped(node.question, room, _TITLE_SIZE)]
    examples = "For example: " + "; ".join(node.examples) if node.examples else ""
    return (*question, *(_Line("small", each) for each in _wrapped(examples, room, _SMALL_SIZE)))


def _leaf_lines(leaf: Leaf, names: Mapping[str, str]) -> tuple[_Line, ...]:
    room = _LEAF_WIDTH - 2 * _PADDING
    label = [_Line("label", each) for each in _wrapped(leaf.label, room, _TITLE_SIZE)]
    course = [_Line(f"mark mark-{leaf.priority}", each) for each in _wrapped(_course(leaf), room, _SMALL_SIZE)]
    who = [_Line("small", each) for each in _wrapped(_who(leaf, names), room, _SMALL_SIZE)]
    first = [_Line("small", each) for each in _wrapped(leaf.do[0] if leaf.do else "", room, _SMALL_SIZE)]
    return (*label, *course, *who, *first)


def _course(leaf: Leaf) -> str:
    action = leaf.action.capitalize()
    return action if leaf.priority is Priority.NONE else f"{action}, {leaf.priority}"


def _who(leaf: Leaf, names: Mapping[str, str]) -> str:
    contacts = list(dict.fromkeys(names.get(each, each) for each in leaf.contacts))
    if len(contacts) > 1:
        return f"{contacts[0]}; by topic {', '.join(contacts[1:])}"
    return contacts[0] if contacts else ""


def _wrapped(text: str, room: int, size: int) -> Iterator[str]:
    """The lines of a text that are at most ``room`` wide, as far as can be told without its font."""
    most = max(8, int(room / (size * (_BOLD_LETTER if size == _TITLE_SIZE else _LETTER))))
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > most:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def _height(lines: tuple[_Line, ...]) -> int:
    return sum(line.height for line in lines) + 2 * _PADDING


def _id(identifier: str) -> str:
    """An id that Mermaid takes; ``end`` and the like are words of its own."""
    return "n_" + "".join(each if each.isascii() and each.isalnum() else "_" for each in identifier)


def _quoted(text: str) -> str:
    return escape(text, quote=False).replace('"', "#quot;")


__all__ = ["chart_markdown", "chart_svg"]
