"""What those of the Center of Excellence do with a case: each deed is one change, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import (
    answer_action,
    ask_back_action,
    case_card,
    close_action,
    priority_action,
    priority_name,
    reassign_action,
    waits_for_asker,
)
from bot.conversation.escalate.clocks import hold, start
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.own_cards import answer_card, asked_by, closed_card, is_same
from bot.conversation.escalate.targets import target
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Reply, ReplyKind
from bot.ports import Clock, Delivery, Entry, Escalation, Event, Party, Post, Stage
from knowledge.models import Priority

_TRIES: Final = 5  # each is a race that somebody else won
_NOT_STAFF: Final = (
    "Only the Center of Excellence works on cases. If you belong to it, ask for the role with "
    "“clearpost people grant <your e-mail> coe”."
)
_GONE: Final = "I do not know that case. It may have been deleted when its time was over."
_BUSY: Final = "Several people changed this case at once. Please look at it and press again."
_OVER: Final = "This case is {} already."
_ENDED: Final = frozenset({Stage.ANSWERED, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a case: its next state, what happened, further cards, and what is owed besides its renewed cards."""

    after: Escalation
    entry: Entry
    posts: tuple[Post, ...] = ()
    owed: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does what to a case, and when."""

    office: Office
    actor: Party
    deed: Deed
    at: datetime

    @property
    def words(self) -> str:
        """What was typed."""
        return self.deed.words.strip()

    @property
    def choice(self) -> str:
        """What was chosen first; empty where nothing was."""
        return self.deed.choices[0] if self.deed.choices else ""

    def entry(self, event: Event, before: str = "", after: str = "", words: str = "") -> Entry:
        """What happened, by this hand."""
        return Entry(event, self.at, self.actor, before, after, words)


CardOf = Callable[[Office, Escalation, Entry, str], Reply]
"""What who asked is shown of something that happened, with what they had asked."""

Decide = Callable[[Hand, Escalation], "Step | Reply"]
"""What a deed makes of a case, or the reply where it makes nothing of it."""


def work(office: Office, message: Message, deed: Deed) -> Reply:
    """Do something with a case, for somebody who may; the case's card in its new state."""
    organisation = office.escalations.organisation(message.workspace)
    person = office.person(message)
    hand = Hand(office, office.party(message), deed, message.at)
    for _ in range(_TRIES):
        escalation = office.escalations.find(organisation, deed.on)
        if escalation is None:
            return _refusal(_GONE if office.is_staff(person) else _NOT_STAFF)
        if not office.may_work(person, escalation):
            return _refusal(_NOT_STAFF)
        decided = _DEEDS[deed.act](hand, escalation)
        if isinstance(decided, Reply):
            return decided
        if _keep(office, escalation, decided):
            return _after(office, decided)
    return _refusal(_BUSY)


def look(office: Office, message: Message, deed: Deed) -> Reply:
    """The whole card of a case, for the eyes of somebody who may work on it."""
    escalation = office.escalations.find(office.escalations.organisation(message.workspace), deed.on)
    if escalation is None or not office.may_work(office.person(message), escalation):
        return _refusal(_GONE if office.is_staff(office.person(message)) else _NOT_STAFF)
    entries = office.escalations.entries(escalation.organisation, escalation.id)
    mine = _is_owner(escalation, office.party(message))
    return replace(case_card(office, escalation, entries, whole=mine or not escalation.confidential), private=True)


def change(office: Office, before: Escalation, step: Step, at: datetime) -> bool:
    """Keep a step with the renewed cards; ``False`` where somebody else was faster."""
    after = replace(step.after, version=before.version + 1)
    entries = [*office.escalations.entries(before.organisation, before.id), step.entry]
    known = office.escalations.posts(before.organisation, before.id)
    deliveries = [
        *owed.first_cards(office, after, entries, step.posts, at),
        *owed.renewed_cards(office, after, entries, known, at),
        *step.owed,
    ]
    return office.escalations.change(before, after, [step.entry], step.posts, deliveries)


def _keep(office: Office, before: Escalation, step: Step) -> bool:
    return change(office, before, step, step.entry.at)


def _after(office: Office, step: Step) -> Reply:
    kept = office.escalations.find(step.after.organisation, step.after.id) or step.after
    entries = office.escalations.entries(kept.organisation, kept.id)
    return case_card(office, kept, entries, whole=not kept.confidential)  # the pressed card may hang in a channel


