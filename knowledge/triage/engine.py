"""Decides what becomes of a text: its kind by what was learned, all else as the chart says."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from knowledge.contacts import Contacts
from knowledge.models import Outcome, Priority
from knowledge.triage.chart import Chart, Leaf
from knowledge.triage.drift import Drifts
from knowledge.triage.examples import KINDS
from knowledge.triage.learn import Floats, Learned
from knowledge.triage.models import SERIOUS, Doubt, Drift, Kind, Triaged
from knowledge.triage.topics import TopicChooser

_NOT_UNLIKELY: Final = 0.03
_LIKELY: Final = 0.3
_THEIRS: Final = 0.2
"""What the likeliest serious kind needs so that it is asked about, so that it is acted upon, and so that its contact
takes over meanwhile, where the likeliest of all would be passed over. On the tune half, default model: from .03 no
serious one is missed and 14 % are asked, from .05 .8 % are missed and 12 % asked; the contact is right in .79, .85,
.87 and .87 where it changes from .03, .1, .2 and .3."""

_SERIOUS: Final = tuple(number for number, kind in enumerate(KINDS) if kind in SERIOUS)
_PASSED_OVER: Final = frozenset({Priority.NORMAL, Priority.NONE})


class Sorter:
    """Sorts texts by one chart and what was learned from its examples. Safe to share between threads."""

    def __init__(
        self, chart: Chart, learned: Learned, drifts: Drifts, topics: TopicChooser, contacts: Contacts
    ) -> None:
        self.chart = chart
        self._learned = learned
        self._drifts = drifts
        self._topics = topics
        self._contacts = contacts
        self._paths = chart.paths()
        self._leaves = {kind: chart.leaf(kind) for kind in KINDS}

    def sort(self, text: str, vector: Floats) -> Triaged:
        """What becomes of a cleaned text with its vector."""
        probabilities = self._learned.probabilities(text, vector)
        best, serious = int(probabilities.argmax()), max(_SERIOUS, key=lambda number: probabilities[number])
        sure, risk = float(probabilities[best]), float(probabilities[serious])
        likely, graver = self._leaves[KINDS[best]], self._leaves[KINDS[serious]]
        if likely.priority not in _PASSED_OVER or risk < _NOT_UNLIKELY:
            return self._triaged(text, vector, likely, sure)
        if risk >= _LIKELY:
            return self._triaged(text, vector, graver, risk)
        if likely.kind is None:  # between something and nothing no button decides; on the tune half none was missed
            return self._triaged(text, vector, likely, sure)
        return self._doubtful(text, vector, likely, graver, sure, risk)

    def settle(self, text: str, vector: Floats, kind: Kind) -> Triaged:
        """What becomes of it where its kind is known."""
        return self._triaged(text, vector, self._leaves[kind], 1.0)

    def nothing(self, text: str) -> Triaged:
        """What becomes of a text with nothing to sort in it."""
        return self._leaf(text, self._leaves[None], None, 0.0)

    def drift(self, text: str, vector: Floats) -> Drift:
        """Whether a cleaned text asks for leave to post or tells what somebody said."""
        return self._drifts.of(text, vector)

    def _doubtful(self, text: str, vector: Floats, likely: Leaf, graver: Leaf, sure: float, risk: float) -> Triaged:
        """The likelier kind with what has to be done if it is the graver one, and the question that decides."""
        options = tuple((leaf.kind, leaf.button) for leaf in (graver, likely) if leaf.kind)
        takes_over = graver if risk >= _THEIRS else likely
        return replace(
            self._leaf(text, graver, self._topics.choose(takes_over, vector), sure),
            kind=likely.kind,
            label=likely.label,
            outcome=Outcome.CLARIFY,
            doubt=Doubt(graver.question, options),
        )

    def _triaged(self, text: str, vector: Floats, leaf: Leaf, confidence: float) -> Triaged:
        return self._leaf(text, leaf, self._topics.choose(leaf, vector), confidence)

    def _leaf(self, text: str, leaf: Leaf, contact: str | None, confidence: float) -> Triaged:
        return Triaged(
            text=text,
            kind=leaf.kind,
            label=leaf.label,
            action=leaf.action,
            priority=leaf.priority,
            contact=self._contacts.for_question(contact) if leaf.kind else None,
            path=self._paths[leaf.id],
            do=leaf.do,
            do_not=leaf.do_not,
            holding_reply=leaf.holding_reply,
            confidence=min(1.0, max(0.0, confidence)),
            outcome=Outcome.ANSWER if leaf.kind else Outcome.OUT_OF_SCOPE,
        )


__all__ = ["Sorter"]
