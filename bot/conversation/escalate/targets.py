"""Where the card of a case goes: the channel of its contact, else the people behind it, else whoever is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.conversation.escalate.office import Office
from bot.ports import LEAD, STAFF, Escalation, Post
from knowledge.contacts import LAST_RESORT, Contact, Need, route
from knowledge.contacts.duty import on_duty

_MOST_PEOPLE: Final = 5
"""How many people get a case in their own chats where their contact has no channel."""


@dataclass(frozen=True, slots=True)
class Target:
    """Who takes a case now, where their cards go, and who was passed over and why."""

    contact: Contact
    posts: tuple[Post, ...]
    passed_over: tuple[tuple[str, str], ...] = ()


def target(
    office: Office, escalation: Escalation, at: datetime, contact: str = "", lost: tuple[str, str] = ("", "")
) -> Target | None:
    """Who takes a case that is meant for a contact, by default the one of the escalation.

    ``lost`` is a channel (workspace, place) that cannot be written to: the people behind the contact get it then.

    Where nobody of a contact can be reached its backup is tried, and at last the last resort, even if a message to it
    has nowhere to go: the case is kept all the same. ``None`` only where the list of contacts is empty.
    """
    need = Need(
        contact or escalation.contact,
        escalation.region or None,
        escalation.unit or None,
        escalation.language or None,
    )
    contacts = office.answers.contacts
    if not contacts.entries:
        return None
    passed: list[tuple[str, str]] = []
    tried: set[str] = set()
    while True:
        routed = route(contacts, need, at)
        passed += routed.passed_over
        posts = tuple(_posts(office, escalation, routed.contact, at, lost))
        tried |= {need.contact, routed.contact.id}
        following = next((each for each in (routed.contact.backup, LAST_RESORT) if each and each not in tried), None)
        if posts or following is None:
            return Target(routed.contact, posts, tuple(passed))
        passed.append((routed.contact.id, "has no channel yet, and nobody whom I know"))
        need = replace(need, contact=following)


def next_in_line(office: Office, contact: Contact) -> str:
    """Who takes over after a contact: its backup, at last the last resort."""
    contacts = office.answers.contacts
    return contact.backup if contact.backup and contacts.get(contact.backup) else LAST_RESORT


def people_of_the_last_resort(office: Office, escalation: Escalation, at: datetime) -> tuple[Post, ...]:
    """The people who are left where nobody else acts, each in their own chat."""
    contact = office.contact(LAST_RESORT)
    found = accounts_of(office, escalation.organisation, contact, at) if contact else ()
    return tuple(_post(office, escalation, workspace, account=account) for workspace, account in found)


def _posts(
    office: Office, escalation: Escalation, contact: Contact, at: datetime, lost: tuple[str, str]
) -> Iterator[Post]:
    channel = channel_of(office, escalation.organisation, contact)
    channel = None if channel == lost else channel
    people = accounts_of(office, escalation.organisation, contact, at)
    if channel:
        yield _post(office, escalation, channel[0], place=channel[1])
    for workspace, account in () if channel else people:
        yield _post(office, escalation, workspace, account=account)


def channel_of(office: Office, organisation: str, contact: Contact) -> tuple[str, str] | None:
    """The channel in which a contact answers: the one that was set in the chat, else the one of its entry."""
    for identifier in (contact.id, contact.stands_in_for):
        desk = office.desks.find(organisation, identifier) if identifier else None
        if desk and office.escalations.organisation(desk.workspace) == organisation:  # it may have been parted since
            return desk.workspace, desk.place
    named = contact.reach.get("channel", "")
    if not named.startswith("#"):
        return None
    for workspace in office.workspaces.all():
        if workspace.surface == "slack" and office.escalations.organisation(workspace.id) == organisation:
            return workspace.id, named
    return None


def accounts_of(office: Office, organisation: str, contact: Contact, at: datetime) -> Sequence[tuple[str, str]]:
    """An account of each person behind a contact: whoever is on duty, else those who hold its role."""
    email = on_duty(contact, at)
    person = office.staff.by_email(organisation, email) if email else None
    account = office.staff.accounts(person.id)[:1] if person else ()
    return (
        account
        or [
            first
            for each in office.staff.with_role(organisation, *_roles(contact))
            for first in office.staff.accounts(each.id)[:1]
        ][:_MOST_PEOPLE]
    )


def _roles(contact: Contact) -> Sequence[str]:
    """Whose holders are asked where nobody of a contact is on duty."""
    if contact.id == LAST_RESORT:
        return (contact.id, LEAD, STAFF)
    return (contact.id, contact.stands_in_for) if contact.stands_in_for else (contact.id,)


def _post(office: Office, escalation: Escalation, workspace: str, *, place: str = "", account: str = "") -> Post:
    return Post(f"case:{escalation.id}:{office.new_id()}", workspace, place, account, whole=not escalation.confidential)


__all__ = ["Target", "accounts_of", "channel_of", "next_in_line", "people_of_the_last_resort", "target"]
