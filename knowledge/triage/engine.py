"""Decides what becomes of a text: its kind by what was learned, all else as the chart says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.contacts import Contacts
from knowledge.models import Outcome, Priority
from knowledge.triage.chart import Chart, Leaf
from knowledge.triage.drift import Drifts
from knowledge.triage.examples import KINDS
from knowledge.triage.learn import Floats, Learned
from knowledge.triage.legible import ALSO, DO, DO_NOT, LABELS, Unread, unread
from knowledge.triage.models import PASSED_OVER, SERIOUS, Action, Doubt, Drift, Kind, Triaged
from knowledge.triage.passages import passages
from knowledge.triage.topics import TopicChooser

_NOT_UNLIKELY: Final = 0.03
_NOT_NOTHING: Final = 0.1
_LIKELY: Final = 0.3
_THEIRS: Final = 0.2
"""What the likeliest serious kind needs so that it is asked about, so that it is where the likeliest of all is nothing,
so that it is acted upon, and so that its contact takes over meanwhile. On the tune half, default model: from .03 no
serious one is missed and 14 % are asked, from .05 .8 % are missed and 12 % asked; of 28 that are likeliest nothing 3
are asked from .1, 7 from .03; the contact is right in .79, .85, .87 and .87 where it changes from .03, .1, .2, .3."""

_IN_A_PASSAGE: Final = 0.7
_MOST_PASSAGES: Final = 12
"""What a serious kind needs in one passage of a long text so that it is asked about, and how many are looked at. Torn
from its text a passage says less: on the tune half 87 % of the serious reach .7, and 8 % of the others."""

_CLEAR: Final = 0.8
"""How sure a kind has to be so that a few words beside a link are enough: "10k followers" is an advert."""

_SERIOUS: Final = [number for number, kind in enumerate(KINDS) if kind in SERIOUS]
_THREAT: Final = KINDS.index(Kind.THREAT_SELF_HARM)


@dataclass(frozen=True, slots=True)
class _Look:
    """How likely a serious kind is in a text or, where ``passage`` has words, in that passage of it."""

    leaf: Leaf
    probability: float
    passage: str

    @property
    def acts(self) -> bool:
        """Whether that is enough to act upon it; a passage alone never is."""
        return self.probability >= _LIKELY and not self.passage

    def asks(self, likely: Leaf) -> bool:
        """Whether that is enough to ask about it where ``likely`` is the likeliest of all."""
        beside = _NOT_UNLIKELY if likely.kind else _NOT_NOTHING
        return self.probability >= (_IN_A_PASSAGE if self.passage else beside)


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

    def passages(self, text: str) -> tuple[str, ...]:
        """The passages of a long text to be looked at by themselves: those whose words are the most serious."""
        found = passages(text)
        if len(found) <= _MOST_PASSAGES:
            return found
        serious = [self._learned.by_words(each)[_SERIOUS].max() for each in found]
        chosen = sorted(range(len(found)), key=lambda place: -serious[place])[:_MOST_PASSAGES]
        return tuple(found[place] for place in sorted(chosen))

    def sort(self, text: str, vector: Floats, parts: Sequence[tuple[str, Floats]] = ()) -> Triaged:
        """What becomes of a cleaned text with its vector; ``parts`` are its passages with theirs."""
        probabilities = self._learned.probabilities(text, vector)
        best = int(probabilities.argmax())
        likely, sure = self._leaves[KINDS[best]], float(probabilities[best])
        graver = self._graver(likely, probabilities, parts)
        if graver and graver.acts:
            return self._triaged(text, vector, graver.leaf, graver.probability)
        why = self._not_understood(text, likely, sure)
        if why:
            return self._unread(text, why)
        if graver and likely.priority in PASSED_OVER:
            return self._doubtful(text, vector, likely, graver, sure)
        return self._triaged(text, vector, likely, sure)

    def settle(self, text: str, vector: Floats, kind: Kind | None) -> Triaged:
        """What becomes of it where its kind is known."""
        return self._triaged(text, vector, self._leaves[kind], 1.0)

    def nothing(self, text: str) -> Triaged:
        """What becomes of a text with nothing to sort in it."""
        return self._leaf(text, self._leaves[None], None, 0.0)

    def drift(self, text: str, vector: Floats) -> Drift:
        """Whether a cleaned text asks for leave to post or tells what somebody said."""
        return self._drifts.of(text, vector)

    def _graver(self, likely: Leaf, whole: Floats, parts: Sequence[tuple[str, Floats]]) -> _Look | None:
        """The kind that may be meant and is more serious than the likeliest; ``None`` where there is none."""
        looks = self._looks(likely, whole, parts)
        return max(looks, key=lambda each: (each.acts, each.probability), default=None)

    def _looks(self, likely: Leaf, whole: Floats, parts: Sequence[tuple[str, Floats]]) -> Iterator[_Look]:
        """The serious kinds likely enough to ask about; beside what is handed over anyway, a threat to life alone."""
        seen = [("", whole), *((words, self._learned.probabilities(words, vector)) for words, vector in parts)]
        for number in _SERIOUS if likely.priority in PASSED_OVER else [_THREAT]:
            leaf = self._leaves[KINDS[number]]
            looks = (_Look(leaf, float(probabilities[number]), words) for words, probabilities in seen)
            yield from (each for each in looks if leaf is not likely and each.asks(likely))

    def _not_understood(self, text: str, likely: Leaf, sure: float) -> Unread | None:
        """Why the likeliest kind is a mere guess; ``None`` where it is no guess, or is serious."""
        why = unread(text, self._learned.known)
        clear = likely.priority not in PASSED_OVER or (likely.kind is not None and sure >= _CLEAR)
        return None if likely.kind in SERIOUS or (why is Unread.LINK and clear) else why

    def _doubtful(self, text: str, vector: Floats, likely: Leaf, graver: _Look, sure: float) -> Triaged:
        """The likelier kind with what has to be done if it is the graver one, and the question that decides."""
        options = tuple((leaf.kind, leaf.button) for leaf in (graver.leaf, likely))
        theirs = graver.probability >= _THEIRS or likely.kind is None
        triaged = self._triaged(text, vector, graver.leaf, sure)
        return replace(
            triaged,
            kind=likely.kind,
            label=likely.label,
            contact=triaged.contact if theirs else self._contact(likely, vector),
            path=triaged.path[:-1],  # its last question is the one that is open
            holding_reply="",
            outcome=Outcome.CLARIFY,
            doubt=Doubt(graver.leaf.question, options),
            passage=graver.passage,
        )

    def _unread(self, text: str, why: Unread) -> Triaged:
        """What nobody could read yet may be anything, so that it is no less than high."""
        return Triaged(
            text=text,
            kind=None,
            label=LABELS[why],
            action=Action.ESCALATE,
            priority=Priority.HIGH,
            contact=self._contacts.for_question(),
            path=(),
            do=(DO[why], *ALSO),
            do_not=DO_NOT,
            holding_reply="",
            confidence=0.0,
            outcome=Outcome.HAND_OVER,
        )

    def _triaged(self, text: str, vector: Floats, leaf: Leaf, confidence: float) -> Triaged:
        return self._leaf(text, leaf, self._contact(leaf, vector), confidence)

    def _contact(self, leaf: Leaf, vector: Floats) -> str | None:
        return self._contacts.for_question(self._topics.choose(leaf, vector)) if leaf.kind else None

    def _leaf(self, text: str, leaf: Leaf, contact: str | None, confidence: float) -> Triaged:
        return Triaged(
            text=text,
            kind=leaf.kind,
            label=leaf.label,
            action=leaf.action,
            priority=leaf.priority,
            contact=contact,
            path=self._paths[leaf.id],
            do=leaf.do,
            do_not=leaf.do_not,
            holding_reply=leaf.holding_reply,
            confidence=min(1.0, max(0.0, confidence)),
            outcome=Outcome.ANSWER if leaf.kind else Outcome.OUT_OF_SCOPE,
        )


__all__ = ["Sorter"]
