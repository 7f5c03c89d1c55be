"""levels.yml and the banks: what is read, what is named as wrong, and the ones that Clearpost comes with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.contacts import read_contacts
from knowledge.documents import read_folder
from knowledge.documents.changes import Changes
from knowledge.pack import DEFAULT_PACK
from lessons.catalogue import DEFAULT_CURRICULUM, read_catalogue
from lessons.certification.banks import parse_bank, read_banks
from lessons.certification.flaws import Around, check_levels
from lessons.certification.levels import Belt, EvidenceRule, ExamRule, Scope
from lessons.certification.levels_file import parse_levels, read_levels
from lessons.models import CheckKind, Depth, Track
from tests.unit.lessons.certification.level_files import BANK, LEVELS_YML, catalogue_of, lesson_of, level_of
from tests.unit.lessons.lesson_files import LESSON, changed, line_of, write

SECTIONS: Final = frozenset({"disclosure#say-so", "disclosure#how"})
EXAM: Final = "exam: {bank: employees, items: 1, pass_mark: 75, wait_days: 2}"
LESSON_FILE: Final = "employees/employees-first-line.md"
FEWEST: Final = {Track.EMPLOYEES: 24}
Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What is said of a curriculum with these levels and this bank."""

    def check(levels: str = LEVELS_YML, bank: str = BANK, lesson: str = LESSON, stale: str = "") -> list[str]:
        write(tmp_path, {"levels.yml": levels, "exams/employees.md": bank, LESSON_FILE: lesson})
        catalogue, _ = read_catalogue(tmp_path)
        since = lambda section, _: date(2026, 11, 25) if section == stale else None  # noqa: E731 - one line says it
        found = check_levels(tmp_path, Around(catalogue, SECTIONS, {"coe_lead"}, since))
        return [str(each) for each in found]

    return check


def test_levels_are_read_with_all_that_they_ask() -> None:
    """Belts, kinds, reminders from the earliest, and each level's lessons, exam, evidence and days."""
    read = parse_levels(LEVELS_YML)
    assert read.flaws == ()
    white, yellow = read.levels.levels
    assert (white.lessons, white.exam, white.evidence) == (Scope.ALL, ExamRule("employees", 1, 75, 2), ())
    assert (white.valid_days, white.renew_days, white.mandatory_within) == (365, 30, 60)
    assert (yellow.lessons, yellow.evidence) == (("employees-first-line",), (EvidenceRule("brown_bag", 2),))
    assert (yellow.renew_days, yellow.mandatory_within) == (60, None)
    assert [each.days for each in read.levels.reminders] == [14, 1]
    assert read.levels.look(yellow).name == "Sun"
    assert read.levels.below(yellow) is white
    assert read.levels.below(white) is None
    assert read.levels.kinds["brown_bag"].words == "Give a brown-bag session"


def test_a_bank_is_read_with_scene_sections_and_belt() -> None:
    """What stands between question and options is the scene; a question without a belt is for all."""
    bank, flaws = parse_bank(BANK, "exams/employees.md")
    assert flaws == ()
    assert bank is not None
    key, fine = bank.items
    assert (key.scene, key.rests_on, key.belt) == (
        "It is late. The key is gone.",
        ("disclosure#say-so", "disclosure#how"),
        Belt.WHITE,
    )
    assert (fine.scene, fine.belt, fine.check.kind, fine.check.right) == ("", Belt.YELLOW, CheckKind.MULTIPLE, (0, 1))
    assert [each.id for each in bank.upto(Belt.WHITE)] == ["lost-key"]
    assert bank.upto(Belt.BLACK) == bank.items


def test_sound_levels_have_no_flaw(told: Told) -> None:
    """The levels and the bank that the other tests break are passed."""
    assert told() == []


