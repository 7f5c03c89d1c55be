"""Whom to ask about something, in free words; and which channel a contact answers in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.conversation.escalate.cards import moment
from bot.conversation.escalate.office import Office
from bot.conversation.messages import Message
from bot.conversation.reply import Action, Reply, ReplyKind
from bot.ports import Desk
from knowledge.contacts import Need, Routed, route
from knowledge.contacts.hours import is_open, next_opening
from knowledge.errors import KnowledgeError

_NOBODY: Final = "There is nobody in my list of contacts. Ask the person who runs Clearpost at your company."
_WHERE: Final = "Write this in the channel where they answer: mention me there with “desk customer_care”."
_NEVER: Final = "not within the next 400 days"
_NOT_STAFF: Final = "Only the Center of Excellence says where its contacts answer."


def who(office: Office, message: Message, words: str) -> Reply:
    """The contact for some words: the person on duty, the hours, and who was passed over."""
    person = office.person(message)
    search = office.directory.find(words)
    need = Need(
        search.contact,
        search.region or message.reader.region or (person.region if person else None) or None,
        (person.unit if person else "") or None,
        (person.profile.locale.partition("-")[0].lower() if person else "") or None,
    )
    try:
        routed = route(office.answers.contacts, need, message.at)
    except KnowledgeError:
        return Reply(ReplyKind.ERROR, _NOBODY)
    name = routed.contact.name
    told = (
        f"{name} can help with this." if search.matches else f"I found nobody for just that; {name} can help further."
    )
    reply_id = office.new_id()
    return Reply(
        kind=ReplyKind.PERSON,
        text=told,
        id=reply_id,
        question=message.text or words,
        person=office.shown(routed.contact.id),
        facts=tuple(_facts(office, routed, message)),
        confidence=search.confidence,
        actions=(Action("escalate", reply_id, f"Send it to {name}"),),
    )


def set_desk(office: Office, message: Message, identifier: str) -> Reply:
    """From now on a contact answers in the channel where this was written."""
    contacts = office.answers.contacts
    if not office.is_staff(office.person(message)):
        return Reply(ReplyKind.ERROR, _NOT_STAFF)
    if not message.place:
        return Reply(ReplyKind.ERROR, _WHERE)
    contact = contacts.get(identifier)
    if contact is None:
        return Reply(ReplyKind.ERROR, f"Name one of: {', '.join(each.id for each in contacts)}.")
    organisation = office.escalations.organisation(message.workspace)
    office.desks.put(organisation, Desk(contact.id, message.workspace, message.place), message.at)
    office.audit.add(message.workspace, message.at, message.account, "desk_set", contact.id, {"place": message.place})
    return Reply(ReplyKind.NOTE, f"{contact.name} answers in this channel from now on. Cases come here as cards.")


def _facts(office: Office, routed: Routed, message: Message) -> Iterator[tuple[str, str]]:
    if routed.member:
        yield "On duty", routed.member
    if not is_open(routed.contact, message.at):
        opens = next_opening(routed.contact, message.at)
        yield "Opens", moment(opens) if opens > message.at else _NEVER
    for contact, reason in routed.passed_over:
        yield "Passed over", f"{office.contact_name(contact)}, {reason}"


__all__ = ["set_desk", "who"]
