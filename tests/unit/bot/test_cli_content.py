"""``check-content`` and ``init`` where lessons come in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.content import check_content, init
from tests.unit.lessons.certification.level_files import BANK, LEVELS_YML
from tests.unit.lessons.lesson_files import LESSON, PROGRAMMES, changed, write

POLICY: Final = """---
id: disclosure
title: Saying who you work for
kind: disclosure
owner: coe_lead
version: "1.0"
effective: 2026-09-01
review_by: 2999-09-01
---
# Saying who you work for

## Say so {#say-so verdict=yes}

You may praise our products when the post says that you work here.

### Situations

- can i rave about our blender?

## How {#how verdict=yes}

You may say it in the first line of the post.

### Situations

- where do i put the disclosure
"""
CONTACTS: Final = """contacts:
  - id: coe_lead
    name: CoE lead
    hours: {days: [mon, fri], opens: "08:00", closes: "18:00", time_zone: UTC}
    reach: {channel: "#ask-coe"}
"""
FIRST: Final = "lessons/employees/employees-first-line.md"


@pytest.fixture
def pack(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A small sound pack with one policy and one lesson."""
    files: dict[str, str | bytes] = {"policies/disclosure.md": POLICY, "contacts.yml": CONTACTS}
    return write(tmp_path / "pack", files | {FIRST: LESSON, "lessons/programmes.yml": PROGRAMMES})


def _run(*arguments: str) -> Result:
    only = typer.Typer()
    only.command("check-content")(check_content)
    only.command("init")(init)
    return CliRunner().invoke(only, list(arguments))


def test_a_new_pack_holds_the_lessons(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``init`` copies every lesson and the programmes beside the policies, and no code."""
    assert _run("init", str(tmp_path / "new")).exit_code == 0
    assert len(list((tmp_path / "new" / "lessons").rglob("*.md"))) >= 60
    assert (tmp_path / "new" / "lessons" / "programmes.yml").is_file()
    assert (tmp_path / "new" / "policies" / "disclosure.md").is_file()
    assert list((tmp_path / "new").rglob("*.py")) == []


def test_a_sound_pack_with_lessons_has_nothing_to_mend(pack: Path) -> None:
    """The pack that the other tests break."""
    ran = _run("check-content", str(pack))
    assert (ran.exit_code, ran.output) == (0, f"{pack}: nothing to mend\n")


def test_mistakes_in_policies_and_lessons_are_named_together(pack: Path) -> None:
    """With file and line from the pack's folder, counted in one sum."""
    write(pack, {FIRST: changed("owner: coe_lead", "owner: nobody")})
    write(pack, {"policies/disclosure.md": changed("kind: disclosure", "kind: rumour", POLICY)})
    ran = _run("check-content", str(pack))
    lines = ran.output.splitlines()
    assert ran.exit_code == 1 and lines[2:] == ["2 mistakes"]
    assert lines[0].startswith("policies/disclosure.md:4: unknown kind 'rumour'")
    assert lines[1] == f"{FIRST}:8: the owner 'nobody' is no contact. Name the id of a contact of contacts.yml."


def test_a_section_that_changed_makes_its_lessons_stale(pack: Path) -> None:
    """A new version of a policy, kept beside the old one, calls for its lessons to be read again."""
    write(pack, {FIRST: changed("reviewed: 2026-11-20", "reviewed: 2026-09-02")})
    assert _run("check-content", str(pack)).exit_code == 0
    new = changed('version: "1.0"\neffective: 2026-09-01', 'version: "2.0"\neffective: 2026-09-03', POLICY)
    write(pack, {"policies/disclosure-2.md": changed("in the first line", "in the first half line", new)})
    ran = _run("check-content", str(pack))
    assert ran.output.splitlines()[0] == (
        f"{FIRST}:7: the section 'disclosure#how' changed on 2026-09-03 after the lesson was reviewed on 2026-09-02. "
        "Read it again and set 'reviewed'."
    )
    assert "disclosure#say-so" not in ran.output


def test_levels_and_exams_are_checked_with_the_lessons(pack: Path) -> None:
    """A level that asks a bank that is not there, and a question on a section that is not in force, are named."""
    write(pack / "lessons", {"levels.yml": changed("bank: employees, items: 1", "bank: nobody, items: 1", LEVELS_YML)})
    write(pack / "lessons", {"exams/employees.md": changed("[disclosure#how]", "[disclosure#gone]", BANK)})
    ran = _run("check-content", str(pack))
    assert ran.exit_code == 1
    assert "lessons/levels.yml" in ran.output and "no such bank could be read" in ran.output
    assert "there is no section 'disclosure#gone'" in ran.output


def test_a_section_for_certified_people_names_a_level(pack: Path) -> None:
    """A name that is none is a mistake; where the levels themselves are broken they are mended first."""
    asking = "when the post says that you work here.\n\n- certified: employees-blue\n"
    write(pack, {"policies/disclosure.md": changed("when the post says that you work here.\n", asking, POLICY)})
    assert "policies/disclosure.md:16: 'employees-blue' is no level." in _run("check-content", str(pack)).output
    write(pack / "lessons", {"levels.yml": LEVELS_YML, "exams/employees.md": BANK})
    assert "'employees-blue' is no level." in _run("check-content", str(pack)).output
    write(pack / "lessons", {"levels.yml": "levels: 7\n"})
    assert "is no level." not in _run("check-content", str(pack)).output


def test_a_pack_may_have_no_lessons(pack: Path) -> None:
    """Whoever has none of their own is not told of the default ones, which rest on other policies."""
    (pack / "lessons").rename(pack.parent / "put-away")
    assert _run("check-content", str(pack)).output == f"{pack}: nothing to mend\n"


def test_the_default_pack_is_checked_with_the_default_lessons(
    pack: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its lessons stand in a package of their own; a mistake there is found from there."""
    (pack / "lessons").rename(tmp_path / "curriculum")
    write(tmp_path / "curriculum", {"coe/coe-x.md": "# X\n"})
    monkeypatch.setattr("lessons.catalogue.DEFAULT_CURRICULUM", tmp_path / "curriculum")
    monkeypatch.setattr("knowledge.pack.DEFAULT_PACK", pack)
    ran = _run("check-content", str(pack))
    assert "lessons/coe/coe-x.md:1: there is no front matter" in ran.output


def test_broken_contacts_do_not_make_every_lesson_wrong(pack: Path) -> None:
    """The mistake is named where it is."""
    write(pack, {"contacts.yml": "contacts: [\n"})
    ran = _run("check-content", str(pack))
    assert ran.exit_code == 1 and "contacts.yml" in ran.output and "lessons/" not in ran.output