def test_a_curriculum_without_levels_certifies_nobody(tmp_path: Path) -> None:
    """Neither levels.yml nor banks have to be there."""
    assert read_levels(tmp_path).levels.levels == ()
    assert check_levels(tmp_path, Around(catalogue_of(), SECTIONS, set(), lambda *_: None)) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("belt: white\n    lessons", "belt: pink\n    lessons", "unknown belt pink"),
        ("items: 1,", "items: 0,", "nobody can sit this exam"),
        ("items: 1,", "items: 3,", "has 3 questions, and its bank 1 for it"),
        ("pass_mark: 75", "pass_mark: 101", "nobody can sit this exam"),
        ("pass_mark: 75", "pass_mark: high", "'pass_mark' is no whole number"),
        ("bank: employees, items: 1", "bank: nowhere, items: 1", "asks the bank 'nowhere'"),
        ("valid_days: 365", "valid_days: 0", "'valid_days' is less than a day"),
        ("valid_days: 365", "valid_days: 40", "can be renewed nearly always"),
        ("kind: brown_bag, count: 2", "kind: white_bag", "no kind of evidence 'white_bag'"),
        ("count: 2", "count: 0", "asked for 0 times"),
        ("[employees-first-line]", "[employees-gone]", "no lesson of that id could be read"),
        ("[employees-first-line]", "[employees-first-line, employees-first-line]", "twice"),
        ("lessons: all", "lessons: onboarding", "asks for lessons (onboarding)"),
        ("id: employees-yellow", "id: employees-white", "is written twice"),
        ("belt: yellow\n    lessons", "belt: white\n    lessons", "are both white"),
        ("track: employees\n    belt: white", "track: partners\n    belt: white", "and the bank 'employees' for emp"),
        ("name: Ready to post", "nmae: Ready to post", "there is no field 'nmae'"),
        ("- {belt: green, name: Grass, colour: green}", "- {belt: green, name: Grass, colour: red}", "unknown colour"),
        ("  - {belt: black, name: Night, colour: black}\n", "", "the belt 'black' has no name"),
        ('reminders:\n  - {days: 1, words: "Tomorrow."}\n  - {days: 14, words: "Two weeks."}\n', "", "and no reminder"),
        ("{days: 1,", "{days: soon,", "'days' is no whole number"),
        ("belts:", "belts: none\nbelt:", "there is no list under 'belts:'"),
        (
            "lessons: all\n    exam: {bank: employees, items: 1, pass_mark: 75, wait_days: 2}",
            "lessons: none",
            "asks for noth",
        ),
    ],
)
def test_a_mistake_in_the_levels_is_named(told: Told, old: str, new: str, message: str) -> None:
    """Each mistake is told with the file, a line and a remedy, and reading goes on."""
    found = told(levels=changed(old, new, LEVELS_YML))
    assert [each for each in found if each.startswith("levels.yml:") and message in each], found


@pytest.mark.parametrize(
    ("old", "new", "message", "at"),
    [
        (
            "rests_on: [disclosure#how]",
            "rests_on: [disclosure#gone]",
            "no section 'disclosure#gone'",
            "disclosure#gone",
        ),
        ("rests_on: [disclosure#how]\n", "", "rests on no section", "## Check: Which are"),
        ("rests_on: [disclosure#how]", "rests_on: [", "not valid YAML", "rests_on: [\n"),
        ("owner: coe_lead", "owner: nobody", "the owner 'nobody' is no contact", "owner:"),
        ("belt=yellow", "belt=pink", "unknown belt 'pink'", "## Check: Which are"),
        ("#fine type", "#lost-key type", "is there twice", "## Check: Which are"),
        ("  Somebody may find it.\n", "", "has no feedback", "- [ ] Nothing"),
        ("- [ ] Neither", "- [x] Neither", "3 of 3 options are right", "## Check: Which are"),
        ("It is late.", "It is late. " * 40, "the scene of 'lost-key' has", "## Check: What do"),
        ("What do you do?", "Which is fine?", "is asked in the lesson 'employees-first-line'", "## Check: Which is"),
        ("What do you do?", "What do you do? " * 14, "the question 'lost-key' has", "## Check: What do"),
        ("type=multiple belt=yellow", "type=true_false", "a bare sentence to believe", "## Check: Which are"),
        ("track: employees", "track: staff", "unknown track staff", "track:"),
        ("---\nid:", "id:", "there is no front matter", "id:"),
        ("  No.\n", "  No.\n\nAnd a last word.\n", "below the options", "And a last word"),
    ],
)
def test_a_mistake_in_a_bank_is_named(told: Told, old: str, new: str, message: str, at: str) -> None:
    """Each mistake is told with the file and the line in which it stands."""
    bank = changed(old, new, BANK)
    if "true_false" in new:
        bank = changed("- [x] This", "- [x] True", changed("- [x] That", "- [ ] False", bank))
    found = [each for each in told(bank=bank) if message in each]
    assert found
    assert found[0].startswith(f"exams/employees.md:{line_of(bank, at)}: "), found


def test_a_question_whose_section_changed_is_named(told: Told) -> None:
    """A section that changed after the bank was reviewed makes its questions stale."""
    found = told(stale="disclosure#say-so")
    assert len(found) == 1
    assert "changed on 2026-11-25 after the bank was reviewed on 2026-11-20" in found[0]


def test_a_bank_that_nobody_asks_is_named(told: Told) -> None:
    """A bank that stands in no level is a leftover."""
    assert any("no level asks the bank 'extra'" in each for each in told(bank=changed("id: emp", "id: extra\n#", BANK)))


def test_a_bank_without_a_question_is_named(told: Told) -> None:
    """A bank holds something to ask."""
    assert any("the bank has no question" in each for each in told(bank=BANK[: BANK.index("## Check")]))


def test_the_same_question_twice_is_named(told: Told) -> None:
    """The same scene and question under another id is a leftover; another scene makes it another question."""
    twin = BANK[BANK.index("## Check: What") : BANK.index("## Check: Which")].replace("#lost-key", "#gone-key")
    assert any("the question 'gone-key' is that of 'lost-key'" in each for each in told(bank=BANK + twin))
    assert told(bank=BANK + twin.replace("It is late.", "It is early.")) == []


