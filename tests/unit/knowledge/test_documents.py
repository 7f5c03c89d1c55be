"""Reading policies: blocks, front matter, sections, passages, folders."""

from __future__ import annotations

import os
from datetime import date
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge.documents import read_folder, read_policy
from knowledge.documents.blocks import Body, FrontMatter, Heading, plain, read_blocks
from knowledge.documents.front_matter import as_date, as_names, read_fields
from knowledge.documents.passages import PASSAGE_WORDS, cut_passages, cut_sentences
from knowledge.documents.policy import slug
from knowledge.errors import ContentError
from knowledge.models import Fact, Policy, Section, Span, Verdict

ANNOTATED = dedent("""\
    ---
    id: disclosure
    title: Saying who
      you work for
    kind: disclosure
    owner: coe_lead
    version: "1.0"
    effective: 2026-09-01
    review_by: 2027-09-01
    audience: [coe, partners]
    regions: worldwide
    ---
    # Saying who you work for

    What this is for.

    ## Praise us openly {#praise-openly verdict=yes_if}

    You may praise our products when the post says
    that you work here. A line in your profile is not enough.

    - if: the post
      itself says so
    - if: you used it yourself
    - ask: coe_lead
    - source: 16 CFR 255.5
    - fact: Does the post say so?
    - when: Yes
    - an ordinary bullet

    ### Situations

    - can i rave
      about our blender?
    1. told the mums on tiktok
    -

    ## Another rule {#another verdict=no}

    You may not.
    """)


def _policy(source: str, file: str = "x.md") -> Policy:
    read = read_policy(source, file)
    assert read.problems == ()
    return read.policy


def _quotes(policy: Policy, section: Section) -> list[str]:
    return [span.of(policy.text) for span in section.sentences]


def _headings(source: str) -> list[tuple[int, str, int]]:
    return [(block.level, block.text, block.line) for block in read_blocks(source) if isinstance(block, Heading)]


def _bodies(source: str) -> list[tuple[str, int, bool]]:
    return [(block.text, block.line, block.bullet) for block in read_blocks(source) if isinstance(block, Body)]


# Blocks


def test_headings_and_bodies_have_their_lines() -> None:
    """Paragraphs, list items and tables are blocks of their own; only list items are bullets."""
    source = "# A\n\none\ntwo\n\n- x\n- y\n\n1. z\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert _headings(source) == [(1, "A", 1)]
    assert _bodies(source) == [
        ("one\ntwo", 3, False),
        ("- x", 6, True),
        ("- y", 7, True),
        ("1. z", 9, True),
        ("> quoted", 11, False),
        ("| a | b |\n|---|---|\n| c | d |", 13, False),
    ]


def test_setext_headings() -> None:
    """Underlined headings are headings."""
    assert _headings("Title\n=====\n\nSub\n---\n\ntext\n") == [(1, "Title", 1), (2, "Sub", 4)]


def test_code_with_hashes_is_no_heading() -> None:
    """A comment in a code fence does not begin a section."""
    source = "# A\n\n```sh\n# not a heading\n## nor this\n```\n\n    # nor this\n"
    assert _headings(source) == [(1, "A", 1)]
    assert [line for _, line, _ in _bodies(source)] == [3, 8]


def test_nested_lists_belong_to_their_item() -> None:
    """An item of a top-level list keeps what is nested in it."""
    assert _bodies("- a\n  - b\n    - c\n- d\n") == [("- a\n  - b\n    - c", 1, True), ("- d", 4, True)]


def test_a_quotation_keeps_its_list() -> None:
    """A list inside a quotation is read once, with the quotation."""
    assert _bodies("> - a\n> - b\n\n- c\n  > - d\n") == [("> - a\n> - b", 1, False), ("- c\n  > - d", 4, True)]


