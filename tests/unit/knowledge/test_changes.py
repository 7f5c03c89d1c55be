"""Changes: which sections are in force, and since when their words are what they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import read_policy
from knowledge.documents.changes import Changes
from knowledge.models import Policy

TODAY = date(2026, 12, 1)
JANUARY, JUNE, SEPTEMBER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1)


def _policy(effective: date | None, rules: dict[str, str], policy: str = "disclosure") -> Policy:
    day = f"effective: {effective}\n" if effective else ""
    text = f"---\nid: {policy}\n{day}---\n# T\n\n"
    text += "".join(
        f"## H {identifier} {{#{identifier} verdict=yes_if}}\n\n{rule}\n\n" for identifier, rule in rules.items()
    )
    return read_policy(text, f"{policy}-{effective}.md").policy


def test_a_section_that_was_reworded_changed_on_its_day() -> None:
    """Since a day before the new version, and no longer since that day or later; its neighbour is the same."""
    old = _policy(JANUARY, {"a": "You may post it.", "b": "You may like it."})
    new = _policy(SEPTEMBER, {"a": "You must not post it.", "b": "You may like it."})
    changes = Changes([new, old], TODAY)
    assert changes.changed_since("disclosure#a", JUNE) == SEPTEMBER
    assert changes.changed_since("disclosure#a", SEPTEMBER - timedelta(days=1)) == SEPTEMBER
    assert changes.changed_since("disclosure#a", SEPTEMBER) is None
    assert changes.changed_since("disclosure#b", JUNE) is None


@pytest.mark.parametrize(
    "rule",
    [
        "You may post it.\n\n- if: the post says so",
        "You may post it.\n\n- ask: legal",
        "You may post it.\n\n- certified: green",
        "You may post it.\n\n- fact: Is it out?\n- when: Yes",
        "You may post it. Or not.",
    ],
)
def test_conditions_contact_and_fact_are_part_of_the_rule(rule: str) -> None:
    """A condition more is a change, though the sentence is the same."""
    changes = Changes([_policy(JANUARY, {"a": "You may post it."}), _policy(SEPTEMBER, {"a": rule})], TODAY)
    assert changes.changed_since("disclosure#a", JUNE) == SEPTEMBER


@pytest.mark.parametrize(
    "rule",
    ["You may\npost it.", "You may post it.\n\n### Situations\n\n- can i?", "You may post it.\n\n- source: 16 CFR 255"],
)
def test_line_breaks_situations_and_sources_are_no_change(rule: str) -> None:
    """What changes nothing that a learner was taught does not make the lesson stale."""
    changes = Changes([_policy(JANUARY, {"a": "You may post it."}), _policy(SEPTEMBER, {"a": rule})], TODAY)
    assert changes.changed_since("disclosure#a", JUNE) is None


def test_without_an_older_version_the_day_of_the_only_one_counts() -> None:
    """Nobody knows what held before: whoever looked then has to look again."""
    changes = Changes([_policy(SEPTEMBER, {"a": "You may post it."})], TODAY)
    assert changes.changed_since("disclosure#a", JUNE) == SEPTEMBER
    assert changes.changed_since("disclosure#a", SEPTEMBER) is None


def test_a_policy_without_a_day_never_changed() -> None:
    """It has always been there."""
    assert Changes([_policy(None, {"a": "You may."})], TODAY).changed_since("disclosure#a", date(1999, 1, 1)) is None


def test_a_version_that_is_still_to_come_changes_nothing_yet() -> None:
    """It does on its day."""
    versions = [_policy(JANUARY, {"a": "You may."}), _policy(TODAY + timedelta(days=1), {"a": "You must not."})]
    assert Changes(versions, TODAY).changed_since("disclosure#a", JUNE) is None
    tomorrow = TODAY + timedelta(days=1)
    assert Changes(versions, tomorrow).changed_since("disclosure#a", JUNE) == tomorrow


def test_a_section_that_came_or_went_changed() -> None:
    """On the day of the version that has it, or has it no more; what never was has not changed."""
    changes = Changes([_policy(JANUARY, {"a": "You may."}), _policy(SEPTEMBER, {"b": "You may."})], TODAY)
    assert changes.changed_since("disclosure#a", JUNE) == SEPTEMBER
    assert changes.changed_since("disclosure#b", JUNE) == SEPTEMBER
    assert changes.changed_since("disclosure#c", JUNE) is None
    assert changes.changed_since("other#a", JUNE) is None
    assert changes.changed_since("rubbish", JUNE) is None


def test_what_was_changed_and_changed_back_is_the_same() -> None:
    """A lesson written before still fits."""
    rules = [(JANUARY, "You may."), (JUNE, "You must not."), (SEPTEMBER, "You may.")]
    changes = Changes([_policy(day, {"a": rule}) for day, rule in rules], TODAY)
    assert changes.changed_since("disclosure#a", date(2026, 2, 1)) is None
    assert changes.changed_since("disclosure#a", date(2026, 7, 1)) == SEPTEMBER


def test_the_first_change_after_the_day_is_told() -> None:
    """Of two changes the one that made the lesson stale."""
    rules = [(JANUARY, "You may."), (JUNE, "You must not."), (SEPTEMBER, "You may, if asked.")]
    changes = Changes([_policy(day, {"a": rule}) for day, rule in rules], TODAY)
    assert changes.changed_since("disclosure#a", date(2026, 2, 1)) == JUNE


def test_sections_are_those_in_force() -> None:
    """The newest version's, not the superseded one's; of a policy that is still to come, its own."""
    policies = [
        _policy(JANUARY, {"a": "You may.", "gone": "You may."}),
        _policy(SEPTEMBER, {"a": "You may.", "new": "You may."}),
        _policy(TODAY + timedelta(days=9), {"later": "You may."}),
        _policy(TODAY + timedelta(days=9), {"x": "You may."}, policy="coming"),
    ]
    assert Changes(policies, TODAY).sections() == {"disclosure#a", "disclosure#new", "coming#x"}


@given(
    versions=st.dictionaries(st.integers(0, 20), st.sampled_from(["You may.", "You must not.", None]), max_size=6),
    day=st.integers(-1, 21),
    today=st.integers(0, 20),
)
def test_a_change_is_told_where_the_words_then_and_now_differ(
    versions: dict[int, str | None], day: int, today: int
) -> None:
    """Whatever the versions: changed if and only if what held that day is not what holds today, on a day between."""
    start = date(2026, 1, 1)
    kept = [
        _policy(start + timedelta(days=at), {"a": rule} if rule else {"b": "Else."}) for at, rule in versions.items()
    ]

    def holds(at: int) -> str | None:
        return next((versions[each] for each in sorted(versions, reverse=True) if each <= at), None)

    found = Changes(kept, start + timedelta(days=today)).changed_since("disclosure#a", start + timedelta(days=day))
    assert (found is not None) == (day < today and holds(day) != holds(today))
    if found is not None:
        assert day < (found - start).days <= today and (found - start).days in versions
