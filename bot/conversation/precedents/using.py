"""Uses a precedent where one fits: beside the policy, never in its place where the policy is stricter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.ask import person
from bot.conversation.escalate.office import Office
from bot.conversation.precedents.basis import has_changed
from bot.conversation.precedents.cards import approver, author, day
from bot.conversation.precedents.watching import question
from bot.conversation.reply import Reply, ReplyKind, Said
from bot.ports import Precedent
from knowledge.models import Verdict

ALIKE: Final = 0.78
"""Cosine from which two questions count as the same.

Measured on the tune half, its 538 questions with a verdict as precedents: at 0.78 none of the 685 questions was taken
for another one, with either model (at 0.72: 2 with either); of 50 paraphrases 36 were found with the default model, 33
with the small one. But of 25 questions in which only the fact that decides was changed, 17 and 19 are as near as that:
no cosine tells those apart. So a precedent that permits does so under a condition where the policies are not sure, and
never answers while they ask for the fact that decides.
"""

_UNSETTLED: Final = frozenset({ReplyKind.CLARIFY, ReplyKind.HAND_OVER, ReplyKind.OUT_OF_SCOPE})
_STRICTER: Final = "A precedent is stricter here than the policy, so heed it first. The policy itself says: {}"
_ALONE: Final = "No policy settles this, but the question was answered before; the answer is quoted below."
_SAME: Final = "your case is that of the question then, and nothing that matters is different"
_NOTE: Final = "A precedent is an answer from before that was approved for use again; it is no policy."


def apply(office: Office, reply: Reply, workspace: str, at: datetime) -> Reply:
    """A reply with the precedent that fits its question; unchanged where none does, or the policy is stricter.

    Blocking: it encodes the question. A precedent whose section has changed is questioned, and not used.
    """
    if (reply.kind is not ReplyKind.ANSWER and reply.kind not in _UNSETTLED) or not reply.question.strip():
        return reply
    precedent = _nearest(office, office.escalations.organisation(workspace), reply.question, at)
    if precedent is None or _policy(reply) > precedent.verdict.strictness:
        return reply
    if reply.kind is ReplyKind.CLARIFY and precedent.verdict.permits:
        return reply  # under one of the options it may be forbidden
    return _with(office, reply, precedent)


def _nearest(office: Office, organisation: str, asked: str, at: datetime) -> Precedent | None:
    """The precedent whose question is most like this one, where that is enough."""
    known = office.precedents.approved(organisation, at.date())
    if not known:
        return None
    alike = office.likeness.alike(asked, [each.question for each in known])
    for likeness, precedent in sorted(zip(alike, known, strict=True), key=lambda pair: -pair[0]):
        if likeness < ALIKE:
            return None
        if not has_changed(office.answers, precedent):
            return precedent
        question(office, precedent, at)
    return None


def _policy(reply: Reply) -> int:
    """How strict the policy is on this: its verdict, or the strictest section in sight where it gave none."""
    if reply.verdict is not None:
        return reply.verdict.strictness
    return max((each.verdict.strictness for each in reply.quotes), default=Verdict.YES.strictness)


def _with(office: Office, reply: Reply, precedent: Precedent) -> Reply:
    cited = replace(
        reply,
        said=(*reply.said, _said(office, precedent)),
        facts=(*reply.facts, ("The question then", precedent.question)),
        notes=(*reply.notes, _NOTE),
    )
    if reply.verdict is precedent.verdict:
        return cited
    settled, permits = reply.kind is ReplyKind.ANSWER, precedent.verdict.permits
    return replace(
        cited,
        kind=ReplyKind.ANSWER,
        text=_STRICTER.format(reply.text) if settled else _ALONE,
        verdict=Verdict.YES_IF if permits else precedent.verdict,
        conditions=(*reply.conditions, *([_SAME] if permits and not settled else [])),
        inferred=False,
        options=(),
        examples=(),
        person=reply.person or person(precedent.owner, office.answers.contacts),
    )


def _said(office: Office, precedent: Precedent) -> Said:
    since = precedent.decided or precedent.proposed
    until = f", counts until {day(precedent.expires)}" if precedent.expires else ""
    source = f"{author(office, precedent)}, approved by {approver(office, precedent)} on {day(since.date())}{until}"
    return Said(f"Precedent: {source}", since, precedent.answer)


__all__ = ["ALIKE", "apply"]
