"""check_content: every mistake in a pack, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge.content_check import check_content
from knowledge.models import Problem
from knowledge.pack import DEFAULT_PACK

TODAY = date(2026, 12, 1)

CONTACTS = dedent("""\
    contacts:
      - id: coe_lead
        name: CoE lead
        hours: {days: [mon, fri], opens: "08:00", closes: "18:00", time_zone: UTC}
        reach: {channel: "#ask-coe"}
    """)
POLICY = dedent("""\
    ---
    id: disclosure
    title: Saying who you work for
    kind: disclosure
    owner: coe_lead
    version: "1.0"
    effective: 2026-09-01
    review_by: 2027-09-01
    audience: [everyone]
    ---
    # Saying who you work for

    ## Praise us openly {#praise-openly verdict=yes_if}

    You may praise our products when the post says that you work here.

    - if: the post itself says so
    - ask: coe_lead
    - fact: Does the post say so?
    - when: Yes

    ### Situations

    - can i rave about our blender?

    ## Praise us in disguise {#praise-in-disguise verdict=no}

    You may not praise our products as if you were a customer.

    - fact: Does the post say so?
    - when: No

    ### Situations

    - nobody knows that I work here, so five stars it is
    """)
QUESTION = '{"id": "q1", "q": "may I gush about it?", "verdict": "yes_if", "section": "disclosure#praise-openly"}\n'

Write = Callable[..., list[Problem]]


@pytest.fixture
def check(tmp_path: Path) -> Write:
    """Writes a sound pack with some of its files replaced (``None`` removes one) and checks it."""

    def write(replaced: dict[str, str | bytes | None] | None = None, today: date = TODAY) -> list[Problem]:
        files: dict[str, str | bytes | None] = {
            "contacts.yml": CONTACTS,
            "policies/a.md": POLICY,
            "questions/test.jsonl": QUESTION,
            "off_topic.md": "- the printer is jammed\n",
        }
        files.update(replaced or {})
        for name, content in files.items():
            if content is not None:
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return check_content(tmp_path, today)

    return write


def _line(text: str, words: str, nth: int = 1) -> int:
    """The line of the nth occurrence of ``words``."""
    lines = [number for number, line in enumerate(text.split("\n"), 1) if words in line]
    return lines[nth - 1]


def _changed(old: str, new: str, text: str = POLICY, count: int = 1) -> str:
    assert old in text
    return text.replace(old, new, count)


def test_levels_that_do_not_exist_are_named(check: Write, tmp_path: Path) -> None:
    """Where it is known which levels there are, each other name is a mistake; where it is not, none is."""
    text = _changed("- ask: coe_lead", "- certified: green, blue\n- ask: coe_lead")
    assert check({"policies/a.md": text}) == []
    found = check_content(tmp_path, TODAY, lambda name: name == "green")
    assert [(each.line, each.message) for each in found] == [(_line(text, "certified"), "'blue' is no level")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- ask: coe_lead", "- certified: ,\n- ask: coe_lead", "'certified' names no level"),
        (
            "- when: No\n",
            "- when: No\n- certified: green\n",
            "section 'praise-in-disguise' asks for a level, but permits nothing",
        ),
    ],
    ids=["no name", "no permission"],
)
def test_levels_that_mean_nothing_are_named(check: Write, old: str, new: str, message: str) -> None:
    """A level is named, and it is named where something is permitted."""
    text = _changed(old, new)
    assert [(each.line, each.message) for each in check({"policies/a.md": text})] == [
        (_line(text, "certified"), message)
    ]


def test_the_default_pack_is_sound() -> None:
    """The pack that Clearpost comes with has no problem."""
    assert [str(problem) for problem in check_content(DEFAULT_PACK, TODAY)] == []


def test_a_sound_pack_has_no_problem(check: Write) -> None:
    """The pack that the other tests break has no problem of its own."""
    assert check() == []


def test_optional_parts_may_be_missing(check: Write) -> None:
    """Neither questions nor the off-topic list are required."""
    assert check({"questions/test.jsonl": None, "off_topic.md": None}) == []


def test_an_empty_folder_lacks_policies_and_contacts(tmp_path: Path) -> None:
    """A folder without the two required parts names both."""
    found = [(each.file, each.line, each.message) for each in check_content(tmp_path, TODAY)]
    assert found == [
        ("contacts.yml", 1, "there is no 'contacts.yml'"),
        ("policies", 1, "there is no folder 'policies'"),
    ]


# What is put in place of a piece of the policy: (old, new, words in the line reported, which of these lines, message).
BROKEN_POLICY: dict[str, tuple[str, str, str, int, str]] = {
    "field missing": ("kind: disclosure\n", "", "---", 1, "the front matter lacks 'kind'"),
    "field empty": ("owner: coe_lead", "owner:", "owner:", 1, "the front matter lacks 'owner'"),
    "field twice": ("kind: disclosure", "kind: disclosure\nkind: legal", "kind: legal", 1, "'kind' is written twice"),
    "kind": ("kind: disclosure", "kind: memo", "kind: memo", 1, "unknown kind 'memo'"),
    "owner": ("owner: coe_lead", "owner: jane", "owner:", 1, "the owner 'jane' is no contact"),
    "ask": ("- ask: coe_lead", "- ask: jane", "- ask", 1, "'jane' is no contact"),
    "ask twice": (
        "- ask: coe_lead",
        "- ask: coe_lead\n- ask: coe_lead",
        "- ask",
        2,
        "section 'praise-openly' names more than one contact to ask",
    ),
    "audience": ("[everyone]", "[coe, bosses]", "audience", 1, "unknown audience 'bosses'"),
    "audience in a list": (
        "audience: [everyone]",
        "audience:\n  - coe\n  - bosses",
        "- bosses",
        1,
        "unknown audience 'bosses'",
    ),
    "version as a number": (
        'version: "1.0"',
        "version: 1.10",
        "version",
        1,
        "the version 1.10 is read as the number 1.1",
    ),
    "no date": ("2026-09-01", "next autumn", "effective", 1, "'effective' is no date: 'next autumn'"),
    "no day of the calendar": ("2027-09-01", "2027-02-30", "review_by", 1, "'review_by' is no date: '2027-02-30'"),
    "review before effect": (
        "2027-09-01",
        "2026-08-01",
        "review_by",
        1,
        "the review on 2026-08-01 is not after the policy takes effect on 2026-09-01",
    ),
    "review overdue": ("2027-09-01", "2026-11-30", "review_by", 1, "the review was due on 2026-11-30"),
    "front matter no YAML": (
        "kind: disclosure",
        "kind: disclosure\nowner: [",
        "version",
        1,
        "the front matter is not valid YAML",
    ),
    "unknown verdict": ("verdict=no", "verdict=nope", "verdict=nope", 1, "unknown verdict 'nope'"),
    "no verdict": (
        " verdict=no}",
        "}",
        "#praise-in-disguise",
        1,
        "section 'praise-in-disguise' has no verdict, and others in this file have one",
    ),
    "verdict of the title": (
        "# Saying who you work for",
        "# Saying who you work for {verdict=no}",
        "# Saying",
        1,
        "the verdict of the title is not read",
    ),
    "no text": (
        "You may not praise our products as if you were a customer.\n",
        "",
        "#praise-in-disguise",
        1,
        "section 'praise-in-disguise' has no text",
    ),
    "no condition": (
        "- if: the post itself says so\n",
        "",
        "#praise-openly",
        1,
        "section 'praise-openly' is yes_if, but names no condition",
    ),
    "too long": (
        "as if you were a customer.",
        "as if" + " and if" * 100 + ".",
        "#praise-in-disguise",
        1,
        "section 'praise-in-disguise' has 208 words, too long for one rule",
    ),
    "section id twice": (
        "#praise-in-disguise",
        "#praise-openly",
        "#praise-openly",
        2,
        "section id 'praise-openly' is used twice",
    ),
    "fact alone": (
        "- fact: Does the post say so?\n- when: No\n",
        "",
        "- fact",
        1,
        "the fact 'Does the post say so?' stands in one section only",
    ),
    "fact without when": ("- when: No\n", "", "#praise-in-disguise", 1, "'fact' and 'when' do not go together"),
    "same answer twice": ("- when: No", "- when: yes", "- when: yes", 1, "the answer 'yes' is also in line 20"),
    "one verdict in a family": (
        "verdict=yes_if",
        "verdict=no",
        "- fact",
        1,
        "all sections with the fact 'Does the post say so?' have the verdict no",
    ),
    "situation twice in a section": (
        "- can i rave about our blender?",
        "- can i rave about our blender?\n- Can I rave  about our blender!",
        "- Can I rave",
        1,
        "the situation repeats policies/a.md:24 (section 'praise-openly')",
    ),
    "situation in two sections": (
        "- nobody knows",
        "- Can I RAVE about our blender\n- nobody knows",
        "RAVE",
        1,
        "the situation repeats policies/a.md:24 (section 'praise-openly')",
    ),
    "empty situation": ("- nobody knows", "-\n- nobody knows", "- nobody", 1, "an empty situation"),
    "situation without dash": (
        "- nobody knows that",
        "nobody knows that",
        "nobody knows",
        1,
        "text below 'Situations' that is not read",
    ),
    "link to no file": (
        "as if you were",
        "(see\n[here](other/b.md)) as if you were",
        "[here]",
        1,
        "there is no file 'other/b.md' to link to",
    ),
    "link to no section": (
        "as if you were",
        "([here](#nowhere)) as if you were",
        "[here]",
        1,
        "there is no section 'nowhere' in a.md",
    ),
    "link to no section of a file": (
        "as if you were",
        "([here](a.md#nowhere)) as if you were",
        "[here]",
        1,
        "there is no section 'nowhere' in a.md",
    ),
    "link in a bullet": (
        "the post itself says so",
        "the post [itself](b.md) says so",
        "- if",
        1,
        "there is no file 'b.md' to link to",
    ),
    "link of a reference": (
        "as if you were a customer.",
        "as if you were a [customer].\n\n[customer]: b.md",
        "[customer].",
        1,
        "there is no file 'b.md' to link to",
    ),
    "web address without a host": (
        "as if you were",
        "([here](https:///x)) as if you were",
        "[here]",
        1,
        "'https:///x' is no web address",
    ),
    "web address with a bad port": (
        "as if you were",
        "([here](http://example.com:port/)) as if you were",
        "[here]",
        1,
        "'http://example.com:port/' is no web address",
    ),
}


@pytest.mark.parametrize("mistake", BROKEN_POLICY)
def test_a_mistake_in_a_policy_is_reported_in_its_line(check: Write, mistake: str) -> None:
    """Each mistake is found once, with the line in which it stands, and says how to mend it."""
    old, new, words, nth, message = BROKEN_POLICY[mistake]
    text = _changed(old, new)
    line = _line(text, words, nth) - (1 if mistake == "empty situation" else 0)
    ours = [problem for problem in check({"policies/a.md": text}) if problem.message == message]
    assert [(each.file, each.line) for each in ours] == [("policies/a.md", line)]
    assert ours[0].remedy


@pytest.mark.parametrize(
    "link",
    [
        "https://www.ftc.gov/x?y=1#z",
        "http://localhost:8080/",
        "https://[::1]/",
        "mailto:coe@example.com",
        "#praise-openly",
        "#Praise-Openly",
        "a.md",
        "./a.md#praise-openly",
        "../policies/a.md",
        "../off_topic.md",
        "logo.png",
        "/handbook/a.md",
        "#saying-who-you-work-for",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(check: Write, link: str) -> None:
    """Sections, files of the pack and well-formed addresses may be linked to."""
    assert check({"policies/a.md": _changed("as if you were", f"([here]({link})) as if you were")}) == []


def test_a_link_in_code_is_no_link(check: Write) -> None:
    """What stands in a code span is an example of a link."""
    assert check({"policies/a.md": _changed("as if you were", "`[here](b.md)` as if you were")}) == []


def test_effective_in_the_far_future_is_fine(check: Write) -> None:
    """A version may wait for its day."""
    later = _changed("2027-09-01", "2091-09-01", _changed("2026-09-01", "2090-09-01"))
    assert check({"policies/a.md": later}) == []


def test_an_old_version_needs_no_review(check: Write) -> None:
    """The review of a version that a newer one has replaced is not overdue."""
    old = _changed("2027-09-01", "2026-05-01", _changed("2026-09-01", "2025-09-01", _changed('"1.0"', '"0.9"')))
    assert check({"policies/a-old.md": old}) == []
    assert [each.message for each in check({"policies/a-old.md": old}, date(2026, 8, 1))] == [
        "the review was due on 2026-05-01"
    ]


def test_a_version_stands_in_one_file(check: Write) -> None:
    """Two files with the same id and version cannot be told apart; the later one is reported at its id."""
    problems = check({"policies/b.md": POLICY})
    assert [(each.file, each.line, each.message) for each in problems] == [
        ("policies/b.md", 2, "policy 'disclosure' version 1.0 is also in policies/a.md")
    ]


def test_two_versions_have_two_dates(check: Write) -> None:
    """Two versions that take effect on the same day leave open which of them holds."""
    problems = check({"policies/b.md": _changed('"1.0"', '"2.0"')})
    assert [(each.file, each.line, each.message) for each in problems] == [
        (
            "policies/b.md",
            _line(POLICY, "effective"),
            "policy 'disclosure' takes effect on 2026-09-01 like version 1.0 in policies/a.md",
        )
    ]


def test_section_ids_and_situations_are_unique_in_the_pack(check: Write) -> None:
    """Another policy may use neither the section ids nor the situations of the first."""
    other = _changed("id: disclosure", "id: other")
    found = {(each.file, each.line, each.message) for each in check({"policies/b.md": other})}
    assert found == {
        ("policies/b.md", 13, "section id 'praise-openly' is also in policies/a.md:13"),
        ("policies/b.md", 26, "section id 'praise-in-disguise' is also in policies/a.md:26"),
        ("policies/b.md", 24, "the situation repeats policies/a.md:24 (section 'praise-openly')"),
        ("policies/b.md", 35, "the situation repeats policies/a.md:35 (section 'praise-in-disguise')"),
    }


def test_any_markdown_is_welcome(check: Write) -> None:
    """Policies without our annotations need no front matter, and their headings may repeat those of others."""
    plain = "# Introduction\n\nPlease be kind. " + "Be kind. " * 300 + "\n\n## Contact\n\nAsk us.\n"
    assert check({"policies/b.md": plain, "policies/c.md": plain}) == []


def test_policy_problems_name_their_file_in_the_pack(check: Write) -> None:
    """What reading reports comes with the path from the pack's folder, and the line where UTF-8 ends."""
    problems = check({"policies/sub/b.md": b"# A\n\ntext \xff here\n", "policies/c.md": ""})
    assert [(each.file, each.line, each.message) for each in problems] == [
        ("policies/c.md", 1, "no text to answer from"),
        ("policies/sub/b.md", 3, "not UTF-8 (byte 10); save it as UTF-8"),
    ]


