"""Whether a chart leads everywhere that it should: no dead ends, no circles, a leaf for every kind."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.models import Problem
from knowledge.triage.chart import Chart, Leaf, Node
from knowledge.triage.models import NONE, Kind


def check_shape(chart: Chart, file: str) -> Iterator[Problem]:
    """What is wrong with the ways through a chart whose parts could all be read."""
    seen: dict[str, Node | Leaf] = {}
    parts: tuple[Node | Leaf, ...] = (*chart.nodes, *chart.leaves)
    for each in parts:
        first = seen.setdefault(each.id, each)
        if first is not each:
            remedy = "Give each node and each leaf an id of its own"
            yield Problem(file, each.line, f"the id '{each.id}' is also in line {first.line}", remedy)
    if chart.start not in seen:
        yield Problem(file, 1, f"the start '{chart.start}' is no node", "Name the id of the first node")
        return
    yield from _dead_ends(chart, file, seen)
    yield from _circles(chart, file)
    reached = chart.paths()
    for each in seen.values():
        if each.id not in reached:
            remedy = "Lead an answer to it, or remove it"
            yield Problem(file, each.line, f"no way leads to '{each.id}'", remedy)
    kinds = {leaf.kind for leaf in chart.leaves if leaf.id in reached}
    for kind in (*Kind, None):
        if kind not in kinds:
            remedy = "Add a leaf of this kind and lead an answer to it"
            yield Problem(file, 1, f"the kind '{kind or NONE}' cannot be reached", remedy)


def _dead_ends(chart: Chart, file: str, seen: dict[str, Node | Leaf]) -> Iterator[Problem]:
    for node in chart.nodes:
        for way in node.ways:
            if way.to not in seen:
                message = f"the answer '{way.answer}' of node '{node.id}' leads to '{way.to}', which is not there"
                yield Problem(file, node.line, message, "Name the id of a node or a leaf")


def _circles(chart: Chart, file: str) -> Iterator[Problem]:
    """One problem for each circle, at the node from which it is found. Iterative: a chart may be long."""
    ways = {node.id: [way.to for way in node.ways] for node in chart.nodes}
    lines = {node.id: node.line for node in chart.nodes}
    done: set[str] = set()
    for start, first in ways.items():
        trail: list[tuple[str, Iterator[str]]] = [] if start in done else [(start, iter(first))]
        while trail:
            place, left = trail[-1]
            following = next(left, None)
            if following is None:
                done.add(place)
                trail.pop()
            elif any(following == passed for passed, _ in trail):
                names = [passed for passed, _ in trail]
                chain = "' → '".join((*names[names.index(following) :], following))
                remedy = "Lead the last answer to a node further down, or to a leaf"
                yield Problem(file, lines[place], f"the chart goes round in a circle ('{chain}')", remedy)
            elif following in ways and following not in done:
                trail.append((following, iter(ways[following])))


__all__ = ["check_shape"]
