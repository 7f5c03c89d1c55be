"""What a host does with a brown bag: drafts it, announces it, changes it, calls it off, adds its replay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.learn.gatherings import cards, owed
from bot.conversation.learn.gatherings.hall import FOR_COLLEAGUES, Hall, Shown, is_colleague, is_staff, party, refusal
from bot.conversation.learn.gatherings.moments import USUAL
from bot.conversation.learn.gatherings.sheet import Sheet, read_sheet
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Head, Reply, ReplyKind
from bot.ports import Delivery, Person
from bot.ports.gatherings import Gathering, Guest, Phase, Step

AHEAD: Final = timedelta(hours=1)
"""How long before it begins whoever comes is reminded."""

OPEN: Final = (Phase.PLANNED, Phase.REMINDED)
"""Announced, and not over."""

GONE: Final = "I know no such brown bag. Write “brown bags” to see those that are planned."

_MOST_OPEN: Final = 5  # of one host
_LINK: Final = re.compile(r"https?://[^\s<>\"'|]{4,490}", re.IGNORECASE)
_NOT_YOURS: Final = "Only its host can do that."
_OVER: Final = "It is over, or was called off, so it cannot be changed any more."
_MANY: Final = f"You have {_MOST_OPEN} brown bags ahead of you already. Hold one of them first, or call one off."
_NO_LINK: Final = "I see no link in that. Copy the whole address, with https:// in front."
_TOO_EARLY: Final = "There is nothing to see again yet. Add the replay when it is over."
_WRITE: Final = "Write title, when and where, a line each."
_LATE: Final = "Its time has passed. Press “Change” and choose another one."


def offered(hall: Hall, message: Message) -> Reply:
    """The form in which a brown bag is planned."""
    if not is_colleague(hall.school.person(message)):
        return refusal(FOR_COLLEAGUES)
    return Reply(
        ReplyKind.LESSON,
        "Show your colleagues in half an hour what you have learned. Or write it in one line: “brown bag Reading the "
        "room on 3 December 14:00 for 30 minutes”.",
        head=Head("A brown bag of your own", "🥪", "neutral"),
        actions=(cards.plan_action("Plan one"),),
    )


def plan(hall: Hall, message: Message, words: str, minutes: int = USUAL, gathering: str = "") -> Reply:
    """Draft a brown bag, or change the one with this id."""
    person = hall.school.person(message)
    if not is_colleague(person):
        return refusal(FOR_COLLEAGUES)
    known = hall.gatherings.find(person.organisation, gathering) if gathering else None
    if gathering and known is None:
        return refusal(GONE)
    if known is not None and known.host.person != person.id:
        return refusal(_NOT_YOURS)
    if not words.strip():  # a surface that cannot carry the form asks for it
        form = cards.change_action(known) if known else cards.plan_action("Plan one")
        return Reply(ReplyKind.NOTE, _WRITE, actions=(form,), private=True)
    zone = known.zone if known else person.profile.time_zone
    try:
        sheet = read_sheet(words, zone, message.at, minutes)
    except ValueError as error:
        form = cards.plan_action("Try again", gathering, words[: cards.MOST_WORDS], minutes)
        return Reply(ReplyKind.NOTE, str(error), actions=(form,), private=True)
    return _draft(hall, message, person, sheet) if known is None else _change(hall, message, known, sheet)


def form_minutes(deed: Deed) -> int:
    """How long, as the form of a brown bag says; it is no more believed than a form is."""
    chosen = next(iter(deed.choices), "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and 5 <= int(chosen[:4]) <= 480 else USUAL


def announce(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Let colleagues know of a draft."""
    found = _own(hall, message, deed.on)
    if isinstance(found, Reply):
        return found
    if found.phase is Phase.DRAFT and found.begins <= message.at:
        return refusal(_LATE)
    ahead = [each for each in hall.gatherings.hosted(found.organisation, found.host.person) if each.phase in OPEN]
    if found.phase is Phase.DRAFT and len(ahead) >= _MOST_OPEN:
        return refusal(_MANY)

    shown = hall.shown(found)

    def decide(now: Gathering, _guests: Sequence[Guest]) -> Step | None:
        if now.phase is not Phase.DRAFT:
            return None
        after = replace(_announced(now, message.at), changed=message.at, version=now.version + 1)
        return Step(after, owed=owed.first_cards(shown, after))

    after = hall.gatherings.change(found.organisation, found.id, decide)
    if after is None:
        return refusal(GONE)
    if found.phase is Phase.DRAFT:
        hall.audit.add(message.workspace, message.at, message.account, "brown_bag_announced", found.id, {})
    return replace(host_card(hall, message, after), notes=(cards.announced(len(shown.boards)),))