def test_problems_are_sorted_by_file_and_line(check: Write) -> None:
    """Whoever mends the pack can go through it from top to bottom."""
    broken = _changed("- ask: coe_lead", "- ask: jane", _changed("kind: disclosure", "kind: memo"))
    problems = check({"policies/b.md": broken, "policies/a.md": broken, "questions/test.jsonl": "{"})
    assert [(each.file, each.line) for each in problems] == sorted((each.file, each.line) for each in problems)
    assert {each.file for each in problems} == {"policies/a.md", "policies/b.md", "questions/test.jsonl"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("contacts:\n  - id: [\n", 3, "'contacts.yml' is not readable YAML"),
        (b"contacts:\n  - id: \xff\n", 2, "'contacts.yml' is not readable YAML"),
        ("people: []\n", 1, "'contacts.yml' needs a list under 'contacts:'"),
        (CONTACTS.replace("coe_lead", "boss"), 1, "there is no contact 'coe_lead'"),
        (CONTACTS + "  - {id: legal}\n", 6, "a contact lacks hours, name, reach"),
    ],
)
def test_mistakes_in_contacts(check: Write, text: str | bytes, line: int, message: str) -> None:
    """The line of a contact, or of what YAML stumbled over, is reported."""
    assert (message, line) in [
        (each.message, each.line) for each in check({"contacts.yml": text}) if each.file == "contacts.yml"
    ]


