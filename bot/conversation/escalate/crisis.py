"""A crisis: a notice at the head of every answer, and no leave to post on its topics until it is lifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import moment
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.targets import target
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Field, Head, Reply, ReplyKind
from bot.ports import Crisis, Delivery, Escalation
from knowledge.contacts import LAST_RESORT
from knowledge.models import Verdict

EVERYTHING: Final = "everything"
"""Stands for all policies where the topics of a crisis are chosen."""

_LONGEST: Final = 600  # characters of a notice, which stands above every answer
_PERMITTING: Final = (Verdict.YES, Verdict.YES_IF)
_NOT_YOURS: Final = (
    "Only the social media lead can declare or lift a crisis. Ask an administrator for the role coe_lead."
)
_HELD: Final = "While the notice above stands, ask {} before you post on this. The policy itself says otherwise:"
_CHANGED: Final = "It has been declared anew or changed since that card. Read it, and lift it here if it is over."
_SHOWN_KINDS: Final = frozenset(
    {ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.HAND_OVER, ReplyKind.TRIAGE, ReplyKind.OUT_OF_SCOPE}
)


def cautious(office: Office, reply: Reply, workspace: str) -> Reply:
    """A reply as it has to be in a crisis, and the one that it is about; unchanged where there is none."""
    if reply.kind not in _SHOWN_KINDS and reply.about is None:
        return reply
    crisis = office.crises.current(office.escalations.organisation(workspace))
    if crisis is None:
        return reply
    about = _heeding(office, crisis, reply.about) if reply.about else None
    return replace(_heeding(office, crisis, reply), about=about)


def _heeding(office: Office, crisis: Crisis, reply: Reply) -> Reply:
    if reply.kind not in _SHOWN_KINDS:
        return reply
    reply = replace(reply, notice=crisis.notice)
    if reply.kind is ReplyKind.TRIAGE and not crisis.policies:  # nobody posts what they would on any other day
        return replace(reply, copy="")
    if reply.kind is not ReplyKind.ANSWER or reply.verdict not in _PERMITTING or not _concerns(crisis, reply):
        return reply
    who = office.shown(crisis.contact) or reply.person
    name = who.name if who else "the social media team"
    return replace(reply, verdict=Verdict.ASK_FIRST, text=_HELD.format(name), person=who)


def proposal(office: Office, escalation: Escalation, at: datetime) -> list[Delivery]:
    """The question to the lead whether this is a crisis; owed once for each case."""
    goal = target(office, escalation, at, LAST_RESORT)
    if goal is None:
        return []
    current = office.crises.current(escalation.organisation)
    reply = Reply(
        kind=ReplyKind.CASE,
        head=Head("Is this a crisis?", "🚨", "bad"),
        text=f"Case {escalation.number} has been reported {escalation.reports} times in a short while.",
        facts=(("First reported", moment(escalation.opened)), ("With", office.contact_name(escalation.contact))),
        asked=escalation.question,
        notes=(
            "A crisis puts your notice at the top of every answer and tells people to ask first, until you lift it.",
            *([f"It would take the place of the one that stands: “{current.notice}”"] if current else []),
        ),
        actions=(declare_action(office, escalation.id),),
    )
    return [
        each for post in goal.posts for each in owed.to_channel_or_account(f"crisis:{escalation.id}", post, reply, at)
    ]


def declare(office: Office, message: Message, deed: Deed) -> Reply:
    """Begin a crisis, or change its notice and topics."""
    person = office.person(message)
    if not office.is_lead(person):
        return _refusal(_NOT_YOURS)
    if not deed.words.strip():
        return Reply(
            ReplyKind.NOTE,
            "Say what has happened, and which topics are closed.",
            actions=(declare_action(office, deed.on),),
            private=True,
        )
    organisation = office.escalations.organisation(message.workspace)
    chosen = tuple(each for each in deed.choices if each in dict(_topics(office)))
    policies = () if EVERYTHING in chosen or not chosen else chosen
    notice = deed.words.strip()[:_LONGEST]
    crisis = Crisis(organisation, notice, policies, LAST_RESORT, message.at, office.party(message), deed.on)
    office.crises.declare(crisis)
    return _card(office, crisis)


def lift(office: Office, message: Message, card: str = "") -> Reply:
    """End the crisis; where a card's button says so, only the one that the card is about."""
    if not office.is_lead(office.person(message)):
        return _refusal(_NOT_YOURS)
    organisation = office.escalations.organisation(message.workspace)
    current = office.crises.current(organisation)
    if card and current is not None and card != _stamp(current):
        return replace(_card(office, current), notes=(_CHANGED,))
    if not office.crises.lift(organisation, office.party(message), message.at):
        return Reply(ReplyKind.NOTE, "There is no crisis to lift.")
    return Reply(
        ReplyKind.CASE, "Answers are back to what they were before.", head=Head("The crisis is lifted", "✅", "good")
    )


def show(office: Office, message: Message) -> Reply:
    """The crisis of now, or the form that declares one."""
    if not office.is_lead(office.person(message)):
        return _refusal(_NOT_YOURS)
    crisis = office.crises.current(office.escalations.organisation(message.workspace))
    if crisis is not None:
        return _card(office, crisis)
    return Reply(
        ReplyKind.CASE,
        "Declaring one puts a notice at the top of every answer and turns “yes” into “ask first”.",
        head=Head("No crisis", "🌤️", "neutral"),
        actions=(declare_action(office, ""),),
    )


def declare_action(office: Office, on: str, notice: str = "") -> Action:
    """The form that declares a crisis, or changes the notice of one."""
    hint = "What happened, and who speaks about it"
    words = Field("Notice at the top of every answer", value=notice, hint=hint, most=_LONGEST)
    topics = Field("Closed topics", options=_topics(office), several=True)
    return Action(
        "crisis",
        on,
        "Declare a crisis",
        "danger",
        words=words,
        choices=topics,
        title="Declare a crisis",
        submit="Declare",
    )


def _card(office: Office, crisis: Crisis) -> Reply:
    names = dict(_topics(office))
    topics = ", ".join(names.get(each, each) for each in crisis.policies) or names[EVERYTHING]
    return Reply(
        ReplyKind.CASE,
        crisis.notice,
        head=Head("Crisis", "🚨", "bad"),
        facts=(
            ("Since", moment(crisis.since)),
            ("Declared by", crisis.by.name or "somebody"),
            ("Closed topics", topics),
        ),
        notes=("Answers on these topics say “ask first” until the crisis is lifted.",),
        actions=(
            Action("lift", _stamp(crisis), "Lift it", "primary"),
            replace(declare_action(office, crisis.escalation, crisis.notice), label="Change it", style=""),
        ),
    )


def _stamp(crisis: Crisis) -> str:
    """Which crisis a button is about, as it was declared or changed last."""
    return crisis.since.isoformat()


def _topics(office: Office) -> tuple[tuple[str, str], ...]:
    return ((EVERYTHING, "Everything"), *office.answers.policies())


def _concerns(crisis: Crisis, reply: Reply) -> bool:
    return not crisis.policies or any(each.policy in crisis.policies for each in reply.quotes)


def _refusal(text: str) -> Reply:
    return Reply(kind=ReplyKind.ERROR, text=text)


__all__ = ["EVERYTHING", "cautious", "declare", "declare_action", "lift", "proposal", "show"]