def call_off(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Forget a draft, or let everybody know that it does not take place; staff may do that, too."""
    person = hall.school.person(message)
    found = hall.gatherings.find(person.organisation, deed.on)
    if found is None:
        return refusal(GONE)
    if found.host.person != person.id and not is_staff(person):
        return refusal(_NOT_YOURS)
    if found.phase is Phase.OVER:
        return refusal(_OVER)
    if found.phase is Phase.DRAFT:
        hall.gatherings.drop(found.organisation, found.id)
        return Reply(ReplyKind.NOTE, "Forgotten. Nobody heard of it.")
    why, shown = " ".join(deed.words.split())[:300], hall.shown(found)

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        if now.phase in (Phase.OVER, Phase.CANCELLED):
            return None
        after = replace(
            now,
            phase=Phase.CANCELLED,
            next=None,
            about=why,
            changed=message.at,
            sequence=now.sequence + 1,
            version=now.version + 1,
        )
        return Step(after, owed=off(shown, after, guests))

    after = hall.gatherings.change(found.organisation, found.id, decide)
    if after is None:
        return refusal(GONE)
    if found.phase in OPEN:
        hall.audit.add(message.workspace, message.at, message.account, "brown_bag_called_off", found.id, {})
    told = (
        f"Whoever wanted to come is told: {after.coming}." if after.coming else "Nobody had said that they would come."
    )
    return replace(cards.card(after, ""), notes=(told,))


def off(shown: Shown, gathering: Gathering, guests: Sequence[Guest]) -> list[Delivery]:
    """What is owed where a brown bag does not take place."""
    told = owed.to_guests(gathering, guests, "off", lambda _: cards.called_off(gathering, shown.link), {})
    return [*owed.renewed_cards(shown, gathering), *told]


def add_replay(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Add the link of a replay and send it to whoever came; each person gets a link once."""
    found = _own(hall, message, deed.on, staff=True)
    if isinstance(found, Reply):
        return found
    if found.phase is not Phase.OVER:
        return refusal(_TOO_EARLY)
    link = _LINK.search(deed.words)
    if link is None:
        form = cards.replay_action(found)
        return Reply(ReplyKind.NOTE, _NO_LINK, actions=(form,), private=True)
    address, shown = link[0].rstrip(".,;)"), hall.shown(found)

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        if now.replay == address:
            return None
        after = replace(now, replay=address, changed=message.at, version=now.version + 1)
        sent = owed.to_guests(after, guests, f"replay-{after.version}", lambda _: cards.replay(after), {})
        return Step(after, owed=[*owed.renewed_cards(shown, after), *sent])

    after = hall.gatherings.change(found.organisation, found.id, decide) or found
    told = f"Sent to whoever came: {after.coming}. It can be found in the library, too."
    return replace(host_card(hall, message, after), notes=(told,))


def host_card(hall: Hall, message: Message, gathering: Gathering) -> Reply:
    """A brown bag as its host sees it; in a channel, where others would see it, for their eyes alone."""
    shown = hall.shown(gathering)
    reply = cards.card(gathering, shown.link, host=True, boards=len(shown.boards))
    guests = hall.gatherings.guests(gathering.organisation, gathering.id) if gathering.phase is Phase.OVER else ()
    useful = cards.found_useful(guests)
    facts = (*reply.facts, ("Found it useful", useful)) if useful else reply.facts
    return replace(reply, facts=facts, private=reply.private or bool(message.place))


def _draft(hall: Hall, message: Message, person: Person, sheet: Sheet) -> Reply:
    gathering = Gathering(
        id=hall.school.new_id(),
        organisation=person.organisation,
        host=party(message, person),
        title=sheet.title,
        about=sheet.about,
        begins=sheet.begins,
        minutes=sheet.minutes,
        where=sheet.where,
        zone=sheet.zone,
        changed=message.at,
        place=message.place,
    )
    hall.gatherings.add(gathering)
    return host_card(hall, message, gathering)


def _change(hall: Hall, message: Message, known: Gathering, sheet: Sheet) -> Reply:
    zones, shown = zones_of(hall, known), hall.shown(known)

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        if now.phase in (Phase.OVER, Phase.CANCELLED):
            return None
        after = replace(_as_written(now, sheet), changed=message.at, version=now.version + 1)
        if now.phase is Phase.DRAFT:
            return Step(after)
        is_moved = (now.begins, now.ends, now.where) != (after.begins, after.ends, after.where)
        if not is_moved:
            return Step(after, owed=owed.renewed_cards(shown, after))
        moved = replace(_announced(after, message.at), sequence=now.sequence + 1)
        told = owed.to_guests(moved, guests, "moved", lambda zone: cards.moved(moved, shown.link, zone), zones)
        return Step(moved, owed=[*owed.renewed_cards(shown, moved), *told])

    after = hall.gatherings.change(known.organisation, known.id, decide)
    if after is None or after.phase in (Phase.OVER, Phase.CANCELLED):
        return refusal(_OVER)
    return host_card(hall, message, after)


def zones_of(hall: Hall, gathering: Gathering) -> Mapping[owed.Account, str]:
    """The time zones of whoever answered, and of the host."""
    guests = hall.gatherings.guests(gathering.organisation, gathering.id)
    theirs = [(each.workspace, each.account) for each in guests if each.coming]
    host = (gathering.host.workspace, gathering.host.account)
    met = {each: hall.school.people.find(*each) for each in (*theirs, host)}
    return {account: person.profile.time_zone for account, person in met.items() if person}


def _as_written(gathering: Gathering, sheet: Sheet) -> Gathering:
    return replace(
        gathering,
        title=sheet.title,
        about=sheet.about,
        begins=sheet.begins,
        minutes=sheet.minutes,
        where=sheet.where,
        zone=sheet.zone,
    )


def _announced(gathering: Gathering, at: datetime) -> Gathering:
    """A brown bag that colleagues hear of now: so near to its beginning they need no reminder."""
    if gathering.begins - AHEAD > at:
        return replace(gathering, phase=Phase.PLANNED, next=gathering.begins - AHEAD)
    return replace(gathering, phase=Phase.REMINDED, next=gathering.ends)


def _own(hall: Hall, message: Message, identifier: str, *, staff: bool = False) -> Gathering | Reply:
    """The brown bag of whoever presses."""
    person = hall.school.person(message)
    found = hall.gatherings.find(person.organisation, identifier)
    if found is None:
        return refusal(GONE)
    if found.host.person != person.id and not (staff and is_staff(person)):
        return refusal(_NOT_YOURS)
    return found


__all__ = [
    "AHEAD",
    "GONE",
    "OPEN",
    "add_replay",
    "announce",
    "call_off",
    "form_minutes",
    "host_card",
    "off",
    "offered",
    "plan",
    "zones_of",
]
