"""Attestation: somebody confirms to have read and understood a version of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.conversation.learn.certification.academy import Academy, PolicyNow
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Head, Item, Reply, ReplyKind
from bot.ports import Learner, Learners
from bot.ports.certificates import Attestation, Certificates

ATTEST: Final = "attest"
"""The act of confirming, on ``<policy>@<version>``."""

_SOME: Final = 500  # people that are asked for together
_HEAD: Final = Head("Please confirm", "🖊️", "neutral")
_NOTHING: Final = "There is nothing to confirm. Thank you."
_CHANGED: Final = "That policy has a newer version by now, so please read that one. Write “confirm” to see it."


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Somebody who has not confirmed a policy as it is now."""

    policy: PolicyNow
    learner: Learner


def statement(policy: PolicyNow) -> str:
    """What is confirmed, in the first person."""
    return f"I have read and understood “{policy.title}”, version {policy.version}."


def to_confirm(academy: Academy, message: Message) -> Reply:
    """What somebody has not confirmed yet."""
    person = academy.school.person(message)
    said = {(each.policy, each.version) for each in academy.certificates.attestations(person.id)}
    left = [each for each in required(academy) if (each.id, each.version) not in said]
    return card(left) if left else Reply(ReplyKind.NOTE, _NOTHING, private=True)


def card(policies: list[PolicyNow], text: str = "") -> Reply:
    """The card with a press for each policy."""
    return Reply(
        ReplyKind.LESSON,
        text or "Read it first; it takes a few minutes. Ask me whatever is unclear.",
        head=_HEAD,
        items=tuple(
            Item(each.title, statement(each), (Action(ATTEST, f"{each.id}@{each.version}", "I confirm", "primary"),))
            for each in policies
        ),
        notes=("Your confirmation is kept with the day and the version.",),
    )


def attest(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Keep a confirmation, with a line in the audit that holds the hash of what was confirmed."""
    person = academy.school.person(message)
    policy = next((each for each in required(academy) if f"{each.id}@{each.version}" == deed.on), None)
    if policy is None:
        return Reply(ReplyKind.NOTE, _CHANGED, private=True)
    line = signature(policy, person.id, message.at)
    kept = academy.certificates.attest(Attestation(person.id, policy.id, policy.version, message.at, line))
    if kept:
        detail = {"policy": policy.id, "version": policy.version, "words": policy.digest, "line": line}
        academy.registrar.audit.add(
            message.workspace, message.at, message.account, "policy_attested", person.id, detail
        )
    return Reply(
        ReplyKind.NOTE,
        f"Confirmed: {statement(policy)}" if kept else f"You had confirmed this already: {statement(policy)}",
        head=Head("Thank you", "✅", "good"),
    )


def signature(policy: PolicyNow, person: str, at: datetime) -> str:
    """The SHA-256 over who confirmed which words when: the row and the audit's line have to agree on it."""
    told = "\n".join((statement(policy), policy.digest, person, at.isoformat()))
    return sha256(told.encode("utf-8")).hexdigest()


def required(academy: Academy) -> list[PolicyNow]:
    """The policies that have to be confirmed, as they are in force today."""
    return [each for each in academy.policies() if each.id in academy.attested]


def missing(
    policies: Iterable[PolicyNow], certificates: Certificates, learners: Learners, at: datetime
) -> Iterator[Unconfirmed]:
    """Everybody on a track who has not confirmed something, policy by policy."""
    for policy in policies:
        after = ""
        while people := certificates.silent(policy.id, policy.version, at, after, _SOME):
            for person in people:
                learner = learners.find(person)
                if learner is not None:
                    yield Unconfirmed(policy, learner)
            after = people[-1]


__all__ = ["ATTEST", "Unconfirmed", "attest", "card", "missing", "required", "signature", "statement", "to_confirm"]
