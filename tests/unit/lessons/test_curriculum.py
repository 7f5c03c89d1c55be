"""The curriculum that Clearpost comes with."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from typing import Final

import pytest

from knowledge.contacts import read_contacts
from knowledge.documents import read_folder
from knowledge.documents.changes import Changes
from knowledge.pack import DEFAULT_PACK
from lessons.catalogue import DEFAULT_CURRICULUM, Catalogue, read_catalogue
from lessons.models import Check, CheckKind, Depth, Rhythm, Track
from lessons.soundness import check_curriculum
from lessons.soundness.alike import likeness

TODAY: Final = date(2026, 12, 1)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The default curriculum."""
    return read_catalogue(DEFAULT_CURRICULUM)[0]


def test_it_has_no_flaw() -> None:
    """Against the default pack's sections and contacts, as ``check-content`` holds it."""
    changes = Changes(read_folder(DEFAULT_PACK / "policies").policies, TODAY)
    contacts = {contact.id for contact in read_contacts(DEFAULT_PACK / "contacts.yml")[0]}
    found = check_curriculum(DEFAULT_CURRICULUM, changes.sections(), contacts, TODAY, changes.changed_since)
    assert [str(flaw) for flaw in found] == []


def test_every_track_has_enough_lessons(catalogue: Catalogue) -> None:
    """At least twelve a track, twenty for employees, sixty in all."""
    counts = {track: len(catalogue.on(track)) for track in Track}
    assert min(counts.values()) >= 12 and counts[Track.EMPLOYEES] >= 20 and sum(counts.values()) >= 60


@pytest.mark.parametrize("track", Track)
def test_every_track_has_both_programmes(catalogue: Catalogue, track: Track) -> None:
    """Onboarding on days 0, 1, 3, 7, 14 and 30, and the others week by week, without a lesson in both."""
    onboarding, weekly = catalogue.programmes_of(track)
    assert (onboarding.rhythm, weekly.rhythm) == (Rhythm.ONBOARDING, Rhythm.WEEKLY)
    assert [step.day for step in onboarding.steps] == [0, 1, 3, 7, 14, 30]
    steps = [step.lesson for step in (*onboarding.steps, *weekly.steps)]
    assert sorted(steps) == sorted(lesson.id for lesson in catalogue.on(track))


def test_executives_begin_lightly(catalogue: Catalogue) -> None:
    """Their onboarding is all light, and there is a deeper pass."""
    onboarding, weekly = catalogue.programmes_of(Track.EXECUTIVES)
    assert {catalogue.lessons[step.lesson].depth for step in onboarding.steps} == {Depth.LIGHT}
    assert Depth.DEEP in {catalogue.lessons[step.lesson].depth for step in weekly.steps}


def test_all_kinds_of_checks_are_used(catalogue: Catalogue) -> None:
    """On every track at least three of the four kinds, and each of them over all."""
    kinds = Counter((lesson.track, check.kind) for lesson in catalogue.lessons.values() for check in lesson.checks)
    assert {kind for _, kind in kinds} == set(CheckKind)
    assert all(sum((track, kind) in kinds for kind in CheckKind) >= 3 for track in Track)


def test_the_right_option_cannot_be_guessed_by_its_place_or_length(catalogue: Catalogue) -> None:
    """Of the checks with one right option, no place is right in more than 60 %, nor the longest option in 50 %."""
    single = [
        check
        for lesson in catalogue.lessons.values()
        for check in lesson.checks
        if check.kind in (CheckKind.SINGLE, CheckKind.POST)
    ]
    places = Counter(check.right[0] for check in single)
    assert max(places.values()) <= 0.6 * len(single)
    longest = sum(_longest(check) == check.right[0] for check in single)
    assert longest <= 0.5 * len(single)


def _longest(check: Check) -> int:
    lengths = [len(option.text) for option in check.options]
    return lengths.index(max(lengths))


def test_no_two_lessons_begin_alike_or_say_the_same(catalogue: Catalogue) -> None:
    """First three words differ everywhere, and no two texts share more than turns of phrase."""
    lessons = tuple(catalogue.lessons.values())
    assert len({tuple(lesson.body.split()[:3]) for lesson in lessons}) == len(lessons)
    assert max(likeness(one.body, other.body) for one, other in combinations(lessons, 2)) < 0.05
