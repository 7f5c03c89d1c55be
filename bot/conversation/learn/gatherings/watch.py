"""The clock of brown bags: reminds an hour before, thanks and asks afterwards.

Each ring is one step together with the messages that it brings, so a restart loses none and repeats none; of several
workers the first one makes it, and the others find it made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.gatherings import cards, owed
from bot.conversation.learn.gatherings.hall import Hall, Shown
from bot.conversation.learn.gatherings.planning import off, zones_of
from bot.ports import Delivery
from bot.ports.gatherings import Gathering, Guest, Phase, Step

_AT_ONCE: Final = 100
_STALE: Final = timedelta(days=3)
"""After so long nobody is thanked or asked any more: the worker was down, and the moment has passed."""


def attend(hall: Hall, at: datetime) -> int:
    """Do whatever is due about brown bags; about how many."""
    done = 0
    while ringing := hall.gatherings.ringing(at, _AT_ONCE):
        for each in ringing:
            _ring(hall, each, at)
        done += len(ringing)
        if len(ringing) < _AT_ONCE:
            break
    return done


def _ring(hall: Hall, gathering: Gathering, at: datetime) -> None:
    zones, shown = zones_of(hall, gathering), hall.shown(gathering)
    over = False

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        nonlocal over
        if now.next is None or now.next > at:
            return None
        changed = replace(now, changed=at, version=now.version + 1)
        if now.phase is Phase.PLANNED and now.ends > at:
            after = replace(changed, phase=Phase.REMINDED, next=now.ends)
            return Step(after, owed=_reminders(shown, after, guests, zones) if now.begins > at else [])
        if now.phase in (Phase.PLANNED, Phase.REMINDED):
            over = True
            after = replace(changed, phase=Phase.OVER, next=None)
            told = _afterwards(after, guests) if at - now.ends <= _STALE else []
            return Step(after, owed=[*owed.renewed_cards(shown, after), *told])
        after = replace(changed, next=None)
        return Step(after, owed=off(shown, after, guests) if now.phase is Phase.CANCELLED else [])

    after = hall.gatherings.change(gathering.organisation, gathering.id, decide)
    if after is not None and over:
        who = after.host.workspace or after.organisation
        hall.audit.add(who, at, after.host.account, "brown_bag_given", after.id, {"coming": after.coming})


def _reminders(
    shown: Shown, gathering: Gathering, guests: Sequence[Guest], zones: Mapping[owed.Account, str]
) -> list[Delivery]:
    link = shown.link
    own = zones.get((gathering.host.workspace, gathering.host.account), "")
    to_guests = owed.to_guests(
        gathering, guests, "soon", lambda zone: cards.reminder(gathering, link, zone, host=False), zones
    )
    return [*to_guests, *owed.to_host(gathering, "soon", cards.reminder(gathering, link, own, host=True))]


def _afterwards(gathering: Gathering, guests: Sequence[Guest]) -> list[Delivery]:
    asked = owed.to_guests(gathering, guests, "useful", lambda _: cards.question(gathering), {})
    return [*owed.to_host(gathering, "thanks", cards.praise(gathering)), *asked]


__all__ = ["attend"]