def test_html_headings_count() -> None:
    """A page that was pasted as HTML has its headings, their ids, and text between the tags."""
    source = '<div>\n<h2 id="kind">Be <b>kind</b></h2>\n<p>Always be kind.</p>\n<script>x()</script>\n</div>\n'
    heading, body = read_blocks(source)
    assert isinstance(heading, Heading)
    assert (heading.level, heading.text, heading.line, heading.attributes) == (2, "Be kind", 2, {"id": "kind"})
    assert isinstance(body, Body)
    assert (body.text, body.line) == ("Always be kind.", 3)


def test_attributes_are_taken_off_the_heading() -> None:
    """Braces behind a heading are attributes; braces that are none stay words."""
    first, second, third = read_blocks("## A {#x verdict=no}\n## B {curly\n## C {}}\n")
    assert first == Heading(2, "A", Span(0, 20), 1, {"id": "x", "verdict": "no"})
    assert second == Heading(2, "B {curly", Span(21, 32), 2)
    assert third == Heading(2, "C", Span(33, 41), 3)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_front_matter_is_the_sources_own_text(newline: str) -> None:
    """The YAML is cut from the source, whatever its line ends, so that offsets into it hold."""
    source = newline.join(["---", "id: x", "", "---", "text", ""])
    block = next(iter(read_blocks(source)))
    assert isinstance(block, FrontMatter)
    assert (block.text, block.line) == (f"id: x{newline}{newline}", 2)


def test_plain_takes_markup_away() -> None:
    """For indexing: links, tags, emphasis, entities and template tags go; their words stay."""
    assert plain("**Be** [kind](x.md) &amp; <b>fair</b> {{ shortcode }} `now`") == "Be kind & fair now"


# Front matter


def test_dates_and_names_from_yaml() -> None:
    """A date may be quoted, a list may be one name; anything else is nothing."""
    fields = read_fields("a: 2026-09-01\nb: '2026-09-01'\nc: 2026-09-01 10:00:00\nd: soon\ne: 3\nf: 2026-02-30\n")
    day = date(2026, 9, 1)
    assert [as_date(fields[key]) for key in "abcdef"] == [day, day, day, None, None, None]
    assert as_names(["a ", "", 3]) == ("a", "3")
    assert as_names(" a ") == ("a",)
    assert as_names(None) == as_names({}) == ()


@pytest.mark.parametrize(
    "text",
    ["a: [", "- a\n- b", "just words", "a: !!bool maybe", "a: !!python/object:os.system x", "a: " + "[" * 5000, "\x00"],
    ids=["broken", "list", "words", "tag", "object", "deep", "nul"],
)
def test_front_matter_that_is_no_mapping_is_refused(text: str) -> None:
    """One kind of error for all that YAML cannot read, and nothing is ever constructed from it."""
    with pytest.raises(ContentError, match="front matter is not"):
        read_fields(text)


def test_broken_front_matter_names_its_line() -> None:
    """The problem is where YAML gave up; the rules below are read all the same."""
    read = read_policy("---\nid: x\ntitle: a: b\n---\n# A\n\nYou may not.\n", "x.md")
    assert [(each.line, each.message) for each in read.problems] == [(3, "the front matter is not valid YAML")]
    assert [section.heading for section in read.policy.sections] == ["A"]


def test_a_date_that_no_calendar_has_costs_only_itself() -> None:
    """The other fields of the front matter are still read."""
    policy = _policy("---\nid: kept\neffective: 2026-02-30\n---\n# A\n\nYou may not.\n")
    assert (policy.id, policy.effective) == ("kept", None)


# Policies


