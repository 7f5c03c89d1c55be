"""read_programmes: programmes.yml as programmes, or what is wrong with each entry, by line."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.curriculum import read_programmes
from lessons.models import Programme, Rhythm, Step, Track
from tests.unit.lessons.lesson_files import changed, line_of

TEXT = dedent("""\
    programmes:
      - id: employees-onboarding
        title: Your first thirty days
        track: employees
        rhythm: onboarding
        mandatory: true
        steps: [{day: 0, lesson: employees-a}, {day: 3, lesson: employees-b}]
      - id: units-weekly
        title: Two minutes a week
        track: business_units
        rhythm: weekly
        steps:
          - units-a
          - units-b
    """)
ONBOARDING = Programme(
    "employees-onboarding",
    "Your first thirty days",
    Track.EMPLOYEES,
    Rhythm.ONBOARDING,
    (Step("employees-a", 0), Step("employees-b", 3)),
    mandatory=True,
)
WEEKLY = Programme(
    "units-weekly", "Two minutes a week", Track.BUSINESS_UNITS, Rhythm.WEEKLY, (Step("units-a"), Step("units-b"))
)


def test_both_rhythms_are_read() -> None:
    """Onboarding has days, weekly an order; only what says so is mandatory."""
    read = read_programmes(TEXT)
    assert read.flaws == ()
    assert read.programmes == (ONBOARDING, WEEKLY)


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("rhythm: onboarding", "rhythm: daily", "unknown rhythm daily", "daily"),
        ("track: employees", "track: staff", "unknown track staff", "staff"),
        ("mandatory: true", "mandatory: surely", "'mandatory' is neither true nor false: surely", "surely"),
        ("title: Your first thirty days\n    ", "", "'title' is missing", "- id: employees-onboarding"),
        ("day: 3", "day: later", "'day' is no whole number: later", "later"),
        ("day: 3", "day: -1", "there is no day -1", "-1"),
        ("day: 3, ", "", "'day' is no whole number: nothing", "employees-b"),
        ("{day: 3, lesson: employees-b}", "employees-b", "this is no list of 'name: value' lines", "employees-b"),
        ("lesson: employees-b", "lesson: 7", "'lesson' is no text: 7", "lesson: 7"),
        ("[{day: 0, lesson: employees-a}, {day: 3, lesson: employees-b}]", "", "no list under 'steps:'", "steps:"),
        ("id: employees-onboarding", "id: [x]", "'id' is no text: a list", "id: [x]"),
    ],
)
def test_an_entry_that_cannot_be_used_is_left_out(old: str, new: str, message: str, line: str) -> None:
    """The others are kept; file and line of the mistake are told."""
    text = changed(old, new, TEXT)
    read = read_programmes(text)
    assert read.programmes == (WEEKLY,)
    flaw = next(flaw for flaw in read.flaws if message in flaw.message)
    assert (flaw.file, flaw.line) == ("programmes.yml", line_of(text, line))


@pytest.mark.parametrize("step", ["7", "{day: 1, lesson: units-b}", "[units-b]"])
def test_a_weekly_step_is_an_id_alone(step: str) -> None:
    """A weekly programme has an order and no days."""
    read = read_programmes(changed("- units-b", f"- {step}", TEXT))
    assert read.programmes == (ONBOARDING,)
    assert [(flaw.line, flaw.message) for flaw in read.flaws] == [(14, "this step is no lesson's id")]


def test_a_programme_that_stands_twice_counts_once() -> None:
    """The first one stays."""
    read = read_programmes(changed("id: units-weekly", "id: employees-onboarding", TEXT))
    assert read.programmes == (ONBOARDING,)
    assert [(flaw.line, flaw.message) for flaw in read.flaws] == [
        (8, "programme 'employees-onboarding' is written twice")
    ]


@pytest.mark.parametrize("text", ["", "[]", "programmes:", "programmes: {}", "lessons: []", "programmes: [", "a: *b"])
def test_a_file_without_a_list_is_one_flaw(text: str) -> None:
    """Nothing that can be used is told once, with what to do."""
    read = read_programmes(text)
    assert read.programmes == ()
    (flaw,) = read.flaws
    assert flaw.remedy


PIECES = st.sampled_from(
    [
        *("programmes:\n", "- ", "  - id: a\n", "    title: b\n", "    track: coe\n", "    rhythm: weekly\n"),
        *("    steps: [a, {day: 1}]\n", "    steps:\n", "&a ", "*a", "<<: *a\n", "{", "}", "[", "]", "? ", ": ", "\n"),
    ]
)


@given(text=st.lists(PIECES | st.text(max_size=5), max_size=20).map("".join))
@settings(max_examples=300, deadline=None)
def test_rubbish_is_never_more_than_a_flaw(text: str) -> None:
    """Reading never raises, and whatever is read can be taught."""
    for programme in read_programmes(text).programmes:
        assert programme.id and programme.title and programme.steps
        assert all(step.lesson and step.day >= 0 for step in programme.steps)
