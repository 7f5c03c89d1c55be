"""A precedent as replies: the card of whoever decides on it, what its author hears, and where both go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import moment
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.targets import Target, target
from bot.conversation.kept import to_json
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Action, Field, Head, Listing, Reply, ReplyKind, Said
from bot.ports import Delivery, Escalation, Precedent, PrecedentState
from knowledge.models import Verdict

QUESTION: Final = "question"
"""The choice that makes an edit one of the question, not of the answer."""

LONGEST: Final = 3000
"""Characters of an answer, and of a question."""

TERMS: Final = (("90", "90 days"), ("180", "Half a year"), ("365", "A year"))
"""For how many days a precedent may count."""

VERDICTS: Final = (
    (Verdict.YES.value, "Yes"),
    (Verdict.YES_IF.value, "Yes, if"),
    (Verdict.ASK_FIRST.value, "Ask first"),
    (Verdict.NO.value, "No"),
)

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_OF_SECTION: Final = 700
_NAMES: Final = "Remove names and other personal data before you approve."
_NEVER_MILDER: Final = "A section of policy that is stricter always goes before it."
_HEADS: Final = {
    PrecedentState.PROPOSED: Head("May this answer be used again?", "📌", "careful"),
    PrecedentState.QUESTIONED: Head("Is this precedent still right?", "🧐", "careful"),
    PrecedentState.APPROVED: Head("Precedent", "📌", "good"),
    PrecedentState.REFUSED: Head("No precedent", "☑️", "neutral"),
}


def day(at: date) -> str:
    """A day as ``2 Nov 2026``; not by strftime, whose names follow the machine's locale."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def offer_action(escalation: Escalation, words: str) -> Action:
    """The form that offers an answer."""
    return Action(
        "offer",
        escalation.id,
        "Offer as precedent",
        style="primary",
        words=Field("The answer, as it would be quoted to anybody who asks the same", value=words, most=LONGEST),
        choices=Field("What does it come down to?", options=VERDICTS),
        title="Offer as precedent",
        submit="Offer",
    )


def card(office: Office, precedent: Precedent, *, expiring: bool = False, line: str = "") -> Reply:
    """A precedent for whoever decides on it; ``expiring`` asks whether it shall count on, ``line`` says why now."""
    open_ = expiring or precedent.state in (PrecedentState.PROPOSED, PrecedentState.QUESTIONED)
    return Reply(
        kind=ReplyKind.CASE,
        text=line or _line(precedent, expiring=expiring),
        head=_HEADS[PrecedentState.QUESTIONED if expiring else precedent.state],
        facts=tuple(_facts(office, precedent)),
        asked=precedent.question,
        said=(Said(author(office, precedent), precedent.proposed, precedent.answer),),
        lists=tuple(_section(office, precedent)) if open_ else (),
        notes=(_NAMES, _NEVER_MILDER) if open_ else (),
        actions=tuple(_actions(precedent)) if open_ else _taking_back(precedent),
    )


def author(office: Office, precedent: Precedent) -> str:
    """Who wrote an answer: their name, or the contact for whom they spoke."""
    return precedent.author.name or office.contact_name(precedent.owner)


def approver(office: Office, precedent: Precedent) -> str:
    """Who decided on a precedent."""
    return (precedent.approver.name if precedent.approver else "") or office.contact_name(precedent.owner)


def approve_action(precedent: Precedent) -> Action:
    """The form that approves."""
    terms = Field("For how long does it count?", options=TERMS, value=TERMS[1][0])
    return Action(
        "approve", precedent.id, "Approve", "primary", choices=terms, title="Approve precedent", submit="Approve"
    )


def edit_action(precedent: Precedent) -> Action:
    """The form that changes the answer and its verdict."""
    words = Field("The answer, as it is quoted", value=precedent.answer, most=LONGEST)
    verdict = Field("What does it come down to?", options=VERDICTS, value=precedent.verdict.value)
    return Action("edit", precedent.id, "Edit", words=words, choices=verdict, title="Edit the answer", submit="Save")


def question_action(precedent: Precedent) -> Action:
    """The form that changes the question."""
    words = Field("The question, without names", value=precedent.question, most=LONGEST)
    return Action(
        "edit", precedent.id, "Edit question", choice=QUESTION, words=words, title="Edit the question", submit="Save"
    )


def refuse_action(precedent: Precedent) -> Action:
    """The form that refuses, or takes an approved one back."""
    words = Field("Why? Its author reads this.", most=500)
    return Action("refuse", precedent.id, "Refuse", "danger", words=words, title="Refuse precedent", submit="Refuse")


def goal_of(office: Office, escalation: Escalation | None, owner: str, at: datetime) -> Target | None:
    """Who decides on a precedent now: its owner, or whoever stands in for them; ``None`` where that is not known."""
    return None if escalation is None else target(office, escalation, at, owner)


def first_cards(
    office: Office, precedent: Precedent, goal: Target | None, at: datetime, *, expiring: bool = False
) -> list[Delivery]:
    """The card, once for each channel or chat of whoever decides; owed once for each question that it puts."""
    shown = card(office, precedent, expiring=expiring)
    posts = goal.posts if goal else ()
    return [each for post in posts for each in owed.to_channel_or_account(_name(precedent), post, shown, at)]


