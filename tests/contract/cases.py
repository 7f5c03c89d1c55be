"""What the suites of escalations share: one case, and what happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.ports import Clock, Delivery, Entry, Escalation, Event, Party, Post, Stage
from knowledge.models import Priority
from tests.contract.stores import MINUTE, NOW, Repositories

ORG: Final = "slack:T1"
INES: Final = Party(ORG, "U1", "D1", "p-ines", "Ines Example")
NOOR: Final = Party(ORG, "U2", "D2", "p-noor", "Noor Example")
EXPERT: Final = Party("teams:1", "A1", "19:chat", "p-kim", "Kim Example")
CLOCK: Final = Clock(NOW, NOW + 60 * MINUTE, 0, NOW + 30 * MINUTE)

CASE: Final = Escalation(
    id="r1-case",
    number=0,
    organisation=ORG,
    asker=INES,
    question="May I post\nthis? 日本 🙂",
    found='{"kind":"answer"}',
    contact="legal",
    priority=Priority.HIGH,
    opened=NOW,
    kind="legal_threat",
    region="de",
    unit="toys",
    language="de",
    confidential=True,
    clock=CLOCK,
)
OPENED: Final = Entry(Event.OPENED, NOW, INES, after="legal", words="Along goes a note.")
POST: Final = Post("case:r1-case:1", ORG, place="C1")


def owed(delivery: str = "case:r1-case:1", **parts: object) -> Delivery:
    """A card that is owed to a channel."""
    card = Delivery(delivery, ORG, "", "case", '{"kind":"case","text":"a card"}', NOW, place="C1")
    return replace(card, **parts)  # type: ignore[arg-type]


def opened(
    state: Repositories,
    case: Escalation = CASE,
    entry: Entry | None = None,
    posts: Sequence[Post] = (),
    deliveries: Sequence[Delivery] = (),
) -> Escalation:
    """Open a case by its asker."""
    entry = entry or replace(OPENED, at=case.opened, actor=case.asker)
    kept = state.escalations.open(case, entry, posts, lambda _: deliveries)
    assert kept is not None
    return kept


def claimed(case: Escalation, by: Party = EXPERT) -> tuple[Escalation, Entry]:
    """A case as it is once somebody claimed it, and the entry that says so."""
    return replace(case, stage=Stage.CLAIMED, owner=by), Entry(Event.CLAIMED, NOW + MINUTE, by, "", by.name)


def answered(case: Escalation, words: str = "No, ask first.") -> tuple[Escalation, Entry]:
    """A case as it is once its owner answered, and the entry that says so."""
    assert case.owner is not None
    at = NOW + 2 * MINUTE
    after = replace(case, stage=Stage.ANSWERED, ended=at, clock=None)
    return after, Entry(Event.ANSWERED, at, case.owner, "claimed", "answered", words)


def now_of(state: Repositories, case: Escalation) -> Escalation:
    """A case as it is kept."""
    kept = state.escalations.find(case.organisation, case.id)
    assert kept is not None
    return kept


__all__ = [
    "CASE",
    "CLOCK",
    "EXPERT",
    "INES",
    "NOOR",
    "OPENED",
    "ORG",
    "POST",
    "answered",
    "claimed",
    "now_of",
    "opened",
    "owed",
]