def test_an_annotated_policy() -> None:
    """Front matter, verdict, fields and situations, as their author wrote them."""
    policy = _policy(ANNOTATED, "sub/disclosure.md")
    assert (policy.id, policy.title, policy.kind, policy.owner, policy.version) == (
        "disclosure",
        "Saying who you work for",
        "disclosure",
        "coe_lead",
        "1.0",
    )
    assert (policy.effective, policy.review_by) == (date(2026, 9, 1), date(2027, 9, 1))
    assert (policy.audience, policy.regions) == (("coe", "partners"), ("worldwide",))
    assert [section.id for section in policy.sections] == ["praise-openly", "another"]
    section = policy.sections[0]
    assert (section.heading, section.line, section.path) == ("Praise us openly", 17, ("Saying who you work for",))
    assert (section.verdict, section.inferred) == (Verdict.YES_IF, False)
    assert section.conditions == ("the post itself says so", "you used it yourself")
    assert (section.ask, section.sources) == ("coe_lead", ("16 CFR 255.5",))
    assert section.fact == Fact("Does the post say so?", "Yes")
    assert section.situations == ("can i rave about our blender?", "told the mums on tiktok")
    assert _quotes(policy, section) == [
        "You may praise our products when the post says\nthat you work here.",
        "A line in your profile is not enough.",
        "an ordinary bullet",
    ]


def test_levels_of_a_section_are_read() -> None:
    """Several on a line or on lines of their own, each once; what they stand in is no word of the policy."""
    rule = "You may answer.\n\n- certified: green, coe-yellow\n- certified: green ,\n- if: it is short\n"
    (section,) = _policy(f"# A\n\n## B {{verdict=yes}}\n\n{rule}").sections
    assert section.certified == ("green", "coe-yellow")
    assert (section.conditions, len(section.sentences), len(section.passages)) == (("it is short",), 1, 1)


def test_any_markdown_is_a_policy() -> None:
    """Without annotations: names from the file, the title from the first heading, verdicts from the wording."""
    policy = _policy("# Be kind\n\nYou must not shout.\n\n## Sub\n\nYou may whisper.\n", "hr/be_kind.md")
    assert (policy.id, policy.title, policy.version, policy.owner) == ("hr-be_kind", "Be kind", "unversioned", None)
    assert (policy.audience, policy.regions) == (("everyone",), ("worldwide",))
    assert [(each.id, each.path, each.verdict, each.inferred) for each in policy.sections] == [
        ("be-kind", (), Verdict.NO, True),
        ("sub", ("Be kind",), Verdict.YES, True),
    ]


def test_no_heading_at_all() -> None:
    """Text without a heading is one section under the file's name."""
    policy = _policy("You may not post this.\n", "house_rules.md")
    assert [(each.id, each.heading, each.line) for each in policy.sections] == [("house-rules", "House rules", 1)]


@pytest.mark.parametrize("source", ["", "\n\n", "---\nid: x\n---\n", "# Only a heading\n", "-\n"])
def test_nothing_to_quote_is_no_section(source: str) -> None:
    """A file without text has no section."""
    assert _policy(source).sections == ()


def test_headings_of_the_same_name_have_ids_of_their_own() -> None:
    """As on GitHub, the second one is numbered; that is no mistake."""
    policy = _policy("## A\n\none.\n\n## A\n\ntwo.\n\n## !\n\nthree.\n")
    assert [section.id for section in policy.sections] == ["a", "a-1", "section"]


def test_written_ids_must_differ() -> None:
    """An id that its author wrote twice is a mistake, and still nothing is lost."""
    read = read_policy("## A {#x}\n\none.\n\n## B {#x}\n\ntwo.\n", "x.md")
    assert [section.id for section in read.policy.sections] == ["x", "x-1"]
    assert [(each.line, each.message) for each in read.problems] == [(5, "section id 'x' is used twice")]


def test_an_unknown_verdict_is_inferred_and_reported() -> None:
    """A verdict that does not exist is not guessed at: the wording decides, marked as inferred."""
    read = read_policy("## A {verdict=perhaps}\n\nYou must not shout.\n", "x.md")
    assert [(each.verdict, each.inferred) for each in read.policy.sections] == [(Verdict.NO, True)]
    assert [(each.line, each.message) for each in read.problems] == [(1, "unknown verdict 'perhaps'")]


