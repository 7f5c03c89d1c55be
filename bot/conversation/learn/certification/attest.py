"""Attestation: somebody confirms to have read and understood a version of a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.conversation.learn.certification.academy import Academy, PolicyNow
from bot.conversation.messages import Deed, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Head, Item, Reply, ReplyKind
from bot.ports import Learner, Learners, Person
from bot.ports.certificates import Attestation, Certificates
from lessons.dials import Dials, effects

ATTEST: Final = "attest"
"""The act of confirming, on ``<policy>@<version>``."""
READ: Final = "policy"
"""The act of reading a policy, on ``<policy>@<version>``; a choice is the place of the section to begin with."""
CHANGED: Final = "That policy has a newer version by now, so please read that one. Write “confirm” to see it."
"""What is said of a version that is not in force any more."""

_SOME: Final = 500  # people that are asked for together
_HEAD: Final = Head("Please confirm", "🖊️", "neutral")
_KEPT: Final = "Your confirmation is kept with the day and the version."
_NOTHING: Final = "There is nothing to confirm. Thank you."


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
    left = _left(academy, academy.school.person(message))
    return card(left) if left else Reply(ReplyKind.NOTE, _NOTHING, private=True)


def card(policies: list[PolicyNow], text: str = "") -> Reply:
    """The card with a press for each policy."""
    return Reply(
        ReplyKind.LESSON,
        text or "Read it first; it takes a few minutes. Ask me whatever is unclear.",
        head=_HEAD,
        items=tuple(map(_item, policies)),
        notes=(_KEPT,),
    )


def attest(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Keep a confirmation, with a line in the audit that holds the hash of what was confirmed.

    The card gives way to what is left to confirm.
    """
    person = academy.school.person(message)
    wanted = required(academy, person.organisation)
    policy = next((each for each in wanted if name_of(each) == deed.on), None)
    if policy is None:
        return Reply(ReplyKind.NOTE, CHANGED, private=True)
    line = signature(policy, person.id, message.at)
    kept = academy.certificates.attest(Attestation(person.id, policy.id, policy.version, message.at, line))
    if kept:
        detail = {"policy": policy.id, "version": policy.version, "words": policy.digest, "line": line}
        academy.registrar.audit.add(
            message.workspace, message.at, message.account, "policy_attested", person.id, detail
        )
    left = _left(academy, person)
    told = "You confirmed on" if kept else "You had confirmed this already, on"
    return Reply(
        ReplyKind.LESSON,
        f"{told} {day(_said_at(academy, person, policy))}: {statement(policy)}",
        head=Head("Thank you", "✅", "good"),
        items=tuple(map(_item, left)),
        notes=(_KEPT,) if left else (),
    )


def _left(academy: Academy, person: Person) -> list[PolicyNow]:
    """What somebody has not confirmed yet."""
    said = {(each.policy, each.version) for each in academy.certificates.attestations(person.id)}
    return [each for each in required(academy, person.organisation) if (each.id, each.version) not in said]


def _said_at(academy: Academy, person: Person, policy: PolicyNow) -> datetime:
    said = academy.certificates.attestations(person.id)
    return next(each.at for each in said if (each.policy, each.version) == (policy.id, policy.version))


def name_of(policy: PolicyNow) -> str:
    """The version of a policy as buttons name it."""
    return f"{policy.id}@{policy.version}"


def press(policy: PolicyNow) -> Action:
    """The button that confirms."""
    return Action(ATTEST, name_of(policy), "I confirm", "primary")


def _item(policy: PolicyNow) -> Item:
    reading = (Action(READ, name_of(policy), "Read it"),) if policy.sections else ()
    return Item(policy.title, statement(policy), (*reading, press(policy)))


def signature(policy: PolicyNow, person: str, at: datetime) -> str:
    """The SHA-256 over who confirmed which words when: the row and the audit's line have to agree on it."""
    told = "\n".join((statement(policy), policy.digest, person, at.isoformat()))
    return sha256(told.encode("utf-8")).hexdigest()


def required(academy: Academy, organisation: str) -> list[PolicyNow]:
    """The policies that an organisation's people have to confirm, as they are in force today."""
    return asked(academy) if effects(academy.school.dials(organisation)).attestations else []


def asked(academy: Academy) -> list[PolicyNow]:
    """The policies that were chosen to be confirmed, whatever an organisation's dials make of that."""
    return [each for each in academy.policies() if each.id in academy.attested]


def missing(
    policies: Iterable[PolicyNow],
    certificates: Certificates,
    learners: Learners,
    at: datetime,
    dials: Callable[[str], Dials],
) -> Iterator[Unconfirmed]:
    """Everybody on a track who has not confirmed something, policy by policy, where their organisation asks for it."""
    for policy in policies:
        after = ""
        while people := certificates.silent(policy.id, policy.version, at, after, _SOME):
            for person in people:
                learner = learners.find(person)
                if learner is not None and effects(dials(learner.person.organisation)).attestations:
                    yield Unconfirmed(policy, learner)
            after = people[-1]


__all__ = [
    "ATTEST",
    "CHANGED",
    "READ",
    "Unconfirmed",
    "asked",
    "attest",
    "card",
    "missing",
    "name_of",
    "press",
    "required",
    "signature",
    "statement",
    "to_confirm",
]
