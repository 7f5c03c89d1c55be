"""check_curriculum: everything that keeps a curriculum from being a good one, with file, line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.models import Flaw
from lessons.soundness import check_curriculum
from lessons.soundness.alike import likeness
from lessons.soundness.words import words
from tests.unit.lessons.lesson_files import BODY, LESSON, PROGRAMMES, changed, line_of, write

TODAY = date(2026, 12, 1)
SECTIONS = {"disclosure#say-so", "disclosure#how"}
FIRST = "employees/employees-first-line.md"
OTHER_BODY = " ".join(f"word{number} stands alone here" for number in range(20))
SECOND = LESSON.replace("first-line", "second").replace("Say it in the first line", "Another").replace(BODY, OTHER_BODY)


def _never(section: str, day: date) -> date | None:
    return None


def _check(
    folder: Path, lesson: str = LESSON, programmes: str = PROGRAMMES, more: dict[str, str | bytes] | None = None
) -> list[Flaw]:
    write(folder, {FIRST: lesson, "programmes.yml": programmes})
    write(folder, more or {})
    return list(check_curriculum(folder, SECTIONS, {"coe_lead"}, TODAY, _never))


def test_a_sound_curriculum_has_no_flaw(tmp_path: Path) -> None:
    """What the other tests break is sound."""
    assert _check(tmp_path) == []


LONG = "word " * 40
LESSON_FLAWS = [
    ("disclosure#say-so", "disclosure#gone", "there is no section 'disclosure#gone'", "disclosure#gone"),
    ("owner: coe_lead", "owner: nobody", "the owner 'nobody' is no contact", "owner:"),
    (BODY, "Too short.", "the text has 2 words", "title:"),
    (BODY, f"{BODY} {LONG * 3}", "the text has 178 words", "title:"),
    ("minutes: 2", "minutes: 4", "the lesson takes 4 minutes", "minutes:"),
    ("minutes: 2", "minutes: 0", "the lesson takes 0 minutes", "minutes:"),
    ("Which is fine?", LONG * 16, "reading text, questions and options takes 3.6 minutes", "minutes:"),
    ("minutes: 2\n", "minutes: 1\n", None, ""),
    ("Which is fine?", LONG * 12, "reading takes 2.8 minutes, not 2", "minutes:"),
    ("id: employees-first-line", "id: units-first-line", "does not begin with 'employees-'", "id:"),
    ("id: employees-first-line", "id: employees-line", "the file is not named 'employees-line.md'", "id:"),
    ("title: Say it in", "title: Say so in", "the title is not the heading of the text", "title:"),
    ("# Say it in the first line\n", "", "the title is not the heading of the text", "title:"),
    ("summary: Where", f"summary: Where {'very ' * 30}", "the summary has 176 characters", "summary:"),
    ("minutes: 2", "depth: light\nminutes: 2", "only lessons for executives have a depth", "depth:"),
    ("track: employees", "track: executives", "a lesson for executives has no depth", "track:"),
    ("reviewed: 2026", "reviewed: 2062", "the review on 2062-11-20 is more than a year ahead", "reviewed:"),
    ("neighbour", "[neighbour](http://example.com)", "the link 'http://example.com' is not https", "http://"),
    ("neighbour", "[neighbour](other.md)", "the link 'other.md' is not https", "other.md"),
    ("neighbour", "[neighbour](https://example.com/a)", "the link 'https://example.com/a' is no source", "https://"),
    ("neighbour", "<b>neighbour</b>", "HTML and pictures are not shown in chat", "<b>"),
    ("neighbour", "![neighbour](https://example.com)", "HTML and pictures are not shown in chat", "neighbour"),
    ("- [x] “I work", "- [x] “This kettle!”\n  Yes.\n- [ ] “I work", "check 'which' has this option twice", "“This"),
    ("  Few people open a profile.\n", "", "an option of check 'profile' has no feedback", "- [ ] True"),
    (
        "Few people",
        f"Few people {'of those ' * 25}",
        "the feedback in check 'profile' has 251 characters",
        "- [ ] True",
    ),
    ("“This kettle!”", "“This kettle!”" * 14, "the option in check 'which' has 196 characters", "“This"),
    ("- [ ] True", "- [ ] Yes", "the options of check 'profile' are not True and False", "## Check: A line"),
    ("type=true_false", "type=multiple", "check 'profile' has 2 options", "## Check: A line"),
    ("type=true_false", "type=multiple", "of check 'profile' 1 of 2 options are right", "## Check: A line"),
    ("- [ ] True\n", "- [ ] A\n  a\n- [ ] B\n  b\n- [ ] C\n  c\n- [ ] True\n", "has 5 options", "## Check: A line"),
]


@pytest.mark.parametrize(("old", "new", "message", "line"), LESSON_FLAWS)
def test_a_flaw_of_a_lesson_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, message: str | None, line: str
) -> None:
    """Each rule of the format, broken once; ``None`` is what is just allowed."""
    lesson = changed(old, new)
    found = _check(tmp_path, lesson)
    if message is None:
        assert found == []
        return
    flaw = next(flaw for flaw in found if message in flaw.message)
    assert (flaw.file, flaw.line) == (FIRST, line_of(lesson, line))
    assert flaw.remedy and not flaw.remedy.endswith(".")


def test_a_lesson_without_a_check_is_flawed_and_so_is_one_with_three(tmp_path: Path) -> None:
    """One or two checks, so that it stays short and is still a lesson."""
    none = LESSON[: LESSON.index("## Check")]
    assert [flaw.message for flaw in _check(tmp_path, none)] == ["the lesson has no checks"]
    third = LESSON + "\n## Check: And? {#third type=single}\n- [ ] a\n  no\n- [x] b\n  yes\n"
    assert [(flaw.line, flaw.message) for flaw in _check(tmp_path, third)] == [
        (line_of(third, "## Check: And"), "the lesson has 3 checks")
    ]


@pytest.mark.parametrize(
    "words_of",
    ["Sales rose by 12 %.", "It cost €300.", "It cost 4,000 dollars.", "See 16 CFR 255.5.", "The GDPR says so."],
)
def test_figures_and_laws_need_a_source(tmp_path: Path, words_of: str) -> None:
    """A figure or a law stands with its source or not at all, in the text as in the feedback."""
    for old in ("Half a line at the front", "Few people open a profile."):
        lesson = changed(old, f"{words_of} {old}")
        (flaw,) = _check(tmp_path, lesson)
        assert "without a source" in flaw.message and flaw.line == line_of(lesson, words_of[:6])
        assert _check(tmp_path, changed("owner:", "sources: [The ledger of 2025]\nowner:", lesson)) == []


@pytest.mark.parametrize(
    "words_of",
    ["She writes: “20 % off today.”", "Suppose sales rose by 12 %.", "The numbers are invented: 12 %.", "Say, 12 %."],
)
def test_what_is_quoted_or_supposed_is_no_figure(tmp_path: Path, words_of: str) -> None:
    """Somebody's post proves nothing, and a sum with invented numbers needs no source."""
    assert _check(tmp_path, changed("Half a line at the front", f"{words_of} Half a line at the front")) == []


