"""check_content over what belongs to triage: the chart, the examples, the labelled cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from knowledge.content_check import check_content
from knowledge.errors import ContentError
from knowledge.pack import DEFAULT_PACK
from knowledge.triage.cases import Case, read_cases
from knowledge.triage.models import Kind
from tests.fakes.chart import small_chart

TODAY: Final = date(2026, 12, 1)
CONTACTS: Final = """contacts:
  - id: coe_lead
    name: CoE lead
    hours: {days: [mon], opens: "08:00", closes: "18:00", time_zone: UTC}
    reach: {channel: "#ask-coe"}
"""
POLICY: Final = "# Desks\n\n## Tidy desks\n\nYou may post desks.\n"
KINDS: Final = (*Kind, "none")
GOOD: Final = {"id": "a", "text": "my parcel is late", "kind": "complaint", "contact": "coe_lead"}

Check = Callable[[], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack whose triage has no mistake."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "desks.md").write_text(POLICY, "utf-8")
    (tmp_path / "contacts.yml").write_text(CONTACTS, "utf-8")
    (tmp_path / "triage.yml").write_text(small_chart(), "utf-8")
    (tmp_path / "triage").mkdir()
    for kind in KINDS:
        bullets = (f"- {kind} number {number}" for number in range(40))
        (tmp_path / "triage" / f"{kind}.md").write_text("\n".join((f"# {kind}", "", *bullets)), "utf-8")
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "triage-tune.jsonl").write_text(json.dumps(GOOD), "utf-8")
    return tmp_path


def told(folder: Path) -> list[str]:
    """Every problem of a pack, as it is told."""
    return [str(each) for each in check_content(folder, TODAY)]


def test_triage_without_a_mistake_is_passed(folder: Path) -> None:
    """The chart, the examples and the cases that follow the rules are no problem."""
    assert told(folder) == []


def test_the_default_packs_triage_has_no_mistake() -> None:
    """What comes with Clearpost is held to its own rules."""
    problems = check_content(DEFAULT_PACK, TODAY)
    assert [each for each in problems if "triage" in each.file] == []


def test_what_a_pack_does_not_have_is_not_missed(folder: Path) -> None:
    """A pack without a chart, examples and cases takes the default's, and is passed."""
    (folder / "triage.yml").unlink()
    for path in (folder / "triage").iterdir():
        path.unlink()
    (folder / "triage").rmdir()
    (folder / "questions" / "triage-tune.jsonl").unlink()
    assert told(folder) == []


def test_mistakes_of_the_chart_are_told(folder: Path) -> None:
    """Dead ends and contacts that do not exist are named with their lines."""
    text = small_chart().replace("to: q6}", "to: q66}")
    (folder / "triage.yml").write_text(text, "utf-8")
    problems = told(folder)
    assert any(each.startswith("triage.yml:9: the answer 'it is not' of node 'q5' leads to 'q66'") for each in problems)
    (folder / "triage.yml").write_text(small_chart().replace("contact: coe_lead", "contact: nobody", 1), "utf-8")
    assert told(folder) == [
        "triage.yml:20: 'nobody' of leaf 'praise' is no contact. Name the id of a contact, or add one to contacts.yml"
    ]
    (folder / "triage.yml").write_text(small_chart().replace("priority: high", "priority: normal", 1), "utf-8")
    assert told(folder) == [
        "triage.yml:26: leaf 'safety' has the priority 'normal', but safety may not be missed. Use urgent or high"
    ]
    (folder / "triage.yml").write_bytes(b"version: 1\nstart: caf\xe9\n")
    assert told(folder) == ["triage.yml:2: not UTF-8. Save it as UTF-8"]