def test_a_fact_needs_its_answer() -> None:
    """A question that decides is of no use without the answer under which the section holds."""
    read = read_policy("## A\n\nYou may.\n\n- fact: Is it so?\n", "x.md")
    assert read.policy.sections[0].fact is None
    assert [each.line for each in read.problems] == [1]


def test_slugs_are_those_of_site_generators() -> None:
    """Links that work on GitHub work here."""
    assert slug("What's *new*, Jürgen? (v2)") == "whats-new-jürgen-v2"


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_other_systems(newline: str) -> None:
    """The same policy with other line ends is the same policy, and its quotes are verbatim."""
    unix, other = _policy(ANNOTATED), _policy(ANNOTATED.replace("\n", newline))
    assert [(each.id, each.line, each.conditions, each.situations) for each in other.sections] == [
        (each.id, each.line, each.conditions, each.situations) for each in unix.sections
    ]
    assert (other.id, other.title, other.effective) == (unix.id, unix.title, unix.effective)
    assert [quote.replace(newline, "\n") for quote in _quotes(other, other.sections[0])] == _quotes(
        unix, unix.sections[0]
    )


# Questions and answers in YAML


FAQ = dedent("""\
    groups:
      - name: Posting
        items:
          - question: May I post a selfie?
            answer: "You may not post a selfie from the lab."
          - q: And from
              the canteen?
            a: |
              You may post selfies from the canteen.
              Ask the others first.
          - question: Empty?
            answer: ""
          - question: Marked?
            answer: &mark You must never do that.
    """)


def test_faqs_of_a_yaml_file() -> None:
    """Each pair is a section; answers are quoted without quotation marks, block signs and anchors."""
    policy = _policy(FAQ, "faq.yml")
    assert [(each.heading, each.line) for each in policy.sections] == [
        ("May I post a selfie?", 4),
        ("And from the canteen?", 6),
        ("Marked?", 13),
    ]
    assert [_quotes(policy, each) for each in policy.sections] == [
        ["You may not post a selfie from the lab."],
        ["You may post selfies from the canteen.", "Ask the others first."],
        ["You must never do that."],
    ]
    assert all(section.inferred for section in policy.sections)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_faqs_in_front_matter(newline: str) -> None:
    """Some site generators keep their questions in the front matter."""
    source = newline.join(
        ["---", "title: FAQ", "faqs:", "  - q: Why?", "    a: |", "      You must not ask.", "---", ""]
    )
    policy = _policy(source)
    assert [_quotes(policy, each) for each in policy.sections] == [["You must not ask."]]


@pytest.mark.parametrize("source", ["a: [", "&a [*a]", "[" * 5000, "q: x", ""])
def test_yaml_without_faqs_is_an_empty_policy(source: str) -> None:
    """Broken, circular or other YAML holds nothing to answer from."""
    assert _policy(source, "x.yaml").sections == ()


# Passages and sentences


def test_sentences_end_where_readers_end_them() -> None:
    """Abbreviations and very short pieces do not end a sentence; closing quotes belong to it."""
    source = 'Yes. You may post e.g. photos. She said "no way!" Then J. Doe left'
    assert [span.of(source) for span in cut_sentences(source, Span(0, len(source)))] == [
        "Yes. You may post e.g. photos.",
        'She said "no way!"',
        "Then J. Doe left",
    ]


def test_long_sections_are_cut_into_overlapping_passages() -> None:
    """No passage is much too long, each begins with the last block of the one before, and all text is covered."""
    source = "\n\n".join(f"Paragraph {number} " + "word " * 40 + "end." for number in range(9))
    bodies = [block for block in read_blocks(source) if isinstance(block, Body)]
    passages = cut_passages(source, bodies)
    assert len(passages) > 1
    assert all(len(span.of(source).split()) <= PASSAGE_WORDS for span in passages)
    assert (passages[0].start, passages[-1].end) == (0, len(source))
    assert all(after.start < before.end for before, after in pairwise(passages))