def test_unusable_contacts_do_not_make_every_owner_unknown(check: Write) -> None:
    """One mistake in the contacts is one problem."""
    assert [each.file for each in check({"contacts.yml": "people: []\n"})] == ["contacts.yml"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no valid JSON (Expecting property name enclosed in double quotes)"),
        ("[1]", "no JSON object"),
        ('{"q": "what now?", "verdict": "no"}', "the question has no 'id'"),
        ('{"id": "q1", "q": "what now?", "verdict": "no"}', "the id 'q1' is also in questions/test.jsonl:1"),
        ('{"id": "q2", "q": "what now?", "verdict": "maybe"}', "unknown verdict 'maybe'"),
        ('{"id": "q2", "q": "what now?", "outcome": "shrug"}', "unknown outcome 'shrug'"),
        ('{"id": "q2", "q": "what now?", "outcome": "answer"}', "unknown outcome 'answer'"),
        ('{"id": "q2", "q": "what now?", "verdict": "no", "not": 1}', "unknown fields not"),
        (
            '{"id": "q2", "q": "what now?", "verdict": "no", "outcome": "out_of_scope"}',
            "the question has both 'verdict' and 'outcome'",
        ),
        (
            '{"id": "q2", "q": "what?", "outcome": "out_of_scope", "section": "disclosure#praise-openly"}',
            "a question without verdict has no section",
        ),
        ('{"id": "q2", "q": "what now?"}', "the question has neither 'verdict' nor 'outcome'"),
        (
            '{"id": "q2", "q": "what now?", "verdict": "no", "section": "disclosure#x"}',
            "there is no section 'disclosure#x'",
        ),
        ('{"id": "q2", "verdict": "no"}', "the question has no words in 'q'"),
        (
            '{"id": "q2", "q": "Can I rave about our blender", "verdict": "no"}',
            "the question repeats policies/a.md:24 (section 'praise-openly')",
        ),
        ('{"id": "q2", "q": "the printer is jammed!", "verdict": "no"}', "the question repeats off_topic.md:1"),
        (
            '{"id": "q2", "q": "May I gush about it", "verdict": "no"}',
            "the question repeats questions/test.jsonl:1",
        ),
    ],
)
def test_mistakes_in_questions(check: Write, line: str, message: str) -> None:
    """A question that cannot be scored, or gives its answer away, is reported in its line."""
    problems = check({"questions/test.jsonl": f"{QUESTION}\n{line}\n"})
    assert [(each.file, each.line, each.message) for each in problems] == [("questions/test.jsonl", 3, message)]


