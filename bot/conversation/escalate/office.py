"""What every handler of cases needs of the world, and who it is that acts."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from bot.conversation.ask import person as shown
from bot.conversation.escalate.clocks import Times
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Person as Shown
from bot.ports import (
    LEAD,
    STAFF,
    Answers,
    Audit,
    Crises,
    Desks,
    Directory,
    Escalation,
    Escalations,
    Jobs,
    Likeness,
    Party,
    People,
    Person,
    Precedents,
    Records,
    Staff,
    Workspaces,
)
from knowledge.contacts import LAST_RESORT, Contact


@dataclass(frozen=True, slots=True)
class Office:
    """The ports of the Center of Excellence. ``surge`` is how many reports of one incident call for a crisis."""

    answers: Answers
    directory: Directory
    likeness: Likeness
    records: Records
    people: People
    workspaces: Workspaces
    escalations: Escalations
    staff: Staff
    desks: Desks
    precedents: Precedents
    crises: Crises
    jobs: Jobs
    audit: Audit
    times: Times
    new_id: Callable[[], str]
    surge: int = 5

    def person(self, message: Message) -> Person | None:
        """Who sent a message, where they were met."""
        return None if message.workspace == LOCAL else self.people.find(message.workspace, message.account)

    def party(self, message: Message) -> Party:
        """Who sent a message, as cases keep it."""
        person = self.person(message)
        name = person.profile.name if person else ""
        return Party(message.workspace, message.account, message.thread, person.id if person else "", name)

    def contact(self, identifier: str) -> Contact | None:
        """A contact; the last resort, or else the first one, where it is not in the list any more."""
        contacts = self.answers.contacts
        return contacts.get(identifier) or contacts.get(LAST_RESORT) or next(iter(contacts), None)

    def contact_name(self, identifier: str) -> str:
        """What a contact is called."""
        contact = self.answers.contacts.get(identifier)
        return contact.name if contact else identifier

    def shown(self, identifier: str) -> Shown | None:
        """A contact as a reply shows it."""
        return shown(identifier, self.answers.contacts)

    def is_lead(self, person: Person | None) -> bool:
        """Whether somebody may declare a crisis, or decide in anybody's place."""
        return person is not None and (LEAD in person.roles or self._answers_for(person, LAST_RESORT))

    def may_work(self, person: Person | None, escalation: Escalation) -> bool:
        """Whether somebody may work on a case: by role, or because the contacts name them."""
        if person is None or self.escalations.organisation(escalation.asker.workspace) != escalation.organisation:
            return False
        if STAFF in person.roles or self.is_lead(person) or self.owns(person, escalation.contact):
            return True
        return self.is_staff(person) and escalation.owner is not None and escalation.owner.person == person.id

    def owner(self, escalation: Escalation) -> tuple[str, str] | None:
        """The account of whoever claimed a case, where they may still work on it."""
        owner = escalation.owner
        if owner is None or not self.may_work(self.people.find(owner.workspace, owner.account), escalation):
            return None
        return owner.workspace, owner.account

    def is_staff(self, person: Person | None) -> bool:
        """Whether somebody belongs to the Center of Excellence at all."""
        if person is None:
            return False
        return bool(person.roles) or any(self._answers_for(person, each.id) for each in self.answers.contacts)

    def owns(self, person: Person | None, contact: str) -> bool:
        """Whether somebody answers for a contact, or for the one that it stands in for."""
        if person is None:
            return False
        entry = self.answers.contacts.get(contact)
        either = (contact, entry.stands_in_for) if entry and entry.stands_in_for else (contact,)
        return any(each in person.roles or self._answers_for(person, each) for each in either)

    def _answers_for(self, person: Person, identifier: str) -> bool:
        contact = self.answers.contacts.get(identifier)
        if contact is None or not person.profile.email:
            return False
        return person.profile.email.lower() in people_named(contact)


def people_named(contact: Contact) -> Set[str]:
    """The e-mail addresses, in lower case, of those who answer for a contact, alone, in turns, or in their place."""
    rotation = contact.rotation
    members = (*rotation.members, *(each.member for each in rotation.overrides)) if rotation else ()
    return {each.lower() for each in (contact.person, *members) if each}


__all__ = ["Office", "people_named"]
