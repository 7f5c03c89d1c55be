"""A brown bag as replies: its card, its host's, and what is said before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.conversation.learn.gatherings.hall import name_of
from bot.conversation.learn.gatherings.moments import USUAL, said, span_said
from bot.conversation.reply import Action, Field, Head, Item, Reply, ReplyKind
from bot.ports.gatherings import Gathering, Guest, Phase

YES, NO = "yes", "no"
"""The choices of an answer."""

MOST_WORDS: Final = 1800
"""Characters of the form in which a brown bag is planned."""

_EMOJI: Final = "🥪"
_MINUTES: Final = ("15", "30", "45", "60", "90")
_ENOUGH: Final = 5  # answers from which on a figure is shown: of fewer, somebody might tell who said what
_EMPTY: Final = "Title: \nWhen: \nWhere: \nAbout: "
_HOST_KNOWS: Final = ("Host", "Coming")  # the text of the reminder says who comes
_NOBODY_TOLD: Final = "Nobody hears of it before you announce it."
_HEADS: Final = {
    Phase.DRAFT: ("Is this right? {}", "📝", "neutral"),
    Phase.CANCELLED: ("Called off: {}", "☁️", "careful"),
}


def card(
    gathering: Gathering, link: str, *, mine: Guest | None = None, host: bool = False, zone: str = "", boards: int = 0
) -> Reply:
    """A brown bag. ``mine`` is what who sees it answered, ``host`` whether it is theirs; neither in a channel.

    ``zone`` is whoever sees it's own, where that is known; ``boards`` in how many channels a draft will be announced.
    """
    return Reply(
        kind=ReplyKind.LESSON,
        text=gathering.about,
        head=_head(gathering),
        facts=tuple(_facts(gathering, link, zone, mine, host=host)),
        notes=tuple(_notes(gathering, boards)),
        actions=tuple(_actions(gathering, host=host, mine=mine)),
        private=gathering.phase is Phase.DRAFT,
    )


def item(gathering: Gathering, *, coming: bool | None = None, mine: bool = False) -> Item:
    """A brown bag as a row."""
    told = [when(gathering), f"with {name_of(gathering.host)}"]
    if gathering.phase is Phase.DRAFT:
        told.append("a draft, not announced yet")
    elif gathering.phase is not Phase.OVER and gathering.coming:
        told.append(f"{gathering.coming} coming")
    if mine:
        told.append("yours")
    elif coming is not None and gathering.phase is not Phase.OVER:
        told.append("you are coming" if coming else "you are not coming")
    return Item(gathering.title, " · ".join(told), (open_action(gathering, "Open"),))


def reminder(gathering: Gathering, link: str, zone: str, *, host: bool) -> Reply:
    """An hour before, for whoever comes and for its host."""
    count = f"{_people(gathering.coming)} coming." if gathering.coming else "Nobody has said that they come yet."
    return Reply(
        kind=ReplyKind.LESSON,
        text=f"It is soon your turn. {count}" if host else "You said that you would come.",
        head=Head(f"Soon: {gathering.title}", "⏰", "neutral"),
        facts=tuple(each for each in _facts(gathering, link, zone) if each[0] not in (_HOST_KNOWS if host else ())),
        actions=() if host else (_answer_action(gathering, NO),),
    )


def moved(gathering: Gathering, link: str, zone: str) -> Reply:
    """Another time or another place, for whoever said that they come."""
    return Reply(
        kind=ReplyKind.LESSON,
        text="Its host changed it. Does it still suit you?",
        head=Head(f"Changed: {gathering.title}", "📅", "careful"),
        facts=tuple(_facts(gathering, link, zone)),
        actions=(_answer_action(gathering, YES), _answer_action(gathering, NO)),
    )


def announced(boards: int) -> str:
    """What its host is told of how colleagues hear of it; ``boards`` in how many channels."""
    listed = "isted for whoever writes “brown bags” to me."
    return f"Announced in {boards} channel{'s' if boards > 1 else ''}, and l{listed}" if boards else f"L{listed}"


def called_off(gathering: Gathering, link: str) -> Reply:
    """It does not take place, for whoever said that they come."""
    return Reply(
        kind=ReplyKind.LESSON,
        text=f"It does not take place. {gathering.about}".strip(),
        head=_head(gathering),
        facts=tuple(_facts(gathering, link, "")),
    )


def praise(gathering: Gathering) -> Reply:
    """What its host hears at the end."""
    told = f"{_people(gathering.coming)} took {gathering.minutes} minutes to learn from you."
    alone = "Nobody had said that they would come this time. What you prepared is not lost: plan it for another day."
    notes = ("It counts as a brown bag given, wherever a certificate asks for one.",) if gathering.coming else ()
    return Reply(
        kind=ReplyKind.LESSON,
        text=told if gathering.coming else alone,
        head=Head(f"Thank you for “{gathering.title}”", "👏" if gathering.coming else "🌱", "good"),
        notes=notes,
        actions=(replay_action(gathering),),
    )


def question(gathering: Gathering) -> Reply:
    """What whoever came is asked at the end."""
    return Reply(
        kind=ReplyKind.LESSON,
        text=f"Was it useful? {name_of(gathering.host)} sees how many said so, and never who.",
        head=Head(f"That was “{gathering.title}”", _EMOJI, "neutral"),
        actions=(
            Action("bag_useful", gathering.id, "👍 Useful", choice=YES),
            Action("bag_useful", gathering.id, "Not for me", choice=NO),
        ),
    )


def replay(gathering: Gathering) -> Reply:
    """Where it can be seen again, for whoever came."""
    return Reply(
        kind=ReplyKind.LESSON,
        text="",
        head=Head(f"See it again: {gathering.title}", "🎬", "good"),
        facts=(("Replay", gathering.replay), ("Host", name_of(gathering.host)), ("Held", day_of(gathering))),
    )


def found_useful(guests: Sequence[Guest]) -> str:
    """How many found it useful, for its host; empty as long as too few answered."""
    told = [each.useful for each in guests if each.useful is not None]
    return f"{sum(told)} of {len(told)} who answered" if len(told) >= _ENOUGH else ""


def plan_action(label: str, gathering: str = "", words: str = _EMPTY, minutes: int = USUAL) -> Action:
    """The form in which one is planned, or changed."""
    lasts = [str(minutes), *(each for each in _MINUTES if each != str(minutes))]
    return Action(
        "bag_plan",
        gathering,
        label,
        "" if gathering else "primary",
        words=Field("Title, when and where", value=words, hint="When: 3 December 14:00", most=MOST_WORDS),
        choices=Field(
            "How long?", options=tuple((each, f"{each} minutes") for each in sorted(lasts, key=int)), value=str(minutes)
        ),
        title="Brown bag",
        submit="Look at it",
    )


def change_action(gathering: Gathering, label: str = "Change") -> Action:
    """The same form with what stands there now."""
    at = said(gathering.begins, gathering.zone)  # without its end: how long is chosen below
    words = f"Title: {gathering.title}\nWhen: {at}\nWhere: {gathering.where}\nAbout: {gathering.about}"
    return plan_action(label, gathering.id, words, gathering.minutes)


def open_action(gathering: Gathering, label: str) -> Action:
    """The button that shows one."""
    return Action("bag", gathering.id, label)


def replay_action(gathering: Gathering) -> Action:
    """The form that takes the link of a replay."""
    label = "Change the replay" if gathering.replay else "Add a replay"
    field = Field("Where can it be seen again?", value=gathering.replay, hint="https://video.example.com/…", most=500)
    return Action("bag_replay", gathering.id, label, words=field, title="Replay", submit="Send it")


def when(gathering: Gathering) -> str:
    """When it is, in the zone in which its host said so."""
    return span_said(gathering.begins, gathering.minutes, gathering.zone)


def day_of(gathering: Gathering) -> str:
    """On which day it is."""
    return when(gathering).partition(",")[0]


def _head(gathering: Gathering) -> Head:
    word, emoji, tone = _HEADS.get(gathering.phase, ("{}", _EMOJI, "neutral"))
    return Head(word.format(gathering.title), emoji, tone)


def _facts(
    gathering: Gathering, link: str, zone: str, mine: Guest | None = None, *, host: bool = False
) -> Iterator[tuple[str, str]]:
    yield "When", span_said(gathering.begins, gathering.minutes, zone or gathering.zone)
    if gathering.where and gathering.phase is not Phase.CANCELLED:
        yield "Where", gathering.where
    yield "Host", name_of(gathering.host)
    if gathering.phase in (Phase.PLANNED, Phase.REMINDED):
        nobody = "nobody yet" if host else "nobody yet; be the first"
        yield "Coming", _people(gathering.coming) if gathering.coming else nobody
        if mine is not None:
            yield "You", "coming" if mine.coming else "not coming"
    if gathering.phase is Phase.OVER:
        yield "Came", _people(gathering.coming)
        if gathering.replay:
            yield "Replay", gathering.replay
    elif link and gathering.phase is not Phase.DRAFT:
        yield "Calendar", link


def _notes(gathering: Gathering, boards: int) -> Iterator[str]:
    if gathering.phase is not Phase.DRAFT:
        return
    yield _NOBODY_TOLD
    if boards:
        yield f"It will be announced in {boards} channel{'s' if boards > 1 else ''}, and listed for whoever asks."
    else:
        yield "It is listed for whoever writes “brown bags” to me."


def _actions(gathering: Gathering, *, host: bool, mine: Guest | None) -> Iterator[Action]:
    if gathering.phase is Phase.DRAFT:
        yield Action("bag_announce", gathering.id, "Announce", "primary")
        yield change_action(gathering)
        yield Action("bag_cancel", gathering.id, "Forget it")
    elif gathering.phase in (Phase.PLANNED, Phase.REMINDED):
        if not host:
            yield from (_answer_action(gathering, each) for each in _left_to_say(mine))
            return
        yield change_action(gathering)
        field = Field("Why? Whoever comes reads this.", required=False, most=300)
        yield Action(
            "bag_cancel", gathering.id, "Call it off", "danger", words=field, title="Call it off", submit="Call it off"
        )
    elif gathering.phase is Phase.OVER and host:
        yield replay_action(gathering)


def _left_to_say(mine: Guest | None) -> tuple[str, ...]:
    """Who said that they come can only say that they cannot, and the other way round."""
    return (YES, NO) if mine is None else (NO,) if mine.coming else (YES,)


def _answer_action(gathering: Gathering, choice: str) -> Action:
    label, style = ("I am coming", "primary") if choice == YES else ("I cannot come", "")
    return Action("bag_rsvp", gathering.id, label, style, choice=choice)


def _people(count: int) -> str:
    return f"{count} colleague{'' if count == 1 else 's'}"


__all__ = [
    "MOST_WORDS",
    "NO",
    "YES",
    "announced",
    "called_off",
    "card",
    "change_action",
    "day_of",
    "found_useful",
    "item",
    "moved",
    "open_action",
    "plan_action",
    "praise",
    "question",
    "reminder",
    "replay",
    "replay_action",
    "when",
]
