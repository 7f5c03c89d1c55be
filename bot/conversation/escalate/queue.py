"""What waits for the Center of Excellence: mine, unclaimed, overdue; on request, on the Home tab, each morning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversation.escalate.cards import case_title, due_line, moment, stage_name
from bot.conversation.escalate.office import Office, people_named
from bot.conversation.kept import to_json
from bot.conversation.messages import Message
from bot.conversation.reply import Action, Head, Item, Reply, ReplyKind
from bot.ports import LEAD, STAFF, Delivery, Escalation, Person, Stage
from knowledge.contacts.duty import local_day
from knowledge.contacts.hours import next_opening
from knowledge.models import Priority

MORNING: Final = 8
"""The hour, by their own clock, from which on people get their digest."""

_WEEKEND: Final = (5, 6)  # as of ``date.weekday()``
_LATEST: Final = 12  # who was not reached by noon gets the next one
_MOST: Final = 15
_SHORT: Final = 140  # characters of a question in a list
_HIDDEN: Final = "Confidential: only whoever claims it can read it."
_NOTHING: Final = "No case is waiting for you."
_NOT_STAFF: Final = "The queue is for the Center of Excellence. Write “my cases” to see the ones that you sent."


def queue(office: Office, message: Message) -> Reply:
    """What waits for who asks."""
    person = office.person(message)
    if not office.is_staff(person) or person is None:
        return Reply(ReplyKind.ERROR, _NOT_STAFF)
    reply = _queue(office, person, _waiting(office, person, _organisation(office, message)), message.at)
    return reply or Reply(ReplyKind.NOTE, _NOTHING, head=Head("All clear", "🌤️", "good"))


def home(office: Office, message: Message) -> Reply:
    """The same for a page that everybody has: an empty note for whoever is no staff."""
    person = office.person(message)
    if person is None or not office.is_staff(person):
        return Reply(ReplyKind.NOTE, "")
    reply = _queue(office, person, _waiting(office, person, _organisation(office, message)), message.at)
    return reply or Reply(ReplyKind.NOTE, _NOTHING)


def digests(office: Office, at: datetime) -> list[Delivery]:
    """The digest of everybody whose morning it is and for whom something waits; its id tells which day's it is.

    At a weekend it comes only where something is urgent, or with a contact that works on that day.
    """
    owed: list[Delivery] = []
    for organisation in _organisations(office):
        for person in _staff(office, organisation):
            local = at.astimezone(_zone(person))
            accounts = office.staff.accounts(person.id)
            if not accounts or not MORNING <= local.hour < _LATEST:
                continue
            cases = _waiting(office, person, organisation)
            if local.weekday() in _WEEKEND and not any(_is_for_today(office, each, at) for each in cases):
                continue
            reply = _queue(office, person, cases, at)
            if reply is not None:
                workspace, account = accounts[0]
                name = f"digest:{person.id}:{local.date().isoformat()}"
                owed.append(Delivery(name, workspace, account, "digest", to_json(reply), at))
    return owed


def own_items(cases: Sequence[Escalation]) -> tuple[Item, ...]:
    """The rows of one's own cases."""
    return tuple(
        Item(
            f"Case {each.number}: {stage_name(each)}",
            f"{_short(each.question)} ({moment(each.opened)})",
            (Action("see", each.id, "Open"),),
        )
        for each in cases[:_MOST]
    )


def _organisation(office: Office, message: Message) -> str:
    return office.escalations.organisation(message.workspace)


def _organisations(office: Office) -> Sequence[str]:
    """Every organisation that may have staff: contacts name people who hold no role besides."""
    installed = (each.organisation for each in office.workspaces.all())
    return sorted({*office.staff.organisations(), *installed})


def _staff(office: Office, organisation: str) -> Sequence[Person]:
    """The people of an organisation who work on cases: by a role, or because a contact names them."""
    contacts = tuple(office.answers.contacts)
    holders = office.staff.with_role(organisation, STAFF, LEAD, *(each.id for each in contacts))
    emails = {email for each in contacts for email in people_named(each)}
    named = (office.staff.by_email(organisation, email) for email in sorted(emails))
    return tuple({each.id: each for each in (*holders, *named) if each is not None}.values())


def _is_for_today(office: Office, case: Escalation, at: datetime) -> bool:
    """Whether a case waits for nobody's weekend to be over."""
    contact = office.contact(case.contact)
    if case.priority is Priority.URGENT or contact is None:
        return True
    return local_day(contact, next_opening(contact, at)) == local_day(contact, at)


def _waiting(office: Office, person: Person, organisation: str) -> Sequence[Escalation]:
    return [each for each in office.escalations.unresolved(organisation) if office.may_work(person, each)]


def _queue(office: Office, person: Person, cases: Sequence[Escalation], at: datetime) -> Reply | None:
    if not cases:
        return None
    mine = [each for each in cases if each.owner and each.owner.person == person.id]
    unclaimed = [each for each in cases if each.stage is Stage.OPEN]
    overdue = [each for each in cases if _is_overdue(each, at)]
    rest = [each for each in cases if each not in mine and each not in unclaimed]
    shown = [*mine, *unclaimed, *rest][:_MOST]
    facts = (("Mine", str(len(mine))), ("Unclaimed", str(len(unclaimed))), ("Overdue", str(len(overdue))))
    more = len(cases) - len(shown)
    return Reply(
        ReplyKind.QUEUE,
        "",
        head=Head("Your queue", "🗂️", "careful" if overdue else "neutral"),
        facts=facts,
        items=tuple(_items(office, shown, person, at)),
        notes=(f"… and {more} more.",) if more else (),
    )


def _items(office: Office, cases: Iterable[Escalation], person: Person, at: datetime) -> Iterator[Item]:
    for case in cases:
        mine = case.owner is not None and case.owner.person == person.id
        words = _HIDDEN if case.confidential and not mine else _short(case.question)
        late = "⏰ " if _is_overdue(case, at) else ""
        state = "yours" if mine else stage_name(case)
        title = f"{late}{case_title(case)} · {state}"
        lines = [words, " · ".join(filter(None, (office.contact_name(case.contact), due_line(case, at))))]
        look = Action("look", case.id, "Open")
        claim = Action("claim", case.id, "Claim", style="primary")
        yield Item(title, "\n".join(lines), (claim, look) if case.stage is Stage.OPEN else (look,))


def _is_overdue(case: Escalation, at: datetime) -> bool:
    return case.clock is not None and case.clock.next is not None and case.clock.due + timedelta(seconds=1) <= at


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def _zone(person: Person) -> ZoneInfo:
    try:
        return ZoneInfo(person.profile.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


__all__ = ["MORNING", "digests", "home", "own_items", "queue"]
