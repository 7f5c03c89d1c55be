"""read_lesson: one Markdown file as a lesson, or what makes it unusable, by line."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lessons.curriculum import read_lesson
from lessons.models import Check, CheckKind, Depth, Lesson, Option, Track
from tests.unit.lessons.lesson_files import BODY, LESSON, changed, line_of

FILE = "employees/employees-first-line.md"


def _read(source: str) -> Lesson:
    read = read_lesson(source, FILE)
    assert read.lesson is not None, [str(flaw) for flaw in read.flaws]
    return read.lesson


def test_a_lesson_is_read_whole() -> None:
    """Every field, the text without its heading, and each check with its options, feedback and line."""
    read = read_lesson(LESSON, FILE)
    assert read.flaws == ()
    assert read.lesson == Lesson(
        id="employees-first-line",
        title="Say it in the first line",
        summary="Where a disclosure stands.",
        track=Track.EMPLOYEES,
        minutes=2,
        rests_on=("disclosure#say-so", "disclosure#how"),
        owner="coe_lead",
        version="1.0",
        reviewed=date(2026, 11, 20),
        body=BODY,
        checks=(
            Check(
                "which",
                "Which is fine?",
                CheckKind.POST,
                (
                    Option("“This kettle!”", "A reader takes you for a customer.", right=False),
                    Option("“I work there, and I love it.”", "Yes. They know before they believe it.", right=True),
                ),
                line_of(LESSON, "## Check: Which"),
            ),
            Check(
                "profile",
                "A line in your profile is enough",
                CheckKind.TRUE_FALSE,
                (
                    Option("True", "Few people open a profile.", right=False),
                    Option("False", "Right. The post itself says it.", right=True),
                ),
                line_of(LESSON, "## Check: A line"),
            ),
        ),
        file=FILE,
    )


def test_depth_and_sources_are_read_where_they_stand() -> None:
    """The two fields that most lessons lack."""
    lesson = _read(changed("track: employees", 'depth: deep\nsources: ["16 CFR 255"]\ntrack: executives'))
    assert (lesson.depth, lesson.sources, lesson.track) == (Depth.DEEP, ("16 CFR 255",), Track.EXECUTIVES)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(ending: str) -> None:
    """A file saved on Windows, or on an old Mac, is the same lesson with the same lines."""
    assert _read(LESSON.replace("\n", ending)) == _read(LESSON)


def test_feedback_may_look_like_markdown() -> None:
    """Feedback that begins like a list or a quotation, stands over two lines or after an empty one, is kept as said."""
    for said in ("1. First ask.", "> as the policy says", "- no, rather not", "Few people\n  open a profile."):
        lesson = _read(changed("Few people open a profile.", said))
        assert lesson.checks[1].options[0].feedback == " ".join(said.split())
        assert len(lesson.checks[1].options) == 2
    assert _read(changed("- [ ] True\n", "- [ ] True\n\n")).checks == _read(LESSON).checks


def test_headings_and_boxes_in_the_text_are_no_checks() -> None:
    """A fenced example, a quotation and a smaller heading before the first check belong to the text."""
    before = "## Check: Which"
    extra = "```\n## Check: not me {#x type=single}\n- [x] no\n```\n\n> ## Check: nor me\n\n### And then\n\n"
    lesson = _read(changed(before, extra + before))
    assert [check.id for check in lesson.checks] == ["which", "profile"]
    assert lesson.body.endswith("### And then")


def test_a_question_keeps_its_braces() -> None:
    """Only the last braces of a heading are its attributes."""
    assert _read(changed("Which is fine?", "Is {name} fine?")).checks[0].question == "Is {name} fine?"


BROKEN = [
    ("id: employees-first-line", "id: Employees First", "the id 'Employees First' cannot be used"),
    ("id: employees-first-line", f"id: {'a' * 81}", "cannot be used"),
    ("id: employees-first-line", "id:", "'id' is missing"),
    ("title: Say it in the first line\n", "", "'title' is missing"),
    ("title: Say", "title: [Say]\nowner2: ", "'title' is no text: a list"),
    ("track: employees", "track: staff", "unknown track staff"),
    ("track: employees", "track: [employees]", "unknown track a list"),
    ("minutes: 2", "minutes: two", "'minutes' is no whole number: two"),
    ("minutes: 2", "minutes: true", "'minutes' is no whole number: True"),
    ("minutes: 2", "minutes: 2.5", "'minutes' is no whole number: 2.5"),
    ('version: "1.0"', "version: 1.0", "'version' is no text: 1.0"),
    ("reviewed: 2026-11-20", "reviewed: 2026-02-30", "'reviewed' is no date: 2026-02-30"),
    ("reviewed: 2026-11-20", "reviewed: last week", "'reviewed' is no date: last week"),
    ('rests_on: [disclosure#say-so, "disclosure#how"]', "rests_on: []", "'rests_on' is no list of texts"),
    ('rests_on: [disclosure#say-so, "disclosure#how"]', "rests_on: [1, 2]", "'rests_on' is no list of texts"),
    ("owner: coe_lead", "owner: coe_lead\ndepth: shallow", "unknown depth shallow"),
    ("owner: coe_lead", "owner: coe_lead\nsources: one", "'sources' is no list of texts: one"),
    ("type=post", "type=quiz", "unknown type of check 'quiz'"),
    (" type=post", "", "the check has no type"),
    ("#which ", "", "the check has no id"),
    ("#which", "#profile", "the check id 'profile' is used twice"),
    ("{#which type=post}", "{#which type=}", "the check has no id"),
    ("Check: Which is fine?", "Check:", "the check asks nothing"),
    ("- [x] “I work", "- [ ] “I work", "nobody can answer this check right"),
    ("- [ ] “This", "- [x] “This", "nobody can answer this check right"),
    ("- [ ] True\n  Few people open a profile.\n", "", "nobody can answer this check right"),
    ("- [ ] True", "- True", "this bullet is no option"),
    ("- [ ] True", "- [ ]", "this bullet is no option"),
    (BODY, "", "there is no text to read"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_what_cannot_be_used_is_named_with_its_line(old: str, new: str, message: str) -> None:
    """A lesson that nobody could be taught with is left out, and the line and the remedy are told."""
    source = changed(old, new)
    read = read_lesson(source, FILE)
    assert read.lesson is None
    flaw = next(flaw for flaw in read.flaws if message in flaw.message)
    assert 1 <= flaw.line <= source.count("\n") + 1
    assert flaw.remedy and not flaw.remedy.endswith(".") and "\n" not in str(flaw)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("minutes: 2", "minutes: many", "minutes"),
        ("type=post", "type=quiz", "## Check: Which"),
        ("- [ ] True", "- True", "- True"),
        ("owner: coe_lead", 'owner: "coe_lead', "owner"),
    ],
)
def test_the_line_is_the_one_to_mend(old: str, new: str, line: str) -> None:
    """A flaw points at the field, the check or the bullet; broken YAML at or below the line where it breaks."""
    source = changed(old, new)
    flaw = read_lesson(source, FILE).flaws[0]
    at = line_of(source, line)
    assert flaw.line == at or ("YAML" in flaw.message and at < flaw.line <= at + 3)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner: coe_lead", "owner: coe_lead\nsource: x", "there is no field 'source'"),
        ("owner: coe_lead", "owner: coe_lead\nowner: coe_lead", "'owner' is written twice"),
        ("- [ ] True", "Think first.\n\n- [ ] True", "this stands below a check and is no option"),
        ("## Check: A line", "## More\n\n## Check: A line", "there is a heading below the checks"),
        ("## Check: A line", "### Check: A line", "the heading of a check has two '#'"),
        ("## Check: A line", "## Chekc: A line", "this heading has a type and is no check"),
    ],
)
def test_smaller_slips_are_named_and_the_lesson_is_kept(old: str, new: str, message: str) -> None:
    """A misspelt field or a stray line does not take the lesson away from its learners."""
    read = read_lesson(changed(old, new), FILE)
    assert read.lesson is not None
    assert message in [flaw.message for flaw in read.flaws]


@pytest.mark.parametrize(
    "source",
    ["", "# A title\n", "---\n---\n# T\n", "---\n{}\n---\n", "---\n1: 2\n---\n", "---\n- a\n---\n", "---\nid: x\n"],
)
def test_a_file_without_fields_is_no_lesson(source: str) -> None:
    """Nothing to read is told as such, in one flaw or more."""
    read = read_lesson(source, FILE)
    assert read.lesson is None and read.flaws


@pytest.mark.parametrize(
    "front",
    [
        *(
            "a: [",
            "a: 'b",
            "\x00",
            "a: &x [*x]\nid: *x",
            "<<: 1",
            "? [a]\n: b",
            "[" * 5000,
            "id: !!python/object:os.x {}",
        ),
        *("id: !!bool maybe", "minutes: " + "9" * 5000, "a: &a [x]\nb: &b [*a,*a]\nid: [*b,*b]"),
    ],
)
def test_broken_yaml_is_a_flaw(front: str) -> None:
    """No YAML crashes the reader, however it is broken."""
    read = read_lesson(f"---\nversion: '1'\n{front}\n---\n# T\n", FILE)
    assert read.lesson is None and read.flaws


PIECES = st.sampled_from(
    [
        *("---\n", "id: x\n", "title: &a [*a]\n", "checks: ", "# T\n", "## Check: ", "{#a type=single}", "{#a"),
        *("type=post}\n", "- [x] ", "- [ ] ", "- [ ]\n", "* [X] a\n", "+ ", "  feedback\n", "\t", "    ", "> "),
        *("```\n", "1. ", "---", "===\n", "<b>", "<!--", "![a](b)", "[a](http://x)", "\n", "\n\n", "\r", "\r\n"),
        *("\x00", "\u2028", "\x0b", "\ufeff", "…“”", "track: employees\n", "minutes: 9\n", "rests_on: [a#b]\n"),
        *("\\", "**", "`", "{", "}"),
    ]
)
RUBBISH = st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join)


@given(source=RUBBISH)
@settings(max_examples=300, deadline=None)
@example("---\n\rid: x\n---\r# T")
def test_rubbish_is_never_more_than_a_flaw(source: str) -> None:
    """Reading never raises: there is a lesson, or a flaw that says why there is none, with a line of the file."""
    read = read_lesson(source, FILE)
    assert read.lesson is not None or read.flaws
    lines = source.count("\n") + source.count("\r") + 1
    assert all(1 <= flaw.line <= lines and "\n" not in str(flaw) for flaw in read.flaws)


@given(rubbish=RUBBISH, data=st.data())
@settings(max_examples=200, deadline=None)
def test_rubbish_inside_a_lesson_is_never_more_than_a_flaw(rubbish: str, data: st.DataObject) -> None:
    """So it is where the rubbish was pasted into a sound lesson, anywhere; a lesson that is read can be answered."""
    at = data.draw(st.integers(0, len(LESSON)))
    read = read_lesson(LESSON[:at] + rubbish + LESSON[at:], FILE)
    assert read.lesson is not None or read.flaws
    for check in read.lesson.checks if read.lesson else ():
        assert len(check.options) >= 2 and check.right
        assert check.kind is CheckKind.MULTIPLE or len(check.right) == 1


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
NAMES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@st.composite
def checks(draw: st.DrawFn) -> Check:
    """A check that can be answered."""
    kind = draw(st.sampled_from([CheckKind.SINGLE, CheckKind.POST, CheckKind.MULTIPLE]))
    texts = draw(st.lists(st.tuples(LINES, LINES), min_size=2, max_size=5))
    right = draw(st.integers(0, len(texts) - 1))
    options = [
        Option(text, said, place == right or (kind is CheckKind.MULTIPLE and draw(st.booleans())))
        for place, (text, said) in enumerate(texts)
    ]
    return Check(draw(NAMES), draw(LINES), kind, tuple(options))


@st.composite
def lessons(draw: st.DrawFn) -> Lesson:
    """Any lesson of plain words."""
    return Lesson(
        id=draw(NAMES),
        title=draw(LINES),
        summary=draw(LINES),
        track=draw(st.sampled_from(Track)),
        minutes=draw(st.integers(1, 3)),
        rests_on=tuple(draw(st.lists(st.builds("{}#{}".format, NAMES, NAMES), min_size=1, max_size=3))),
        owner=draw(NAMES),
        version=draw(LINES),
        reviewed=draw(st.dates()),
        body="\n\n".join(draw(st.lists(LINES, min_size=1, max_size=4))),
        checks=tuple(draw(st.lists(checks(), max_size=2, unique_by=lambda check: check.id))),
        depth=draw(st.none() | st.sampled_from(Depth)),
        sources=tuple(draw(st.lists(LINES, max_size=2))),
        file=FILE,
    )


def _written(lesson: Lesson) -> str:
    """A lesson as an author writes it."""
    fields: dict[str, object] = {
        name: getattr(lesson, name) for name in ("id", "title", "summary", "minutes", "owner", "version", "reviewed")
    }
    fields |= {"track": str(lesson.track), "rests_on": list(lesson.rests_on)}
    fields |= {"depth": str(lesson.depth)} if lesson.depth else {}
    fields |= {"sources": list(lesson.sources)} if lesson.sources else {}
    text = f"---\n{yaml.safe_dump(fields, allow_unicode=True)}---\n# {lesson.title}\n\n{lesson.body}\n"
    for check in lesson.checks:
        text += f"\n## Check: {check.question} {{#{check.id} type={check.kind}}}\n"
        text += "".join(f"- [{' x'[each.right]}] {each.text}\n  {each.feedback}\n" for each in check.options)
    return text


@given(lesson=lessons())
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_what_is_read(lesson: Lesson) -> None:
    """Round trip: any lesson of plain words comes back as it was, with the line of each check."""
    source = _written(lesson)
    read = _read(source)
    lines = source.split("\n")
    assert [lines[check.line - 1].startswith("## Check: ") for check in read.checks] == [True] * len(lesson.checks)
    moved = tuple(
        Check(check.id, check.question, check.kind, check.options, found.line)
        for check, found in zip(lesson.checks, read.checks, strict=True)
    )
    assert read == Lesson(**{name: getattr(lesson, name) for name in Lesson.__slots__} | {"checks": moved})
