"""Contact by topic: which of a leaf's contacts takes over, by what the text is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from knowledge.triage.chart import Chart, Leaf
from knowledge.triage.learn import Floats

_FLOOR: Final = 0.25  # tune half: below it no topic is near, and the leaf's own contact is right more often
_BEST: Final = 2  # words of a topic that count; one alone is drawn by a chance word


def topic_words(chart: Chart) -> tuple[str, ...]:
    """The example words of every topic of the chart, in its order."""
    return tuple(words for _, words in _topics(chart))


class TopicChooser:
    """Chooses among the topics of a leaf; ``vectors`` has a row for each of ``topic_words``."""

    def __init__(self, chart: Chart, vectors: Floats) -> None:
        self._rows: dict[tuple[str, str], list[int]] = {}
        for row, (key, _) in enumerate(_topics(chart)):
            self._rows.setdefault(key, []).append(row)
        self._vectors = vectors

    def choose(self, leaf: Leaf, vector: Floats) -> str | None:
        """The contact of the topic that is nearest to a text's vector; the leaf's own where none is near."""
        found = (leaf.contact, _FLOOR)
        for topic in leaf.topics:
            near = np.sort(self._vectors[self._rows[leaf.id, topic.contact]] @ vector)[-_BEST:].mean()
            if near > found[1]:
                found = (topic.contact, float(near))
        return found[0]


def _topics(chart: Chart) -> Iterator[tuple[tuple[str, str], str]]:
    for leaf in chart.leaves:
        for topic in leaf.topics:
            yield from (((leaf.id, topic.contact), words) for words in topic.words)


__all__ = ["TopicChooser", "topic_words"]
