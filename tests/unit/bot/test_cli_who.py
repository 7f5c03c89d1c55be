"""``clearpost who``: whom to ask, as people and as programs read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.who import who
from knowledge.weights import SMALL_MODEL

CONTACTS: Final = """contacts:
  - id: coe_lead
    name: Social media lead
    topics: [training]
    hours: {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "18:00", time_zone: UTC}
    reach: {channel: "#lead"}
  - id: product_safety
    name: Product safety
    topics: [product recalls, injuries]
    hours: {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "18:00", time_zone: UTC}
    backup: coe_lead
    reach: {channel: "#safety", email: safety@example.com}
    absent: [{from: 2026-12-21, to: 2026-12-31}]
  - id: safety_de
    name: Produktsicherheit
    for: product_safety
    regions: [de]
    languages: [de]
    units: [toys]
    hours: {days: [mon, tue, wed, thu, fri], opens: "09:00", closes: "17:00", time_zone: Europe/Berlin}
    holidays: DE
    reach: {email: sicherheit@example.com}
    rotation: {members: [ines@example.com, omar@example.com], since: 2026-11-02}
  - id: gone
    name: Gone for good
    hours: {days: [mon], opens: "09:00", closes: "17:00", time_zone: UTC}
    reach: {email: gone@example.com}
    backup: coe_lead
"""
MONDAY: Final = "2026-11-09T10:00+01:00"
KEYS: Final = ["query", "contact", "name", "member", "open", "opens", "reach", "backup", "passed_over", "confidence"]


@pytest.fixture
def pack(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation with the small model and contacts of its own."""
    folder = tmp_path / "pack"
    (folder / "policies").mkdir(parents=True)
    (folder / "contacts.yml").write_text(CONTACTS, "utf-8")
    bare_environment.setenv("CLEARPOST_CONTENT", str(folder))
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)
    return folder


def _who(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["who", *arguments], standalone_mode=False)


def _found(*arguments: str) -> dict[str, Any]:
    ran = _who(*arguments, "--json")
    assert ran.exception is None, ran.exception
    found: dict[str, Any] = json.loads(ran.stdout)
    assert list(found) == KEYS
    return found


def test_the_command_is_there() -> None:
    """It is registered under its name."""
    assert who in {command.callback for command in app.registered_commands if command.name == "who"}


def test_free_words_find_a_contact_and_a_place(pack: Path) -> None:
    """The topic by the model, the region from the words, the unit as given; on duty is whose week it is."""
    found = _found("product", "recall", "in", "Germany", "--unit", "toys", "--at", MONDAY)
    assert (found["query"], found["contact"], found["member"]) == (
        "product recall in Germany",
        "safety_de",
        "omar@example.com",
    )
    assert (found["open"], found["opens"], found["backup"]) == (True, None, None)
    assert found["reach"] == {"email": "sicherheit@example.com"}
    assert 0.5 < found["confidence"] <= 1 and found["passed_over"] == []


def test_an_id_is_understood_at_once(pack: Path) -> None:
    """It is certain, and the region, the unit and the language still decide between its entries."""
    assert _found("product_safety", "--at", MONDAY)["contact"] == "product_safety"
    found = _found("PRODUCT_SAFETY", "--at", MONDAY, "--region", "DE", "--unit", "toys", "--language", "de")
    assert (found["contact"], found["confidence"]) == ("safety_de", 1.0)


@pytest.mark.parametrize("region", ["Germany", "de-BY", "DE", "deutschland"])
def test_a_region_may_be_named_or_coded(pack: Path, region: str) -> None:
    """A name of a country does as well as its code, and is never passed over in silence."""
    assert _found("product_safety", "--region", region, "--unit", "toys", "--at", MONDAY)["contact"] == "safety_de"


def test_the_region_of_the_installation_is_taken_where_none_is_named(
    pack: Path, bare_environment: pytest.MonkeyPatch
) -> None:
    """As in every other question."""
    bare_environment.setenv("CLEARPOST_REGION", "de")
    assert _found("product_safety", "--unit", "toys", "--at", MONDAY)["contact"] == "safety_de"
    assert _found("product_safety", "--unit", "toys", "--at", MONDAY, "--region", "fr")["contact"] == "product_safety"