def test_supposing_does_not_excuse_a_law(tmp_path: Path) -> None:
    """A law is no invented number."""
    (flaw,) = _check(tmp_path, changed("Half a line", "Suppose that 16 CFR 255 holds. Half a line"))
    assert "'16 CFR'" in flaw.message


def test_a_link_to_a_source_is_welcome(tmp_path: Path) -> None:
    """An https address that is named under ``sources``."""
    lesson = changed("neighbour", "[neighbour](https://example.com/a)")
    assert _check(tmp_path, changed("owner:", 'sources: ["A, https://example.com/a"]\nowner:', lesson)) == []


BOTH = changed("[employees-first-line]", "[employees-first-line, employees-second]", PROGRAMMES)


def test_a_title_that_stands_twice(tmp_path: Path) -> None:
    """In whatever case; the later file is told."""
    second = SECOND.replace("Another", "SAY IT IN THE FIRST LINE")
    (flaw,) = _check(tmp_path, programmes=BOTH, more={"employees/employees-second.md": second})
    assert (flaw.file, flaw.line) == ("employees/employees-second.md", 3)
    assert flaw.message == "the title 'SAY IT IN THE FIRST LINE' is also that of 'employees-first-line'"


def test_a_text_that_was_copied(tmp_path: Path) -> None:
    """A few changed words do not make it another lesson; one of its own is none of a copy's."""
    copied = SECOND.replace(OTHER_BODY, BODY.replace("Deniz", "Mara").replace("kettle", "toaster"))
    (flaw,) = _check(tmp_path, programmes=BOTH, more={"employees/employees-second.md": copied})
    assert flaw.message == "the text is nearly that of 'employees-first-line'"
    assert _check(tmp_path, programmes=BOTH, more={"employees/employees-second.md": SECOND}) == []


@given(shared=st.integers(0, 40))
def test_a_third_in_common_is_a_fifth_alike(shared: int) -> None:
    """The limit means what its docstring says: likeness rises with what is shared, from 0 to 1, past .2 at a third."""
    own = [f"own{at}" for at in range(40 - shared)]
    other = [f"other{at}" for at in range(40 - shared)]
    same = [f"same{at}" for at in range(shared)]
    alike = likeness(" ".join(same + own), " ".join(same + other))
    sequences, common = 37, max(shared - 3, 0)
    assert alike == pytest.approx(common / (2 * sequences - common))
    assert (alike >= 0.2) == (common >= sequences / 3)


@pytest.mark.parametrize(
    ("markdown", "count"),
    [
        ("**Bold** and [a link](https://example.com/long)", 4),
        ("– “ ” …", 0),
        ("```\none two\n```", 2),
        ("> quoted\n> text", 2),
        ("1. one\n2. two", 2),
    ],
)
def test_words_are_counted_as_a_reader_sees_them(markdown: str, count: int) -> None:
    """Neither markup nor addresses nor lonely dashes are words."""
    assert len(words(markdown)) == count


