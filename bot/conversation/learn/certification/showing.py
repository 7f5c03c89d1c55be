"""Whether somebody is certified: for staff of the Center of Excellence, who may ask before a partner posts for us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.awarding import link
from bot.conversation.learn.gatherings.hall import is_staff
from bot.conversation.messages import Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Head, Item, Reply, ReplyKind
from bot.ports import Person
from bot.ports.certificates import Certificate

_NOT_STAFF: Final = (
    "Other people's certificates are for the Center of Excellence. Write “my level” to see your own, with the address "
    "of a page that you can show to anybody."
)
_NOBODY: Final = "I know nobody with the address {email}."
_NONE: Final = "{name} has no certificate."
_OFFLINE: Final = (
    "To look at one that somebody sent you: “clearpost certificates verify FILE”, or the page that it names."
)


def certificates_of(academy: Academy, message: Message, email: str) -> Reply:
    """The certificates of the person with an e-mail address, newest first; those that ended or were revoked, too."""
    asker = academy.school.people.find(message.workspace, message.account)
    if asker is None or not is_staff(asker):
        return Reply(ReplyKind.NOTE, _NOT_STAFF, private=True)
    person = academy.school.staff.by_email(asker.organisation, email)
    if person is None:
        return Reply(ReplyKind.NOTE, _NOBODY.format(email=email), private=True)
    held = sorted(academy.certificates.held(person.id), key=lambda each: each.issued, reverse=True)
    if not held:
        return Reply(ReplyKind.NOTE, _NONE.format(name=_name(person)), notes=(_OFFLINE,), private=True)
    return Reply(
        ReplyKind.LESSON,
        "",
        head=Head(f"Certificates of {_name(person)}", "🎖️", "neutral"),
        items=tuple(_items(academy, held, message.at)),
        notes=(_OFFLINE,),
        private=True,
    )


def _items(academy: Academy, held: list[Certificate], at: datetime) -> Iterator[Item]:
    for each in held:
        level = academy.levels.find(each.level)
        name = f"{academy.levels.look(level).name}: {level.name}" if level else each.level
        issuer = academy.registrar.issuer
        page = f" {link(issuer, each)}" if issuer else ""
        if each.revoked is not None:
            yield Item(f"✗ {name}", f"Taken back on {day(each.revoked)}.")
        elif each.expires < at:
            yield Item(f"○ {name}", f"Ended on {day(each.expires)}.{page}")
        else:
            yield Item(f"✓ {name}", f"In force until {day(each.expires)}.{page}")


def _name(person: Person) -> str:
    return person.profile.name or person.profile.email


__all__ = ["certificates_of"]