def test_a_block_that_is_too_long_is_cut_at_its_sentences() -> None:
    """One endless paragraph is still indexed in pieces that the encoder can read."""
    source = " ".join("This is sentence number " + str(number) + "." for number in range(60))
    (body,) = (block for block in read_blocks(source) if isinstance(block, Body))
    assert all(len(span.of(source).split()) <= PASSAGE_WORDS for span in cut_passages(source, [body]))


# Folders


def _write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_folder_is_read_in_order_of_its_paths(tmp_path: Path) -> None:
    """Policies below subfolders are found; what is no policy is not looked at."""
    _write(tmp_path, b_md="# B\n\ntext.\n", a__z_markdown="# A\n\ntext.\n", c_png=b"\x89PNG", d_py="x = 1")
    reading = read_folder(tmp_path)
    assert [policy.file for policy in reading.policies] == ["a/z.markdown", "b.md"]
    assert reading.problems == ()


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    """Neither .git nor an editor's swap file nor __pycache__ is a policy."""
    for name in (".git/x.md", ".x.md", "__pycache__/x.md", "ok.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# A\n\ntext.\n", "utf-8")
    assert [policy.file for policy in read_folder(tmp_path).policies] == ["ok.md"]


def test_links_that_go_round_in_circles_are_cut(tmp_path: Path) -> None:
    """A link to a folder above is followed once; a dangling one is a problem, not a crash."""
    _write(tmp_path, sub__a_md="# A\n\ntext.\n")
    (tmp_path / "sub" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    reading = read_folder(tmp_path)
    assert [policy.file for policy in reading.policies] == ["sub/a.md"]
    assert [(each.file, each.line) for each in reading.problems] == [("gone.md", 1)]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """A file saved by Windows Notepad has its front matter all the same."""
    _write(tmp_path, a_md=b"\xef\xbb\xbf" + ANNOTATED.encode())
    assert [policy.id for policy in read_folder(tmp_path).policies] == ["disclosure"]


def test_a_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    """It is left out and named with the line in which it stops to be UTF-8; the others are read."""
    _write(tmp_path, a_md=b"# A\n\ncaf\xe9\n", b_md="# B\n\ntext.\n", c_md="")
    reading = read_folder(tmp_path)
    assert [policy.file for policy in reading.policies] == ["b.md"]
    assert [(each.file, each.line, each.message) for each in reading.problems] == [
        ("a.md", 3, "not UTF-8 (byte 8); save it as UTF-8"),
        ("c.md", 1, "no text to answer from"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    """A file without permission does not stop the others."""
    _write(tmp_path, a_md="# A\n\ntext.\n")
    (tmp_path / "a.md").chmod(0)
    assert ["cannot be read" in each.message for each in read_folder(tmp_path).problems] == [True]


def test_a_directory_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    """Some wikis export folders that end in .md."""
    _write(tmp_path, **{"x.md__a_md": "# A\n\ntext.\n"})
    assert len(read_folder(tmp_path).policies) == 1


def test_an_enormous_file_is_a_problem(tmp_path: Path) -> None:
    """A log file with the wrong ending is not parsed for minutes."""
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(6_000_000)
    assert ["larger than 5 MB" in each.message for each in read_folder(tmp_path).problems] == [True]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A wrong path is an error that names it; an empty folder is merely empty."""
    with pytest.raises(ContentError, match="there is no folder"):
        read_folder(tmp_path / "nowhere")
    assert read_folder(tmp_path).policies == ()


def test_the_content_hash_follows_names_and_bytes(tmp_path: Path) -> None:
    """It changes with a policy's words and its name, and with nothing else."""
    _write(tmp_path, a_md="# A\n\ntext.\n")
    first = read_folder(tmp_path).content_hash
    (tmp_path / "picture.png").write_bytes(b"x")
    assert read_folder(tmp_path).content_hash == first
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    second = read_folder(tmp_path).content_hash
    (tmp_path / "b.md").write_text("# A\n\ntext!\n", "utf-8")
    assert len({first, second, read_folder(tmp_path).content_hash}) == 3