STEPS = "[employees-first-line]"
PROGRAMME_FLAWS = [
    (STEPS, "[employees-first-line, employees-lost]", "names 'employees-lost', and no lesson of that id could be read"),
    (STEPS, "[employees-first-line, employees-first-line]", "names 'employees-first-line' twice"),
    ("track: employees", "track: coe", "is for coe, and 'employees-first-line' for employees"),
]


@pytest.mark.parametrize(("old", "new", "message"), PROGRAMME_FLAWS)
def test_a_flaw_of_a_programme_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Steps that lead nowhere, twice, or onto another track."""
    found = [flaw for flaw in _check(tmp_path, programmes=changed(old, new, PROGRAMMES)) if message in flaw.message]
    assert [(flaw.file, flaw.line) for flaw in found] == [("programmes.yml", 6)]


def test_days_of_onboarding_rise(tmp_path: Path) -> None:
    """Two lessons on one day, or one before the other, are told at the later step."""
    more = PROGRAMMES + (
        "  - id: employees-onboarding\n    title: Days\n    track: employees\n    rhythm: onboarding\n    steps:\n"
        "      - {day: 3, lesson: employees-first-line}\n      - {day: 3, lesson: employees-second}\n"
    )
    (flaw,) = _check(tmp_path, programmes=more, more={"employees/employees-second.md": SECOND})
    assert (flaw.line, flaw.message) == (13, "in programme 'employees-onboarding' day 3 follows day 3")


def test_light_lessons_come_before_deep_ones(tmp_path: Path) -> None:
    """Executives get a first light pass and the deeper one later."""
    deep = LESSON.replace("employees", "executives").replace("minutes:", "depth: deep\nminutes:")
    light = SECOND.replace("employees", "executives").replace("minutes:", "depth: light\nminutes:")
    write(tmp_path, {"executives-first-line.md": deep, "executives-second.md": light})
    write(tmp_path, {"programmes.yml": BOTH.replace("employees", "executives")})
    (flaw,) = check_curriculum(tmp_path, SECTIONS, {"coe_lead"}, TODAY, _never)
    assert (flaw.line, flaw.remedy) == (6, "Let the light lessons come first")
    swapped = BOTH.replace("[employees-first-line, employees-second]", "[executives-second, executives-first-line]")
    write(tmp_path, {"programmes.yml": swapped.replace("employees", "executives")})
    assert check_curriculum(tmp_path, SECTIONS, {"coe_lead"}, TODAY, _never) == ()


def test_a_lesson_that_nobody_gets(tmp_path: Path) -> None:
    """A lesson in no programme is told, and so is a track that has lessons and no weekly programme."""
    found = _check(tmp_path, programmes="programmes:\n", more={})
    assert "the lesson 'employees-first-line' is in no programme" in [flaw.message for flaw in found]
    second = SECOND.replace("employees", "partners")
    found = _check(tmp_path, more={"partners/partners-second.md": second})
    assert {flaw.message for flaw in found} == {
        "the lesson 'partners-second' is in no programme",
        "the track partners has lessons and no weekly programme",
    }


def test_a_lesson_is_stale_when_a_section_changed_after_its_review(tmp_path: Path) -> None:
    """The section, the day and the review are told, on the line of the section; a new review mends it."""

    def changed_since(section: str, day: date) -> date | None:
        return date(2026, 11, 25) if section == "disclosure#how" and day < date(2026, 11, 25) else None

    write(tmp_path, {FIRST: LESSON, "programmes.yml": PROGRAMMES})
    (flaw,) = check_curriculum(tmp_path, SECTIONS, {"coe_lead"}, TODAY, changed_since)
    assert str(flaw) == (
        f"{FIRST}:7: the section 'disclosure#how' changed on 2026-11-25 after the lesson was reviewed on 2026-11-20. "
        "Read it again and set 'reviewed'."
    )
    write(tmp_path, {FIRST: changed("reviewed: 2026-11-20", "reviewed: 2026-11-26")})
    assert check_curriculum(tmp_path, SECTIONS, {"coe_lead"}, TODAY, changed_since) == ()


def test_sections_and_contacts_that_nobody_knows_are_not_asked_for(tmp_path: Path) -> None:
    """Where a pack's policies or contacts cannot be read, its lessons are not told to be wrong for it."""
    write(tmp_path, {FIRST: LESSON, "programmes.yml": PROGRAMMES})
    assert check_curriculum(tmp_path, None, None, TODAY, _never) == ()
    assert len(check_curriculum(tmp_path, (), (), TODAY, _never)) == 3


def test_flaws_come_sorted_and_once(tmp_path: Path) -> None:
    """By file, then line."""
    lesson = changed("type=true_false", "type=multiple", changed("owner: coe_lead", "owner: nobody"))
    found = _check(tmp_path, lesson, more={"coe/x.md": "x"})
    assert found == sorted(set(found))
    assert [flaw.file for flaw in found] == ["coe/x.md", FIRST, FIRST, FIRST]