def _claim(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage in _ENDED:
        return _refusal(_OVER.format(case.stage))
    if case.stage is Stage.CLAIMED and _is_owner(case, hand.actor):
        return _note("You have it already.")
    if case.stage is Stage.CLAIMED and hand.choice != "over":
        return _note(f"Already claimed by {_owner_name(case)}.")
    clock = case.clock if waits_for_asker(case) else _clock(hand, case, Stage.CLAIMED)
    after = replace(case, stage=Stage.CLAIMED, owner=hand.actor, clock=clock)
    posts = tuple(_own_post(hand, case)) if case.confidential else ()
    return Step(after, hand.entry(Event.CLAIMED, _owner_name(case), hand.actor.name), posts=posts)


def _own_post(hand: Hand, case: Escalation) -> Iterator[Post]:
    """A card in the own chat of who claims a confidential case: the one card that shows its words."""
    me = (hand.actor.workspace, hand.actor.account)
    known = hand.office.escalations.posts(case.organisation, case.id)
    if me not in {(each.workspace, each.account) for each in known if each.whole}:
        yield Post(f"case:{case.id}:{hand.office.new_id()}", hand.actor.workspace, account=hand.actor.account)


def _answer(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage in _ENDED:
        return _refusal(_OVER.format(case.stage))
    if not hand.words:
        return _form(answer_action(case))
    if case.stage is Stage.CLAIMED and not _is_owner(case, hand.actor):
        return _note(f"{_owner_name(case)} has claimed this case. Take it over first, so that nobody answers twice.")
    after = replace(case, stage=Stage.ANSWERED, owner=hand.actor, clock=None, ended=hand.at, version=case.version + 1)
    entry = hand.entry(Event.ANSWERED, case.stage, Stage.ANSWERED, hand.words)
    return Step(after, entry, owed=_tell(hand, after, "answer", entry, answer_card))


def _ask_back(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage in _ENDED:
        return _refusal(_OVER.format(case.stage))
    if not hand.words:
        return _form(ask_back_action(case))
    clock = hold(_clock(hand, case, Stage.CLAIMED))
    owner = case.owner if case.stage is Stage.CLAIMED and case.owner else hand.actor
    after = replace(case, stage=Stage.CLAIMED, owner=owner, clock=clock, version=case.version + 1)
    entry = hand.entry(Event.ASKED_BACK, words=hand.words)
    reply = answer_card(hand.office, after, entry, case.question)
    return Step(after, entry, owed=tuple(owed.to_reporters(after, [case.asker], "question", reply, hand.at)))


def _reassign(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage in _ENDED:
        return _refusal(_OVER.format(case.stage))
    if hand.office.answers.contacts.get(hand.choice) is None:
        return _form(reassign_action(hand.office, case))
    goal = target(hand.office, case, hand.at, hand.choice)
    if goal is None or goal.contact.id == case.contact:
        return _note("It is with them already.")
    moved = replace(case, stage=Stage.OPEN, owner=None, contact=goal.contact.id)
    after = replace(moved, clock=_clock(hand, moved, Stage.OPEN))
    return Step(after, hand.entry(Event.REASSIGNED, case.contact, goal.contact.id, hand.words), posts=goal.posts)


def _priority(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage in _ENDED:
        return _refusal(_OVER.format(case.stage))
    if hand.choice not in set(Priority):
        return _form(priority_action(case))
    chosen = Priority(hand.choice)
    if chosen is case.priority:
        return _note(f"It has that priority already: {priority_name(chosen)}.")
    changed = replace(case, priority=chosen)
    after = replace(changed, clock=case.clock if waits_for_asker(case) else _clock(hand, changed, case.stage))
    return Step(after, hand.entry(Event.PRIORITY, case.priority, chosen))


def _close(hand: Hand, case: Escalation) -> Step | Reply:
    if case.stage is Stage.CLOSED:
        return _refusal(_OVER.format(case.stage))
    if not hand.words:
        return _form(close_action(case))
    after = replace(case, stage=Stage.CLOSED, clock=None, ended=hand.at, version=case.version + 1)
    entry = hand.entry(Event.CLOSED, case.stage, Stage.CLOSED, hand.words)
    return Step(after, entry, owed=_tell(hand, after, "closed", entry, closed_card))


def _tell(hand: Hand, case: Escalation, name: str, entry: Entry, card: CardOf) -> tuple[Delivery, ...]:
    """A reply to everybody who reported a case, each with what they themselves had said."""
    escalations = hand.office.escalations
    entries = escalations.entries(case.organisation, case.id)
    return tuple(
        delivery
        for party in escalations.reporters(case.organisation, case.id)
        for delivery in owed.to_reporters(
            case, [party], name, card(hand.office, case, entry, asked_by(case, entries, party)), hand.at
        )
    )


def _clock(hand: Hand, case: Escalation, stage: Stage) -> Clock | None:
    contact = hand.office.contact(case.contact)
    return start(hand.office.times, stage, case.priority, contact, hand.at) if contact else None


def _is_owner(case: Escalation, party: Party) -> bool:
    return case.owner is not None and is_same(case.owner, party)


def _owner_name(case: Escalation) -> str:
    return (case.owner.name or "a colleague") if case.owner else ""


def _form(action: Action) -> Reply:
    return Reply(ReplyKind.NOTE, "", actions=(action,), private=True)


def _note(text: str) -> Reply:
    return Reply(ReplyKind.NOTE, text, private=True)


def _refusal(text: str) -> Reply:
    return Reply(ReplyKind.ERROR, text)


_DEEDS: Final[dict[str, Decide]] = {
    "claim": _claim,
    "answer": _answer,
    "ask_back": _ask_back,
    "reassign": _reassign,
    "priority": _priority,
    "close": _close,
}
DEEDS: Final[Sequence[str]] = tuple(_DEEDS)
"""What those of the Center of Excellence can do."""

__all__ = ["DEEDS", "Step", "change", "look", "work"]
