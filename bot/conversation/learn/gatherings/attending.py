"""What colleagues do with a brown bag: find it, say whether they come, say whether it was useful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.learn.gatherings import cards, owed
from bot.conversation.learn.gatherings.hall import FOR_COLLEAGUES, Hall, is_colleague, refusal
from bot.conversation.learn.gatherings.planning import GONE, OPEN, host_card
from bot.conversation.messages import Deed, Message
from bot.conversation.reply import Head, Reply, ReplyKind
from bot.ports.gatherings import Gathering, Guest, Phase, Step

_SHOWN: Final = 8
_REPLAYS: Final = 4
_OVER: Final = "It is over, or was called off. Write “brown bags” to see what is planned."
_OWN: Final = "It is your own: they count on you anyway."
_NOT_THERE: Final = "Only who said that they come is asked."


def listed(hall: Hall, message: Message) -> Reply:
    """What is planned, one's own drafts, and what can be seen again."""
    person = hall.school.person(message)
    if not is_colleague(person):
        return refusal(FOR_COLLEAGUES)
    answers = hall.gatherings.answers(person.organisation, person.id)
    ahead = hall.gatherings.upcoming(person.organisation, message.at, _SHOWN)
    hosted = hall.gatherings.hosted(person.organisation, person.id)
    drafts = [each for each in hosted if each.phase is Phase.DRAFT and each.begins > message.at]
    over = hall.gatherings.replays(person.organisation, _REPLAYS)
    rows = (*ahead, *([] if message.place else drafts[:2]), *over)
    own = not message.place  # in a channel others read what is one's own, too
    return Reply(
        kind=ReplyKind.LESSON,
        text="" if ahead else "None is planned. Half an hour of what you have learned is enough for one.",
        head=Head("Brown bags", "🥪", "neutral"),
        items=tuple(
            cards.item(each, coming=answers.get(each.id) if own else None, mine=own and each.host.person == person.id)
            for each in rows
        ),
        actions=(cards.plan_action("Plan one"),),
    )


def look(hall: Hall, message: Message, deed: Deed) -> Reply:
    """One brown bag, as whoever looks may see it."""
    person = hall.school.person(message)
    found = hall.gatherings.find(person.organisation, deed.on)
    if found is None or not is_colleague(person):
        return refusal(GONE)
    if found.host.person == person.id:
        return host_card(hall, message, found)
    if found.phase is Phase.DRAFT:
        return refusal(GONE)
    return _shown(hall, message, found, _answer_of(hall, found, person.id))


def answer(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Say whether one comes; the card is shown with the new count, and renewed wherever it was announced."""
    person = hall.school.person(message)
    found = hall.gatherings.find(person.organisation, deed.on)
    if found is None or found.phase is Phase.DRAFT or not is_colleague(person):
        return refusal(GONE)
    if found.host.person == person.id:
        return refusal(_OWN)
    coming, shown = cards.YES in deed.choices, hall.shown(found)

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        if now.phase not in OPEN or now.ends <= message.at:
            return None
        before = next((each for each in guests if each.person == person.id), None)
        if before is not None and before.coming == coming:
            return None
        count = now.coming + coming - bool(before and before.coming)
        after = replace(now, coming=count, changed=message.at, version=now.version + 1)
        mine = Guest(person.id, message.workspace, message.account, coming, message.at)
        return Step(after, (mine,), owed.renewed_cards(shown, after))

    after = hall.gatherings.change(found.organisation, found.id, decide)
    if after is None or after.phase not in OPEN or after.ends <= message.at:
        return refusal(_OVER)
    return _shown(hall, message, after, _answer_of(hall, after, person.id))


def rate(hall: Hall, message: Message, deed: Deed) -> Reply:
    """Say whether it was useful."""
    person = hall.school.person(message)
    useful = cards.YES in deed.choices

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step | None:
        mine = next((each for each in guests if each.person == person.id and each.coming), None)
        if mine is None or now.phase is not Phase.OVER or mine.useful == useful:
            return None
        return Step(replace(now, version=now.version + 1), (replace(mine, useful=useful),))

    after = hall.gatherings.change(person.organisation, deed.on, decide)
    if after is None:
        return refusal(GONE)
    mine = _answer_of(hall, after, person.id)
    if mine is None or mine.useful is None:
        return refusal(_NOT_THERE)
    text = "Thank you, good to know." if useful else "Thank you for saying so. The next one may suit you better."
    return Reply(ReplyKind.LESSON, text, head=Head(after.title, "🥪", "neutral"))


def _shown(hall: Hall, message: Message, gathering: Gathering, mine: Guest | None) -> Reply:
    """The card: in a channel the same for everybody, else with one's own answer and in one's own time zone."""
    link = hall.shown(gathering).link
    if message.place:
        return cards.card(gathering, link)
    return cards.card(gathering, link, mine=mine, zone=hall.school.person(message).profile.time_zone)


def _answer_of(hall: Hall, gathering: Gathering, person: str) -> Guest | None:
    guests = hall.gatherings.guests(gathering.organisation, gathering.id)
    return next((each for each in guests if each.person == person), None)


__all__ = ["answer", "listed", "look", "rate"]
