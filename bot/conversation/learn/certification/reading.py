"""A policy to read in the chat before it is confirmed: some sections at a time, in their own sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.conversation.learn.certification import attest
from bot.conversation.learn.certification.academy import Academy, PolicyNow, Rule
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Action, Head, Listing, Reply, ReplyKind

_PAGE: Final = 5  # sections that are shown together, so that the card of a long policy fits every platform


def read(academy: Academy, message: Message, deed: Deed) -> Reply:
    """Some sections of a policy that has to be confirmed; its card gives way to them, and comes back after the last."""
    wanted = attest.required(academy, academy.school.person(message).organisation)
    policy = next((each for each in wanted if attest.name_of(each) == deed.on), None)
    if policy is None:
        return Reply(ReplyKind.NOTE, attest.CHANGED, private=True)
    first = _first(deed, policy)
    shown = policy.sections[first : first + _PAGE]
    where = f"{first + 1}–{first + len(shown)} of {len(policy.sections)} sections" if shown else "No sections"
    return Reply(
        ReplyKind.LESSON,
        f"{where}, version {policy.version}.",
        head=Head(policy.title, "📄", "neutral"),
        lists=tuple(map(_listing, shown)),
        actions=tuple(_actions(policy, first)),
    )


def _listing(rule: Rule) -> Listing:
    return Listing(rule.heading, (*rule.sentences, *(f"Only if: {each}" for each in rule.conditions)))


def _actions(policy: PolicyNow, first: int) -> Iterator[Action]:
    name = attest.name_of(policy)
    following = first + _PAGE
    if following < len(policy.sections):
        last = min(following + _PAGE, len(policy.sections))
        yield Action(attest.READ, name, f"Read on: {following + 1}–{last}", "primary", choice=str(following))
    else:
        yield attest.press(policy)
    if first > 0:
        yield Action(attest.READ, name, "Back", choice=str(max(0, first - _PAGE)))


def _first(deed: Deed, policy: PolicyNow) -> int:
    """The place of the first section of a page; the very first one where a button says nonsense."""
    said = deed.choices[0] if deed.choices else ""
    place = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    return place if place % _PAGE == 0 and place < len(policy.sections) else 0


__all__ = ["read"]
