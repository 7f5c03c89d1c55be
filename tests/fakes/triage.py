"""Triage, a directory and likeness without a model: told by the words themselves."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from knowledge.contacts import TopicMatch, TopicSearch
from knowledge.errors import QuestionError
from knowledge.models import Outcome, Priority, Reader
from knowledge.triage.models import Action, Doubt, Drift, Kind, Step, Triaged

_PATH: Final = (Step("Was anybody hurt?", "No"), Step("Did something go wrong for them?", "Yes"))
_SERIOUS: Final = {Kind.SAFETY: Priority.URGENT, Kind.PRESS: Priority.HIGH, Kind.THREAT_SELF_HARM: Priority.URGENT}


class FakeTriage:
    """Implements ``Triage``: a text that names a kind is of that kind, "hmm" leaves a doubt, "nothing" is none.

    "nichts" is of another language; "grr" leaves a doubt between something and nothing.

    ``drift``: a text that begins with "saw:" leans to triage, one with "maybe:" is unclear, all else asks.
    """

    def triage(self, text: str, reader: Reader) -> Triaged:
        """The kind that a text names, else a complaint."""
        del reader
        if not any(map(str.isalnum, text)):
            raise QuestionError("There is nothing in that message. Tell me in a few words what was said.")
        if "nichts" in text:
            return _unread(text)
        if "grr" in text:
            return _triaged(text, None, Doubt("Was anybody hurt?", ((Kind.SAFETY, "Yes"), (None, "No, none of this"))))
        if "nothing" in text:
            return _triaged(text, None)
        if "hmm" in text:
            doubt = Doubt("Was anybody hurt?", ((Kind.SAFETY, "Somebody was hurt"), (Kind.COMPLAINT, "Nobody was")))
            return _triaged(text, Kind.COMPLAINT, doubt)
        return _triaged(text, next((kind for kind in Kind if kind.replace("_", " ") in text), Kind.COMPLAINT))

    def settle(self, text: str, kind: Kind | None, reader: Reader) -> Triaged:
        """The kind that was chosen."""
        del reader
        return _triaged(text, kind)

    def drift(self, text: str) -> Drift:
        """Which way a text leans, by its first word."""
        first = text.partition(":")[0].lower()
        return {"saw": Drift.TRIAGE, "maybe": Drift.UNCLEAR}.get(first, Drift.ASK)


class FakeDirectory:
    """Implements ``Directory``: journalists lead to Communications, all else to nobody in particular."""

    def find(self, words: str) -> TopicSearch:
        """The contact for some words."""
        if "journalist" in words:
            return TopicSearch(None, (TopicMatch("communications", "journalists", 0.8),))
        return TopicSearch(None, ())


class FakeLikeness:
    """Implements ``Likeness``: the share of characters that two texts have in common, in order."""

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """How alike a text is to each of the others."""
        return [SequenceMatcher(None, text.casefold(), each.casefold()).ratio() for each in others]


def _triaged(text: str, kind: Kind | None, doubt: Doubt | None = None) -> Triaged:
    if kind is None and doubt is None:
        return Triaged(
            text, None, "Nothing", Action.IGNORE, Priority.NONE, None, (), (), (), "", 0.9, Outcome.OUT_OF_SCOPE
        )
    serious = Kind.SAFETY if doubt or kind is None else kind
    return Triaged(
        text=text,
        kind=kind,
        label=(kind or "nothing").replace("_", " ").capitalize(),
        action=Action.ESCALATE if serious in _SERIOUS else Action.RESOLVE,
        priority=_SERIOUS.get(serious, Priority.NORMAL),
        contact="communications",
        path=_PATH,
        do=("Stay calm.", "Pass it on."),
        do_not=("Do not delete the comment.",),
        holding_reply="Thank you for telling us. We are looking into it.",
        confidence=0.7,
        outcome=Outcome.CLARIFY if doubt else Outcome.ANSWER,
        doubt=doubt,
    )


def _unread(text: str) -> Triaged:
    do, do_not = ("Tell me in English.", "Call for help."), ("Do not answer it.",)
    label = "I read English only"
    return Triaged(
        text, None, label, Action.ESCALATE, Priority.HIGH, "coe_lead", (), do, do_not, "", 0.0, Outcome.HAND_OVER
    )


__all__ = ["FakeDirectory", "FakeLikeness", "FakeTriage"]