def renewed_cards(
    office: Office, before: Precedent, after: Precedent, goal: Target | None, at: datetime
) -> list[Delivery]:
    """The card in its new state, in place of those that put the question which ``before`` was about."""
    body = to_json(card(office, after))
    return [
        Delivery(
            id=f"{sent.id}:{after.version}",
            workspace=sent.workspace,
            account=sent.account,
            kind=sent.kind,
            body=body,
            due=at,
            resend=True,
            place=sent.place,
            edits=sent.id,
        )
        for sent in first_cards(office, before, goal, at)
    ]


def told(
    office: Office, precedent: Precedent, at: datetime, reason: str = "", *, counted: bool = False
) -> list[Delivery]:
    """What became of it, for its author; nothing where they decided themselves or cannot be written to.

    ``counted`` is true of one that did until it was refused.
    """
    to, by = precedent.author, precedent.approver
    if (
        to.workspace in ("", LOCAL)
        or not to.account
        or (by and (by.workspace, by.account) == (to.workspace, to.account))
    ):
        return []
    who = approver(office, precedent)
    approved = precedent.state is PrecedentState.APPROVED
    refused = "took the precedent back." if counted else "did not take your answer as a precedent."
    reply = Reply(
        kind=ReplyKind.CASE,
        text=f"{who} approved your answer. {_line(precedent)}" if approved else f"{who} {refused}",
        head=_HEADS[precedent.state],
        asked=precedent.question,
        said=(Said(who, at, reason),) if reason else (),
    )
    name = f"precedent:{precedent.id}:{precedent.escalation}:told:{precedent.version}"
    return [Delivery(name, to.workspace, to.account, "precedent", to_json(reply), at)]


def _name(precedent: Precedent) -> str:
    """Names the question that a card puts: a proposal, a changed section, an end that is near.

    The case is part of it: who is forgotten with their case is forgotten in these messages, too.
    """
    if precedent.state is PrecedentState.PROPOSED:
        put = "proposed"
    elif precedent.state is PrecedentState.QUESTIONED:
        put = f"changed-{precedent.decided:%Y%m%d%H%M%S}" if precedent.decided else "changed"
    else:
        put = f"until-{precedent.expires}"
    return f"precedent:{precedent.id}:{precedent.escalation}:{put}"


def _line(precedent: Precedent, *, expiring: bool = False) -> str:
    if expiring and precedent.expires:
        return f"It counts until {day(precedent.expires)}. Approve it again, or refuse it."
    if precedent.state is PrecedentState.QUESTIONED:
        return "The section that it rests on has changed, so it does not count until you decide on it again."
    if precedent.state is PrecedentState.APPROVED and precedent.expires:
        return f"It counts until {day(precedent.expires)}."
    return ""


def _facts(office: Office, precedent: Precedent) -> Iterator[tuple[str, str]]:
    yield "Verdict", dict(VERDICTS)[precedent.verdict.value]
    if precedent.policy:
        title = dict(office.answers.policies()).get(precedent.policy, precedent.policy)
        heading = office.answers.section_heading(precedent.policy, precedent.section)
        section = f"section “{heading}”" if heading else "a section that is no longer in force"
        yield "Rests on", f"{title}, {section}"
    else:
        yield "Rests on", "no section of policy"
    yield "Owner", office.contact_name(precedent.owner)
    if precedent.approver and precedent.decided and precedent.state is not PrecedentState.QUESTIONED:
        word = "Refused by" if precedent.state is PrecedentState.REFUSED else "Approved by"
        yield word, f"{approver(office, precedent)}, {moment(precedent.decided)}"


def _section(office: Office, precedent: Precedent) -> Iterator[Listing]:
    words = office.answers.section_text(precedent.policy, precedent.section) if precedent.policy else None
    if words:
        cut = words if len(words) <= _MOST_OF_SECTION else f"{words[:_MOST_OF_SECTION].rstrip()} …"
        yield Listing("What the section says today", (cut,))
    elif precedent.policy:
        yield Listing("What the section says today", ("It is no longer in force.",))


def _taking_back(precedent: Precedent) -> tuple[Action, ...]:
    """The form that ends one that counts, as long as its card is at hand."""
    if precedent.state is not PrecedentState.APPROVED:
        return ()
    return (replace(refuse_action(precedent), label="Take back", title="Take precedent back", submit="Take back"),)


def _actions(precedent: Precedent) -> Iterator[Action]:
    yield approve_action(precedent)
    if precedent.state is not PrecedentState.APPROVED:
        yield edit_action(precedent)
        yield question_action(precedent)
    yield refuse_action(precedent)


__all__ = [
    "LONGEST",
    "QUESTION",
    "TERMS",
    "VERDICTS",
    "approve_action",
    "approver",
    "author",
    "card",
    "day",
    "edit_action",
    "first_cards",
    "goal_of",
    "offer_action",
    "question_action",
    "refuse_action",
    "renewed_cards",
    "told",
]