def test_who_is_absent_is_passed_over_and_closed_doors_open_again(pack: Path) -> None:
    """Programs get the reason, and when the one who takes it is there."""
    found = _found("product_safety", "--at", "2026-12-24T22:00+01:00")
    assert (found["contact"], found["open"], found["opens"]) == ("coe_lead", False, "2026-12-25T08:00:00+00:00")
    assert found["passed_over"] == [{"contact": "product_safety", "why": "absent until 31 December"}]


def test_people_read_it_line_by_line(pack: Path) -> None:
    """Who it is, who is on duty, whether the door is open, how to reach them, and who else."""
    ran = _who("safety_de", "--at", MONDAY)
    assert ran.stdout.splitlines() == [
        "Produktsicherheit",
        "  on duty      omar@example.com",
        "  hours        Mon–Fri 09:00–17:00 (Europe/Berlin), open now",
        "  email        sicherheit@example.com",
    ]
    ran = _who("safety_de", "--at", "2026-12-24T17:00+01:00")
    assert "closed now; opens Mon 2026-12-28 at 09:00" in ran.stdout
    ran = _who("product_safety", "--at", "2026-12-19T12:00Z")
    assert "  backup       Social media lead\n" in ran.stdout
    ran = _who("product_safety", "--at", "2026-12-22T12:00Z")
    assert ran.stdout.startswith("Social media lead\n")
    assert ran.stdout.endswith("  passed over  product_safety: absent until 31 December\n")


def test_a_door_that_does_not_open_is_said_to_be_closed(pack: Path) -> None:
    """Nobody is promised an opening that never comes."""
    text = CONTACTS.replace("[{from: 2026-12-21, to: 2026-12-31}]", "[{from: 2026-01-01, to: 2029-12-31}]")
    lead = '    reach: {channel: "#lead"}\n'
    text = text.replace(lead, f"{lead}    absent: [{{from: 2026-01-01, to: 2029-12-31}}]\n")
    (pack / "contacts.yml").write_text(text, "utf-8")
    found = _found("coe_lead", "--at", MONDAY)
    assert (found["contact"], found["open"], found["opens"], found["passed_over"]) == ("coe_lead", False, None, [])
    assert "closed, and not open again within 400 days" in _who("coe_lead", "--at", MONDAY).stdout


def test_words_about_nothing_lead_to_the_last_resort(pack: Path) -> None:
    """And it is said that nothing fitted."""
    found = _found("xyzzy", "plugh")
    assert (found["contact"], found["confidence"]) == ("coe_lead", 0.0)
    assert _who("xyzzy", "plugh").stdout.endswith("No topic in contacts.yml is near to these words.\n")


def test_mistakes_in_the_file_are_mentioned(pack: Path) -> None:
    """Beside the result, not in it."""
    (pack / "contacts.yml").write_text(CONTACTS.replace("backup: coe_lead", "backup: nobody"), "utf-8")
    ran = _who("gone", "--at", MONDAY)
    assert "contacts.yml has 2 mistakes; see 'clearpost check-content'" in ran.stderr
    (pack / "contacts.yml").write_text(CONTACTS + "  - id: half\n", "utf-8")
    assert "contacts.yml has a mistake; see 'clearpost check-content'" in _who("gone", "--at", MONDAY).stderr
    (pack / "contacts.yml").write_text(CONTACTS.replace("backup: coe_lead", "backup: nobody"), "utf-8")
    ran = _who("gone", "--at", MONDAY)
    assert ran.stdout.startswith("Gone for good\n") and "backup" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("  ",), "say in some words"),
        (("legal", "--at", "tomorrow"), "'tomorrow' is no time; write it as 2026-12-24T09:00+01:00"),
        (("gone", "--at", "9999-12-31T23:00Z"), "is too far away; name a day between 2000 and 2200"),
        (("gone", "--at", "0001-01-01T00:00Z"), "is too far away; name a day between 2000 and 2200"),
        (("gone", "--region", "Atlantis"), "'Atlantis' is no region that I know; write it as de, de-by, eu"),
        (("legal", "--at", "2026-12-24T09:00"), "has no time zone; write it as 2026-12-24T09:00+01:00"),
    ],
)
def test_what_cannot_be_understood_is_refused(pack: Path, arguments: tuple[str, ...], message: str) -> None:
    """In one sentence that says what to write."""
    ran = _who(*arguments)
    assert isinstance(ran.exception, typer.BadParameter)
    assert message in ran.exception.format_message() and ran.stdout == ""
