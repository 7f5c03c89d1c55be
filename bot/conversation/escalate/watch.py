"""The clock of all cases: reminds, passes on what nobody takes, and finds another way where a card was lost.

Each ring is one change of a case together with the messages that it brings, so a restart loses none and repeats none;
where several workers run it at once, the version of the case lets one of them win.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from bot.conversation.escalate import owed
from bot.conversation.escalate.cards import answer_action, due_fact, waits_for_asker
from bot.conversation.escalate.clocks import AT_THE_END, HALF_WAY, ring, start
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.queue import digests
from bot.conversation.escalate.targets import next_in_line, people_of_the_last_resort, target
from bot.conversation.escalate.work import Step, change
from bot.conversation.reply import Action, Head, Reply, ReplyKind
from bot.ports import Clock, Delivery, Entry, Escalation, Event, Party, Post, Stage
from knowledge.contacts import LAST_RESORT, Contact
from knowledge.contacts.hours import is_open, next_opening
from knowledge.models import Priority

CLOCK: Final = Party("", "clock", name="Clearpost")
"""Who acts where nobody does."""

_AT_ONCE: Final = 100


def watch(office: Office, at: datetime) -> int:
    """Ring every clock that is due and mend what was lost; how many cases changed."""
    changed = 0
    for case in office.escalations.ringing(at, _AT_ONCE):
        contact = office.contact(case.contact)
        if contact is not None and case.clock is not None:
            changed += change(office, case, _rung(office, case, contact, case.clock, at), at)
    for case, post in office.escalations.lost(_AT_ONCE):
        changed += _mend(office, case, post, at)
    return changed


def morning(office: Office, at: datetime) -> int:
    """Owe the digest to everybody whose morning it is; how many are new."""
    return office.jobs.plan(digests(office, at))


def _rung(office: Office, case: Escalation, contact: Contact, clock: Clock, at: datetime) -> Step:
    if case.priority is not Priority.URGENT and not is_open(contact, at) and _has_hours(contact, at):
        # the worker was down when it rang, and now it is night there
        return _waits(case, clock, next_opening(contact, at), at)
    if clock.rung in (HALF_WAY, AT_THE_END) and contact.id == case.contact:
        return _reminded(office, case, contact, clock, at)
    return _passed_on(office, case, contact, clock, at)


def _has_hours(contact: Contact, at: datetime) -> bool:
    return next_opening(contact, at) > at


def _reminded(office: Office, case: Escalation, contact: Contact, clock: Clock, at: datetime) -> Step:
    rung = ring(office.times, case.stage, case.priority, contact, clock, at)
    after = replace(case, clock=rung, version=case.version + 1)
    entry = Entry(Event.REMINDED, at, CLOCK, after="at the end" if rung.rung > AT_THE_END else "half-way")
    return Step(after, entry, owed=tuple(_reminders(office, after, rung, at)))


def _passed_on(office: Office, case: Escalation, contact: Contact, clock: Clock, at: datetime) -> Step:
    """Give the case to the backup, the next time to the last resort, which is reminded again and again."""
    is_gone = contact.id != case.contact
    following = LAST_RESORT if is_gone or clock.rung > AT_THE_END + 1 else next_in_line(office, contact)
    goal = target(office, case, at, following)
    if goal is None or (case.contact in (LAST_RESORT, goal.contact.id)):
        return _reminded(office, case, contact, clock, at)
    if case.priority is not Priority.URGENT and not is_open(goal.contact, at) and _has_hours(goal.contact, at):
        return _waits(case, clock, next_opening(goal.contact, at), at)
    moved = replace(case, contact=goal.contact.id)
    after = replace(moved, clock=ring(office.times, case.stage, case.priority, goal.contact, clock, at))
    return Step(after, Entry(Event.PASSED_ON, at, CLOCK, case.contact, goal.contact.id), posts=goal.posts)


def _waits(case: Escalation, clock: Clock, until: datetime, at: datetime) -> Step:
    """Ring later, when whoever it is for works again."""
    waiting = replace(case, clock=replace(clock, next=until))
    return Step(waiting, Entry(Event.REMINDED, at, CLOCK, after="waits for working hours"))


def _reminders(office: Office, case: Escalation, clock: Clock, at: datetime) -> Iterator[Delivery]:
    """To who claimed it, else to the cards of its contact; where that was of no use, to those who are left, too."""
    reply = _reminder(office, case, late=clock.rung > AT_THE_END)
    name = f"reminder:{case.id}:{case.version}"
    owner = office.owner(case) if case.stage is Stage.CLAIMED else None
    told = [Post("", owner[0], account=owner[1])] if owner else [*_its_cards(office, case, at)]
    if clock.rung > AT_THE_END + 1:  # it rang at the end, and nothing came of it: perhaps nobody reads it there
        told += people_of_the_last_resort(office, case, at)
    for post in {(each.workspace, each.place, each.account): each for each in told}.values():
        yield from owed.to_channel_or_account(name, post, reply, at)


def _its_cards(office: Office, case: Escalation, at: datetime) -> Sequence[Post]:
    """The cards of whom it is with now; all of them where it is with nobody who has one."""
    posts = office.escalations.posts(case.organisation, case.id)
    goal = target(office, case, at)
    places = {(each.workspace, each.place, each.account) for each in (goal.posts if goal else ())}
    return [each for each in posts if (each.workspace, each.place, each.account) in places] or posts


def _reminder(office: Office, case: Escalation, *, late: bool) -> Reply:
    claimed = case.stage is Stage.CLAIMED
    what = "an answer" if claimed else "somebody to claim it"
    look = Action("look", case.id, "Open")
    first = answer_action(case, style="primary") if claimed else Action("claim", case.id, "Claim", style="primary")
    return Reply(
        ReplyKind.CASE,
        f"It is waiting for {what}.",
        head=Head(
            f"Overdue: case {case.number}" if late else f"Reminder: case {case.number}",
            "⏰",
            "bad" if late else "careful",
        ),
        facts=(("With", office.contact_name(case.contact)), *due_fact(case)),
        asked="" if case.confidential else case.question,
        actions=(first, look),
    )


def _mend(office: Office, case: Escalation, post: Post, at: datetime) -> bool:
    """A card could not be delivered: to whom else it goes, with a line in the audit."""
    log = structlog.get_logger(__name__)
    log.warning("escalation_card_lost", escalation=case.id, workspace=post.workspace, contact=case.contact)
    others = [each for each in office.escalations.posts(case.organisation, case.id) if each != post]
    if others:
        office.escalations.forget_post(case.organisation, case.id, post.delivery)
        return False
    contact = office.contact(case.contact)
    if contact is None:
        return False
    goal = target(office, case, at, next_in_line(office, contact), (post.workspace, post.place))
    if goal is None:
        return False
    known = {(post.workspace, post.place, post.account)}
    fresh = tuple(each for each in goal.posts if (each.workspace, each.place, each.account) not in known)
    began = start(office.times, case.stage, case.priority, goal.contact, at)
    clock = case.clock if waits_for_asker(case) else began
    entry = Entry(Event.PASSED_ON, at, CLOCK, f"{case.contact}: the card could not be delivered", goal.contact.id)
    moved = Step(replace(case, contact=goal.contact.id, clock=clock), entry, posts=fresh)
    if not change(office, case, moved, at):
        return False  # somebody else was faster; it is looked at again
    office.escalations.forget_post(case.organisation, case.id, post.delivery)
    return True


__all__ = ["CLOCK", "morning", "watch"]
