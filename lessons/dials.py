"""How far an organisation takes its lessons: four dials, what each setting changes, and what the next step takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lessons.models import Track


class Setting(StrEnum):
    """How far a dial is turned, from the first to the last."""

    CASUAL = "casual"
    STRUCTURED = "structured"
    FORMAL = "formal"

    @property
    def place(self) -> int:
        """0, 1 or 2."""
        return _SETTINGS.index(self)

    @property
    def next(self) -> Setting | None:
        """One notch on; ``None`` at the end."""
        return _SETTINGS[self.place + 1] if self.place + 1 < len(_SETTINGS) else None

    def reaches(self, other: Setting) -> bool:
        """Whether it is as far as another or farther."""
        return self.place >= other.place


_SETTINGS: Final = tuple(Setting)


class Dial(StrEnum):
    """What an organisation turns on its own."""

    CONTENT = "content"
    DELIVERY = "delivery"
    PARTICIPANTS = "participants"
    MEASUREMENT = "measurement"


@dataclass(frozen=True, slots=True)
class Dials:
    """Where the four stand."""

    content: Setting = Setting.CASUAL
    delivery: Setting = Setting.CASUAL
    participants: Setting = Setting.CASUAL
    measurement: Setting = Setting.CASUAL

    def at(self, dial: Dial) -> Setting:
        """The setting of one."""
        match dial:
            case Dial.CONTENT:
                return self.content
            case Dial.DELIVERY:
                return self.delivery
            case Dial.PARTICIPANTS:
                return self.participants
            case Dial.MEASUREMENT:
                return self.measurement


@dataclass(frozen=True, slots=True)
class Effects:
    """What the settings switch on.

    Without ``by_track`` all take the employees' weekly lesson; without ``everybody``, whoever asks takes part. Without
    ``exams`` a level takes lessons and evidence alone. With ``required_levels`` those that are mandatory have to be
    held, and ``mandatory_reminders`` remind of them, gently first. ``group_figures`` are the report by track, unit and
    region; ``certification_figures`` count who holds which level.
    """

    weekly: bool = True
    by_track: bool = False
    exams: bool = False
    onboarding: bool = False
    reviews: bool = False
    mandatory_reminders: bool = False
    attestations: bool = False
    everybody: bool = False
    required_levels: bool = False
    group_figures: bool = False
    retention: bool = False
    certification_figures: bool = False
    xapi: bool = False
    cost: bool = False


def effects(dials: Dials) -> Effects:
    """What the dials switch on."""
    structured, formal = Setting.STRUCTURED, Setting.FORMAL
    return Effects(
        by_track=dials.content.reaches(structured),
        exams=dials.content.reaches(formal),
        onboarding=dials.delivery.reaches(structured),
        reviews=dials.delivery.reaches(structured),
        mandatory_reminders=dials.delivery.reaches(formal),
        attestations=dials.delivery.reaches(formal),
        everybody=dials.participants.reaches(structured),
        required_levels=dials.participants.reaches(formal),
        group_figures=dials.measurement.reaches(structured),
        retention=dials.measurement.reaches(structured),
        certification_figures=dials.measurement.reaches(formal),
        xapi=dials.measurement.reaches(formal),
        cost=dials.measurement.reaches(formal),
    )


CHANGES: Final[Mapping[tuple[Dial, Setting], str]] = MappingProxyType(
    {
        (Dial.CONTENT, Setting.CASUAL): "Stories from the policies, the same weekly lesson for all; levels by lessons.",
        (Dial.CONTENT, Setting.STRUCTURED): "Each track has lessons of its own: executives, hub, units, all, partners.",
        (Dial.CONTENT, Setting.FORMAL): "Levels with exams, so that a certificate says what somebody can do.",
        (Dial.DELIVERY, Setting.CASUAL): "One lesson a week.",
        (Dial.DELIVERY, Setting.STRUCTURED): "Also onboarding from the first day, and missed checks that come back.",
        (Dial.DELIVERY, Setting.FORMAL): "Also reminders of levels that are due, and “I have read and understood”.",
        (Dial.PARTICIPANTS, Setting.CASUAL): "Whoever asks for lessons takes part.",
        (Dial.PARTICIPANTS, Setting.STRUCTURED): "Everybody who is on a track takes part.",
        (Dial.PARTICIPANTS, Setting.FORMAL): "By role: who speaks for the company holds the level that the role needs.",
        (Dial.MEASUREMENT, Setting.CASUAL): "Counts: reached, opened, answered, right at the first try.",
        (Dial.MEASUREMENT, Setting.STRUCTURED): "Also by track, unit and region, and what is kept after 30 days.",
        (Dial.MEASUREMENT, Setting.FORMAL): "Also who holds which level, cost for each person, records for an LRS.",
    }
)
"""What each setting brings, in a sentence."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is already there.

    ``people`` are those who have not left; ``on_track``, ``with_unit``, ``with_hire_date`` and ``with_role`` are how
    many of them have it. ``tracks`` are those that people are on; ``weekly`` and ``onboarding`` those with such a
    programme. ``lrs`` is whether a record store is configured, ``signing_key`` whether certificates can be signed.
    """

    people: int = 0
    on_track: int = 0
    with_unit: int = 0
    with_hire_date: int = 0
    with_role: int = 0
    tracks: frozenset[Track] = frozenset()
    weekly: frozenset[Track] = frozenset()
    onboarding: frozenset[Track] = frozenset()
    levels: int = 0
    levels_with_exam: int = 0
    levels_required: int = 0
    policies_to_attest: int = 0
    signing_key: bool = False
    lrs: bool = False
    budget: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a setting takes, and whether it is there."""

    words: str
    there: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dial stands: what that brings, what it still lacks, what the next notch brings and takes."""

    dial: Dial
    setting: Setting
    brings: str
    lacks: tuple[Need, ...]
    next: Setting | None
    next_brings: str
    takes: tuple[Need, ...]


def next_step(dials: Dials, facts: Facts) -> tuple[Standing, ...]:
    """Where each dial stands and what its next notch takes, in the order of the dials."""
    return tuple(_standing(dial, dials, facts) for dial in Dial)


def to_text(standings: Sequence[Standing]) -> str:
    """The four dials for the terminal, with what is there ticked."""
    return "\n".join(line for each in standings for line in _lines(each)).rstrip() + "\n"


def _standing(dial: Dial, dials: Dials, facts: Facts) -> Standing:
    setting = dials.at(dial)
    past = [need for each in _SETTINGS[1 : setting.place + 1] for need in _needs(dial, each, dials, facts)]
    after = setting.next
    return Standing(
        dial=dial,
        setting=setting,
        brings=CHANGES[dial, setting],
        lacks=tuple(need for need in past if not need.there),
        next=after,
        next_brings=CHANGES[dial, after] if after else "",
        takes=tuple(_needs(dial, after, dials, facts)) if after else (),
    )


def _needs(dial: Dial, setting: Setting, dials: Dials, facts: Facts) -> Iterator[Need]:
    match dial, setting:
        case Dial.CONTENT, Setting.STRUCTURED:
            yield _each("is on a track", facts.on_track, facts.people)
            yield _programmes("weekly", facts.weekly, facts.tracks)
        case Dial.CONTENT, Setting.FORMAL:
            yield from _levels(facts)
            yield Need("There is a key that signs certificates.", facts.signing_key)
        case Dial.DELIVERY, Setting.STRUCTURED:
            yield _each("has a hire date", facts.with_hire_date, facts.people)
            yield _programmes("onboarding", facts.onboarding, facts.tracks)
        case Dial.DELIVERY, Setting.FORMAL:
            yield Need(
                "Participants are formal, so that there are levels to be reminded of.",
                dials.participants is Setting.FORMAL,
            )
            yield Need(
                "A policy has to be confirmed, named in CLEARPOST_ATTESTED_POLICIES"
                f"{_so_many(facts.policies_to_attest)}.",
                facts.policies_to_attest > 0,
            )
        case Dial.PARTICIPANTS, Setting.STRUCTURED:
            yield Need(f"The people are known{_so_many(facts.people)}: 'clearpost people import'.", facts.people > 0)
            yield _each("is on a track", facts.on_track, facts.people)
        case Dial.PARTICIPANTS, Setting.FORMAL:
            yield Need("Content is formal, so that a level says something.", dials.content is Setting.FORMAL)
            yield Need(
                f"A level is required of a track in levels.yml{_so_many(facts.levels_required)}.",
                facts.levels_required > 0,
            )
            yield Need(
                f"Who speaks for the company has a role in the people table{_so_many(facts.with_role)}.",
                facts.with_role > 0,
            )
        case Dial.MEASUREMENT, Setting.STRUCTURED:
            yield _each("is on a track", facts.on_track, facts.people)
            yield _each("has a unit", facts.with_unit, facts.people)
            yield Need(
                "Delivery is structured, so that checks come back and what is kept can be counted.",
                dials.delivery.reaches(Setting.STRUCTURED),
            )
        case Dial.MEASUREMENT, Setting.FORMAL:
            yield Need(
                "Content is formal, so that a level that is counted says something.", dials.content is Setting.FORMAL
            )
            yield Need("The budget is entered, so that the cost for each person is known.", facts.budget)
            yield Need("The address of a record store (LRS) is set, so that records go to it.", facts.lrs)
        case _:
            return


def _levels(facts: Facts) -> Iterator[Need]:
    yield Need(f"Levels are written in levels.yml{_so_many(facts.levels)}.", facts.levels > 0)
    yield Need(f"Levels have an exam ({facts.levels_with_exam} of {facts.levels}).", facts.levels_with_exam > 0)


def _each(has: str, some: int, people: int) -> Need:
    there = people > 0 and some >= people
    return Need(f"Everybody {has} ({some} of {people})." if people else f"Everybody {has}.", there)


def _programmes(rhythm: str, found: frozenset[Track], wanted: frozenset[Track]) -> Need:
    missing = sorted(each.replace("_", " ") for each in wanted - found)
    words = f"Each track that people are on has {_article(rhythm)} {rhythm} programme"
    return Need(f"{words} (not yet: {', '.join(missing)})." if missing else f"{words}.", bool(wanted) and not missing)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _so_many(count: int) -> str:
    return f" ({count})" if count else ""


def _lines(standing: Standing) -> Iterator[str]:
    marks = (f"[{each}]" if each is standing.setting else f" {each} " for each in _SETTINGS)
    yield f"{standing.dial:<14}" + " ─ ".join(marks)
    yield f"  {standing.brings}"
    for need in standing.lacks:
        yield f"  ! still missing: {need.words}"
    if standing.next is None:
        yield "  This is as far as it goes."
    else:
        yield f"  Next, {standing.next}: {standing.next_brings}"
        yield from (f"    {'✓' if need.there else '·'} {need.words}" for need in standing.takes)
    yield ""


__all__ = [
    "CHANGES",
    "Dial",
    "Dials",
    "Effects",
    "Facts",
    "Need",
    "Setting",
    "Standing",
    "effects",
    "next_step",
    "to_text",
]
