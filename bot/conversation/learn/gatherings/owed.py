"""The messages that a step of a brown bag brings with it; they are kept in the same transaction as the step.

All of them are sent again where a crash leaves it open whether they went out: a card or a reminder that is there twice
does less harm than one that never came. Nothing is owed to the web chat and the terminal, which nobody writes to first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.conversation.kept import to_json
from bot.conversation.learn.gatherings.cards import card
from bot.conversation.learn.gatherings.hall import Shown
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply
from bot.ports import Delivery
from bot.ports.gatherings import Gathering, Guest

KIND = "gathering"
"""The kind of their deliveries."""

Account = tuple[str, str]
"""A workspace and an account there."""


def first_cards(shown: Shown, gathering: Gathering) -> list[Delivery]:
    """The card, once for each channel in which it is announced."""
    body = to_json(card(gathering, shown.link))
    return [
        Delivery(_card_name(gathering, board), board[0], "", KIND, body, gathering.changed, resend=True, place=board[1])
        for board in shown.boards
    ]


def renewed_cards(shown: Shown, gathering: Gathering) -> list[Delivery]:
    """The card as it is now, in place of each that was sent."""
    body = to_json(card(gathering, shown.link))
    return [
        Delivery(
            id=f"{_card_name(gathering, board)}:{gathering.version}",
            workspace=board[0],
            account="",
            kind=KIND,
            body=body,
            due=gathering.changed,
            resend=True,
            place=board[1],
            edits=_card_name(gathering, board),
        )
        for board in shown.boards
    ]


def to_guests(
    gathering: Gathering, guests: Iterable[Guest], what: str, make: Callable[[str], Reply], zones: Mapping[Account, str]
) -> list[Delivery]:
    """A reply to everybody who comes. ``make`` makes it for a time zone, ``what`` tells it from others.

    ``zones`` are the time zones of accounts, where they are known.
    """
    return [
        _to(gathering, (each.workspace, each.account), each.person, what, make(zones.get(_account(each), "")))
        for each in guests
        if each.coming and each.person != gathering.host.person and each.workspace != LOCAL
    ]


def to_host(gathering: Gathering, what: str, reply: Reply) -> list[Delivery]:
    """A reply to its host."""
    host = gathering.host
    if host.workspace == LOCAL or not host.account:
        return []
    return [_to(gathering, (host.workspace, host.account), host.person, what, reply)]


def _to(gathering: Gathering, account: Account, person: str, what: str, reply: Reply) -> Delivery:
    name = f"{KIND}:{gathering.id}:{what}:{gathering.sequence}:{person}"
    return Delivery(name, *account, KIND, to_json(reply), gathering.changed, resend=True)


def _account(guest: Guest) -> Account:
    return guest.workspace, guest.account


def _card_name(gathering: Gathering, board: Account) -> str:
    return f"{KIND}:{gathering.id}:card:{board[0]}:{board[1]}"


__all__ = ["KIND", "Account", "first_cards", "renewed_cards", "to_guests", "to_host"]
