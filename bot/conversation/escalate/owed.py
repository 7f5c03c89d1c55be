"""The messages that a change of a case brings with it; they are kept in the same transaction as the change.

All of them are sent again where a crash leaves it open whether they went out: a card or an answer that is there twice
does less harm than one that never came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.conversation.escalate.cards import case_card, passed_card
from bot.conversation.escalate.office import Office
from bot.conversation.kept import to_json
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply
from bot.ports import Delivery, Entry, Escalation, Party, Post


def first_cards(
    office: Office,
    escalation: Escalation,
    entries: Sequence[Entry],
    posts: Iterable[Post],
    at: datetime,
    line: str = "",
) -> list[Delivery]:
    """The card of a case, once for each channel or chat that it goes to."""
    return [_card(office, escalation, entries, post, at, line) for post in posts]


def renewed_cards(
    office: Office, escalation: Escalation, entries: Sequence[Entry], posts: Iterable[Post], at: datetime
) -> list[Delivery]:
    """The card in its new state, in place of each that was sent; it reads the state, so not within a transaction."""
    return [_renewed(office, escalation, entries, post, at) for post in posts]


def to_reporters(
    escalation: Escalation, parties: Iterable[Party], name: str, reply: Reply, at: datetime
) -> list[Delivery]:
    """A reply to everybody who asked, where they asked. ``name`` tells this message from others of the case.

    Nothing is owed to the web chat and the terminal, which nobody can write to first: they ask for news themselves.
    """
    return [
        Delivery(
            id=f"{name}:{escalation.id}:{escalation.version}:{party.workspace}:{party.account}",
            workspace=party.workspace,
            account=party.account,
            kind=name,
            body=to_json(reply),
            due=at,
            resend=True,
            thread=party.thread,
        )
        for party in parties
        if party.workspace != LOCAL
    ]


def to_account(escalation: Escalation, who: tuple[str, str], name: str, reply: Reply, at: datetime) -> list[Delivery]:
    """A reply to one account's own chat; nothing where it has none."""
    return to_reporters(escalation, [Party(*who)], name, reply, at)


def to_channel_or_account(name: str, post: Post, reply: Reply, at: datetime) -> list[Delivery]:
    """A reply to where a post goes: a channel, or one account's own chat; ``name`` is unique for what it says."""
    where = post.place or post.account
    if post.workspace == LOCAL or not where:
        return []
    kind = name.partition(":")[0]
    body = to_json(reply)
    name = f"{name}:{post.workspace}:{where}"
    return [Delivery(name, post.workspace, post.account, kind, body, at, resend=True, place=post.place)]


def _card(
    office: Office, escalation: Escalation, entries: Sequence[Entry], post: Post, at: datetime, line: str
) -> Delivery:
    body = case_card(office, escalation, entries, whole=_shows_words(escalation, post), line=line)
    return Delivery(
        post.delivery, post.workspace, post.account, "case", to_json(body), at, resend=True, place=post.place
    )


def _renewed(office: Office, escalation: Escalation, entries: Sequence[Entry], post: Post, at: datetime) -> Delivery:
    if post.account and not office.may_work(office.people.find(post.workspace, post.account), escalation):
        body = passed_card(office, escalation)
    else:
        body = case_card(office, escalation, entries, whole=_shows_words(escalation, post))
    return Delivery(
        id=f"{post.delivery}:{escalation.version}",
        workspace=post.workspace,
        account=post.account,
        kind="case",
        body=to_json(body),
        due=at,
        resend=True,
        place=post.place,
        edits=post.delivery,
    )


def _shows_words(escalation: Escalation, post: Post) -> bool:
    """Whether a card shows what was said: of a confidential case, only the one in its owner's own chat."""
    owner = escalation.owner
    is_owners = owner is not None and (owner.workspace, owner.account) == (post.workspace, post.account)
    return not escalation.confidential or (post.whole and is_owners)


__all__ = ["first_cards", "renewed_cards", "to_account", "to_channel_or_account", "to_reporters"]