def test_a_lesson_of_another_track_is_named(told: Told) -> None:
    """A level lists lessons of its own track."""
    found = told(lesson=changed("track: employees", "track: partners"))
    assert any("is for employees, and 'employees-first-line' for partners" in each for each in found)


@pytest.mark.parametrize("content", [b"\xff\xfe levels", b"levels: [", b"- a\n", b"", b"a" * 200_001])
def test_rubbish_is_reported_and_never_raised(tmp_path: Path, content: bytes) -> None:
    """Whatever lies in the files is a flaw, not an exception."""
    write(tmp_path, {"levels.yml": content, "exams/a.md": content})
    assert read_levels(tmp_path).flaws
    assert read_levels(tmp_path).levels.levels == ()
    assert read_banks(tmp_path).flaws
    assert not read_banks(tmp_path).banks


@given(st.integers(0, len(LEVELS_YML)), st.integers(0, 40), st.text(max_size=20))
def test_any_damage_to_levels_is_survived(at: int, length: int, instead: str) -> None:
    """A passage replaced by anything is read without an exception."""
    parse_levels(LEVELS_YML[:at] + instead + LEVELS_YML[at + length :])


@given(st.integers(0, len(BANK)), st.integers(0, 40), st.text(max_size=20))
def test_any_damage_to_a_bank_is_survived(at: int, length: int, instead: str) -> None:
    """A passage replaced by anything is read without an exception."""
    parse_bank(BANK[:at] + instead + BANK[at + length :], "exams/a.md")


def test_the_lessons_that_a_level_asks_for() -> None:
    """None, the onboarding in its order, those of the light pass, all of the track, or those that are listed."""
    light = replace(lesson_of("c"), depth=Depth.LIGHT)
    other = lesson_of("d", track=Track.PARTNERS)
    catalogue = catalogue_of(lesson_of("a"), lesson_of("b"), light, other, onboarding=("b", "a", "gone"))
    asked = {scope: [each.id for each in level_of(lessons=scope).taught(catalogue)] for scope in Scope}
    assert asked == {Scope.NONE: [], Scope.ONBOARDING: ["b", "a"], Scope.LIGHT: ["c"], Scope.ALL: ["a", "b", "c"]}
    assert [each.id for each in level_of(lessons=("b", "gone")).taught(catalogue)] == ["b"]


def test_what_is_enough_where_a_policy_asks_for_a_level() -> None:
    """An id stands for itself and those above it on its track, a belt for it and those above it on any track."""
    levels = read_levels(DEFAULT_CURRICULUM).levels
    enough = {name: {each.id for each in levels.enough_for(name)} for name in ("coe-yellow", "black", "blue", "")}
    assert enough["coe-yellow"] == {"coe-yellow", "coe-green", "coe-black"}
    assert enough["black"] == {"employees-black", "coe-black", "units-black"}
    assert (enough["blue"], enough[""]) == (set(), set())
    assert {each.id for each in levels.enough_for("green")} >= {"partners-green", "executives-green", *enough["black"]}


def test_the_default_levels_and_banks_have_no_flaw() -> None:
    """What Clearpost comes with can be read, refers to what is there, and is not stale."""
    changes = Changes(read_folder(DEFAULT_PACK / "policies").policies, date(2026, 12, 1))
    contacts = {each.id for each in read_contacts(DEFAULT_PACK / "contacts.yml")[0]}
    catalogue, _ = read_catalogue(DEFAULT_CURRICULUM)
    around = Around(catalogue, changes.sections(), contacts, changes.changed_since)
    assert [str(each) for each in check_levels(DEFAULT_CURRICULUM, around)] == []


def test_every_track_has_levels_and_enough_questions() -> None:
    """24 questions for employees and 14 for each other track, and twice as many as an exam asks."""
    levels, banks = read_levels(DEFAULT_CURRICULUM).levels, read_banks(DEFAULT_CURRICULUM).banks
    for track in Track:
        own = [each for each in banks.values() if each.track is track]
        assert sum(len(each.items) for each in own) >= FEWEST.get(track, 14)
        assert [each.belt for each in levels.on(track)][:2] == [Belt.WHITE, Belt.YELLOW]
        exams = [each for each in levels.on(track) if each.exam]
        assert exams
        for level in exams:
            assert level.exam is not None
            assert len(banks[level.exam.bank].upto(level.belt)) >= 2 * level.exam.items


def test_the_right_option_cannot_be_told_by_its_length() -> None:
    """In the default banks the right one of several is the longest no more often than by chance, and a little."""
    longest = asked = 0
    for bank in read_banks(DEFAULT_CURRICULUM).banks.values():
        for each in bank.items:
            if each.check.kind in {CheckKind.SINGLE, CheckKind.POST}:
                lengths = [len(option.text) for option in each.check.options]
                longest += lengths[each.check.right[0]] == max(lengths)
                asked += 1
    assert longest <= 0.4 * asked