def test_question_ids_are_unique_across_files(check: Write) -> None:
    """The two halves of the questions share one set of ids."""
    problems = check({"questions/tune.jsonl": '{"id": "q1", "q": "other words", "outcome": "out_of_scope"}'})
    assert [(each.file, each.line, each.message) for each in problems] == [
        ("questions/tune.jsonl", 1, "the id 'q1' is also in questions/test.jsonl:1")
    ]


def test_questions_that_are_no_text(check: Write) -> None:
    """A file that is not UTF-8 is reported where it stops to be."""
    problems = check({"questions/test.jsonl": QUESTION.encode() + b'{"id": "\xff"}'})
    assert [(each.file, each.line, each.message) for each in problems] == [("questions/test.jsonl", 2, "not UTF-8")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# Off topic\n\n- vpn is down\n- VPN is down!\n", 4, "the message repeats off_topic.md:3"),
        ("- can I rave about our blender\n", 1, "the message repeats policies/a.md:24 (section 'praise-openly')"),
        (b"- vpn\n- \xff\n", 2, "not UTF-8"),
    ],
)
def test_mistakes_in_the_off_topic_list(check: Write, text: str | bytes, line: int, message: str) -> None:
    """A message cannot be both off topic and a situation, nor stand there twice."""
    problems = check({"off_topic.md": text})
    assert [(each.file, each.line, each.message) for each in problems] == [("off_topic.md", line, message)]


def test_scripts_without_letters_of_their_own_are_told_apart(check: Write) -> None:
    """Vowel signs make another word of it; only punctuation and case are looked through."""
    assert check({"off_topic.md": "- कि\n- का\n- 👍\n- 👎\n"}) == []
