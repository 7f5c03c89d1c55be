"""The four dials: what they switch on, and what the next notch takes."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.dials import CHANGES, Dial, Dials, Effects, Facts, Setting, effects, next_step, to_text
from lessons.models import Track

CASUAL, STRUCTURED, FORMAL = Setting
SETTINGS = st.builds(Dials, *(st.sampled_from(Setting) for _ in Dial))
COMPLETE = Facts(
    people=340,
    on_track=340,
    with_unit=340,
    with_hire_date=340,
    with_role=12,
    tracks=frozenset(Track),
    weekly=frozenset(Track),
    onboarding=frozenset(Track),
    levels=4,
    levels_with_exam=4,
    levels_required=2,
    policies_to_attest=1,
    signing_key=True,
    lrs=True,
    budget=True,
)


def on(dials: Dials) -> set[str]:
    """The names of what is switched on."""
    return {each.name for each in fields(Effects) if getattr(effects(dials), each.name)}


def test_casual_is_a_weekly_lesson_for_who_asks() -> None:
    """With all four at the first mark there is the weekly lesson and nothing else."""
    assert on(Dials()) == {"weekly"}


@pytest.mark.parametrize(
    ("dials", "more"),
    [
        (Dials(content=STRUCTURED), {"by_track"}),
        (Dials(content=FORMAL), {"by_track", "exams"}),
        (Dials(delivery=STRUCTURED), {"onboarding", "reviews"}),
        (Dials(delivery=FORMAL), {"onboarding", "reviews", "mandatory_reminders", "attestations"}),
        (Dials(participants=STRUCTURED), {"everybody"}),
        (Dials(participants=FORMAL), {"everybody", "required_levels"}),
        (Dials(measurement=STRUCTURED), {"group_figures", "retention"}),
        (Dials(measurement=FORMAL), {"group_figures", "retention", "certification_figures", "xapi", "cost"}),
    ],
)
def test_each_notch_switches_on_what_it_says(dials: Dials, more: set[str]) -> None:
    """One dial alone changes its own effects and no others."""
    assert on(dials) == {"weekly"} | more


@given(SETTINGS, st.sampled_from(Dial))
def test_each_notch_changes_something_and_takes_nothing_away(dials: Dials, dial: Dial) -> None:
    """Wherever the others stand, a notch on keeps what was on and adds to it."""
    after = dials.at(dial).next
    if after is None:
        assert dials.at(dial) is FORMAL
        return
    assert on(replace(dials, **{dial.value: after})) > on(dials)


def test_every_setting_says_what_it_changes() -> None:
    """There is a sentence for each of the twelve."""
    assert set(CHANGES) == set(product(Dial, Setting))
    assert len(set(CHANGES.values())) == 12


@given(SETTINGS)
def test_with_nothing_there_every_need_is_open(dials: Dials) -> None:
    """An empty installation has no tick, save for where the dials themselves stand."""
    for standing in next_step(dials, Facts()):
        ticked = [each.words for each in standing.takes if each.there]
        assert all(words.startswith(("Content is", "Delivery is", "Participants are")) for words in ticked)
        assert standing.next is None or standing.takes


@given(SETTINGS)
def test_with_everything_there_nothing_is_lacking_but_other_dials(dials: Dials) -> None:
    """A complete installation lacks at most that another dial is turned first."""
    for standing in next_step(dials, COMPLETE):
        needs = [*standing.lacks, *standing.takes]
        open_ones = [each.words for each in needs if not each.there]
        assert all(words.startswith(("Content is", "Delivery is", "Participants are")) for words in open_ones)


def test_with_all_four_formal_and_everything_there_nothing_is_left() -> None:
    """At the end there is no next step and nothing missing."""
    standings = next_step(Dials(FORMAL, FORMAL, FORMAL, FORMAL), COMPLETE)
    assert [(each.next, each.lacks, each.takes) for each in standings] == [(None, (), ())] * 4


def test_what_a_setting_in_use_still_lacks_is_told() -> None:
    """A dial that was turned before everything was there says what is missing, of the notches below as well."""
    [content, *_] = next_step(Dials(content=FORMAL), replace(COMPLETE, on_track=303, levels_with_exam=0))
    assert [each.words for each in content.lacks] == [
        "Everybody is on a track (303 of 340).",
        "Levels have an exam (0 of 4).",
    ]


def test_a_track_without_a_programme_is_named() -> None:
    """Only tracks that people are on need a programme, and those that have none are named."""
    facts = replace(COMPLETE, onboarding=frozenset({Track.EMPLOYEES}), tracks=frozenset({Track.EMPLOYEES, Track.COE}))
    [_, delivery, *_] = next_step(Dials(), facts)
    assert [(each.words, each.there) for each in delivery.takes] == [
        ("Everybody has a hire date (340 of 340).", True),
        ("Each track that people are on has an onboarding programme (not yet: coe).", False),
    ]


def test_the_terminal_shows_the_mark_and_the_ticks() -> None:
    """The setting stands in brackets, what is there is ticked, what is not has a dot."""
    text = to_text(next_step(Dials(content=STRUCTURED), replace(COMPLETE, signing_key=False)))
    assert text.splitlines()[:6] == [
        "content        casual  ─ [structured] ─  formal ",
        "  Each track has lessons of its own: executives, hub, units, all, partners.",
        "  Next, formal: Levels with exams, so that a certificate says what somebody can do.",
        "    ✓ Levels are written in levels.yml (4).",
        "    ✓ Levels have an exam (4 of 4).",
        "    · There is a key that signs certificates.",
    ]
