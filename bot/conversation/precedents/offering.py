"""Offering an answer as a precedent: whoever works on cases does, and the policy's owner is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.conversation.escalate.office import Office
from bot.conversation.kept import from_json
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.anonymous import anonymous
from bot.conversation.precedents.basis import basis
from bot.conversation.precedents.cards import LONGEST, first_cards, goal_of, offer_action
from bot.conversation.reply import Quote, Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Entry, Escalation, Event, Precedent, Stage
from knowledge.models import Verdict

_NOT_YOURS: Final = "Only those who work on this case can offer its answer."
_CONFIDENTIAL: Final = "This case is confidential, so its answer cannot become a precedent."
_UNANSWERED: Final = "This case has no answer yet. Answer it first, then offer the answer."
_TWICE: Final = "This answer was offered before."
_ANSWERED: Final = frozenset({Stage.ANSWERED, Stage.CLOSED})


def offer(office: Office, message: Message, deed: Deed) -> Reply:
    """Take an answer as a proposal and ask the owner of its policy; the form, where the deed brings no words."""
    organisation = office.escalations.organisation(message.workspace)
    escalation = office.escalations.find(organisation, deed.on)
    if escalation is None or not office.may_work(office.person(message), escalation):
        return Reply(ReplyKind.ERROR, _NOT_YOURS)
    answered = _answered(office, escalation)
    if escalation.confidential or answered is None:
        return _note(_CONFIDENTIAL if escalation.confidential else _UNANSWERED)
    names, ours = _names(office, escalation), _ours(office)
    words, verdict = deed.words.strip()[:LONGEST], deed.choices[0] if deed.choices else ""
    if not words or verdict not in set(Verdict):
        form = offer_action(escalation, anonymous(answered.words, names, ours)[:LONGEST])
        return Reply(
            ReplyKind.NOTE, "Say it so that it holds for anybody, without names.", actions=(form,), private=True
        )
    quote = _quote(office, escalation)
    precedent = Precedent(
        id=office.new_id(),
        organisation=organisation,
        escalation=escalation.id,
        question=anonymous(escalation.question, names, ours)[:LONGEST],
        answer=words,
        verdict=Verdict(verdict),
        owner=_owner(office, escalation, quote),
        author=answered.actor,
        proposed=message.at,
        policy=quote.policy if quote else "",
        section=quote.section if quote else "",
    )
    return _propose(office, escalation, replace(precedent, basis=basis(office.answers, precedent)))


def _propose(office: Office, escalation: Escalation, precedent: Precedent) -> Reply:
    goal = goal_of(office, escalation, precedent.owner, precedent.proposed)
    cards = first_cards(office, precedent, goal, precedent.proposed)
    if not office.precedents.propose(precedent, cards):
        return _note(_TWICE)
    who = office.contact_name(goal.contact.id if goal else precedent.owner)
    if not cards:
        return _note(f"Offered, but {who} has no channel that I can write to. Ask them to look at it with you.")
    return _note(f"Offered. {who} decides whether it may be used again.")


def _answered(office: Office, escalation: Escalation) -> Entry | None:
    """The last answer; ``None`` where there is none, or it was forgotten."""
    if escalation.stage not in _ANSWERED or not escalation.question.strip():
        return None
    entries = office.escalations.entries(escalation.organisation, escalation.id)
    return next((each for each in reversed(entries) if each.event is Event.ANSWERED and each.words.strip()), None)


def _names(office: Office, escalation: Escalation) -> list[str]:
    """The names of everybody who asked."""
    parties = office.escalations.reporters(escalation.organisation, escalation.id)
    return [each.name for each in (escalation.asker, *parties) if each.name]


def _ours(office: Office) -> list[str]:
    """The addresses of the company's own contacts, which say where to turn and whom nobody has to be kept from."""
    return [address for contact in office.answers.contacts for address in contact.reach.values()]


def _quote(office: Office, escalation: Escalation) -> Quote | None:
    """The section that was nearest to the question, where it is still in force."""
    try:
        quotes = from_json(escalation.found).quotes if escalation.found else ()
    except StateError:  # kept by another version; it then rests on no section
        return None
    first = quotes[0] if quotes else None
    return first if first and office.answers.section_text(first.policy, first.section) is not None else None


def _owner(office: Office, escalation: Escalation, quote: Quote | None) -> str:
    """Who decides: the owner of the policy that it rests on, else the contact that the case was with."""
    answers = office.answers
    owner = answers.owner(quote.policy) if quote else None
    return owner if owner and answers.contacts.get(owner) else escalation.contact


def _note(text: str) -> Reply:
    return Reply(ReplyKind.NOTE, text, private=True)


__all__ = ["offer"]