def test_mistakes_of_the_examples_are_told(folder: Path) -> None:
    """Missing and unknown files, too few, empty and repeated examples are named with their lines."""
    examples = folder / "triage"
    (examples / "spam.md").unlink()
    (examples / "ideas.md").write_text("- one", "utf-8")
    (examples / "rant.md").write_text("- RANT number 1!\n-\n- praise, number 2\n- rant number 1\n", "utf-8")
    problems = told(folder)
    assert [each.partition(". ")[0] for each in problems] == [
        "triage/ideas.md:1: the file is of no kind",
        "triage/rant.md:1: the file has 3 examples",
        "triage/rant.md:2: an empty example",
        "triage/rant.md:3: the example repeats triage/praise.md:5",
        "triage/rant.md:4: the example repeats triage/rant.md:1",
        "triage/spam.md:1: the file is missing",
    ]
    (examples / "rant.md").write_bytes(b"- caf\xe9\n")
    assert "triage/rant.md:1: not UTF-8. Save it as UTF-8" in told(folder)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("not JSON", "this line is not JSON. Write one object a line"),
        ("[]", "this line is not a JSON object. Write"),
        (json.dumps(GOOD | {"id": "b", "kind": "anger"}), "unknown kind 'anger'. Use one of praise, question"),
        (json.dumps(GOOD | {"id": "b", "kind": "none"}), "a case of the kind 'none' has no contact. Leave"),
        ('{"id": "b", "text": "x", "kind": "rant"}', "a case of the kind 'rant' has a contact. Add 'contact'"),
        (json.dumps(GOOD | {"id": "b", "mood": "bad"}), "unknown fields mood. Correct"),
        (json.dumps(GOOD | {"id": 7}), "'id' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"id": "b", "text": " "}), "'text' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"id": "b", "contact": None}), "'contact' is missing, empty or no text. Give it"),
        (json.dumps(GOOD | {"id": "b", "text": "x", "contact": "legal"}), "'legal' is no contact. Name the id"),
        (json.dumps(GOOD | {"text": "other words"}), "the id 'a' is also in questions/triage-tune.jsonl:1. Give each"),
        (json.dumps(GOOD | {"id": "b"}), "the case repeats questions/triage-tune.jsonl:1. Remove one"),
        (json.dumps(GOOD | {"id": "b", "text": "Spam, number 3"}), "the case repeats triage/spam.md:6. Say it"),
    ],
)  # fmt: skip
def test_mistakes_of_the_cases_are_told(folder: Path, line: str, problem: str) -> None:
    """A line that cannot be scored, or that gives its answer away, is named with what to do."""
    path = folder / "questions" / "triage-test.jsonl"
    path.write_text(json.dumps(GOOD | {"id": "z", "text": "zzz"}) + "\n" + line + "\n", "utf-8")
    (folder / "questions" / "triage-tune.jsonl").rename(folder / "questions" / "triage-a.jsonl")
    problem = problem.replace("triage-tune", "triage-a")
    (only,) = told(folder)
    assert only.startswith(f"questions/triage-test.jsonl:2: {problem}"), only


def test_cases_are_read_in_order(tmp_path: Path) -> None:
    """A kind, a contact and none are read; empty lines do no harm."""
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(GOOD) + '\n\n{"id": "b", "text": "hi", "kind": "none"}\n', "utf-8")
    assert read_cases(path) == (
        Case("a", "my parcel is late", Kind.COMPLAINT, "coe_lead"),
        Case("b", "hi", None, None),
    )


def test_a_file_of_cases_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    """A missing, an empty and a binary file, a bad line and an id that stands twice each say what to do."""
    path = tmp_path / "cases.jsonl"
    with pytest.raises(ContentError, match="name a file of labelled cases"):
        read_cases(path)
    for content, problem in (
        (b"\n", r"cases\.jsonl:1: the file holds no case\. Write"),
        (b"\xff\xfe\xfa", "save it as UTF-8"),
        (b"\n[", r"cases\.jsonl:2: this line is not JSON\. Write"),
        ((json.dumps(GOOD) + "\n" + json.dumps(GOOD)).encode(), r"cases\.jsonl:2: id 'a' is already on line 1\. Give"),
    ):
        path.write_bytes(content)
        with pytest.raises(ContentError, match=problem):
            read_cases(path)


@pytest.mark.parametrize("half", ["tune", "test"])
def test_the_default_packs_halves_hold_every_kind(half: str) -> None:
    """Each half has some hundred cases, and at least fifteen of each kind."""
    cases = read_cases(DEFAULT_PACK / "questions" / f"triage-{half}.jsonl")
    assert len(cases) >= 300
    assert all(sum(case.kind is kind for case in cases) >= 15 for kind in (*Kind, None))
