"""The triage chart as CoE staff write it: questions that lead to leaves, each leaf with what to do."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.models import Priority
from knowledge.triage.models import Action, Kind, Step


@dataclass(frozen=True, slots=True)
class Way:
    """An answer to a node's question, and the id of the node or leaf that it leads to."""

    answer: str
    to: str


@dataclass(frozen=True, slots=True)
class Node:
    """A question of the chart. ``examples`` are for whoever reads it."""

    id: str
    question: str
    examples: tuple[str, ...]
    ways: tuple[Way, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A contact that takes over a leaf where its text is about something like ``words``."""

    contact: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What becomes of a text of one kind; ``kind`` is ``None`` where there is nothing to do.

    ``question`` is asked where it is not sure whether a text belongs here, ``button`` answers it. ``holding_reply`` is
    empty where nothing may be posted, ``contact`` is ``None`` where nobody takes over.
    """

    id: str
    kind: Kind | None
    label: str
    action: Action
    priority: Priority
    contact: str | None
    topics: tuple[Topic, ...]
    do: tuple[str, ...]
    do_not: tuple[str, ...]
    holding_reply: str
    question: str
    button: str
    line: int

    @property
    def contacts(self) -> tuple[str, ...]:
        """Every contact that it names."""
        return (*((self.contact,) if self.contact else ()), *(topic.contact for topic in self.topics))


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart, in the order in which it is written. A sound one leads to a leaf for every kind and for none."""

    version: str
    start: str
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]

    def leaf(self, kind: Kind | None) -> Leaf:
        """The leaf of a kind: the one with the shortest path where there are several.

        Raises:
            LookupError: where the chart is not sound.
        """
        reached = self.paths()
        found = [leaf for leaf in self.leaves if leaf.kind is kind and leaf.id in reached]
        if not found:
            raise LookupError(f"no leaf for {kind or 'none'}")
        return min(found, key=lambda leaf: len(reached[leaf.id]))

    def paths(self) -> dict[str, tuple[Step, ...]]:
        """The shortest path to every node and leaf that can be reached, by their ids."""
        nodes = {node.id: node for node in self.nodes}
        paths: dict[str, tuple[Step, ...]] = {self.start: ()}
        waiting = [self.start]
        for place in waiting:  # grows while it is walked, nearest first
            node = nodes.get(place)
            for way in node.ways if node else ():
                if node and way.to not in paths:
                    paths[way.to] = (*paths[place], Step(node.question, way.answer))
                    waiting.append(way.to)
        return paths


__all__ = ["Chart", "Leaf", "Node", "Topic", "Way"]
