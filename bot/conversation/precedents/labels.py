"""Precedents as labelled questions: what the answers of this installation are measured on, besides the pack's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.ports import Precedent
from knowledge.questions import Labelled

TOPIC: Final = "precedents"


def labelled_precedents(precedents: Iterable[Precedent]) -> tuple[Labelled, ...]:
    """A labelled question for each.

    No section is named: the one that a precedent rests on was found by the very search that is to be scored.
    """
    return tuple(Labelled(f"precedent-{each.id}", each.question, TOPIC, each.verdict) for each in precedents)


__all__ = ["TOPIC", "labelled_precedents"]
