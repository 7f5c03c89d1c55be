"""What somebody did for their colleagues, as certification counts it."""

from __future__ import annotations

from typing import Final

from bot.conversation.learn.gatherings.moments import zone_named
from bot.ports.gatherings import Gatherings, Notes, Phase
from lessons.certification.progress import Evidence

BROWN_BAG: Final = "brown_bag"
NOTE: Final = "conference_note"
"""Kinds of evidence, as ``levels.yml`` names them."""


def evidence(gatherings: Gatherings, notes: Notes, organisation: str, person: str) -> tuple[Evidence, ...]:
    """The brown bags that somebody gave before at least one guest, and the notes that they shared; oldest first."""
    given = [
        Evidence(BROWN_BAG, each.begins.astimezone(zone_named(each.zone)).date())
        for each in gatherings.hosted(organisation, person)
        if each.phase is Phase.OVER and each.coming
    ]
    shared = [Evidence(NOTE, each.at.date()) for each in notes.of(organisation, person)]
    return tuple(sorted((*given, *shared), key=lambda each: each.on))


__all__ = ["BROWN_BAG", "NOTE", "evidence"]
