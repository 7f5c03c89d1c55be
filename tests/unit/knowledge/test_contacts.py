"""contacts.yml: who can be asked, and what is wrong with the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.contacts import LAST_RESORT, Contact, Contacts, Hours, read_contacts
from knowledge.errors import ContentError
from knowledge.pack import DEFAULT_PACK

HOURS = 'hours: {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "18:00", time_zone: Europe/Berlin}'
REACH = 'reach: {channel: "#ask"}'
LEAD = f"  - {{id: coe_lead, name: CoE lead, {HOURS}, {REACH}}}\n"


def _read(folder: Path, entries: str) -> tuple[Contacts, list[tuple[int, str]]]:
    path = folder / "contacts.yml"
    path.write_text(f"contacts:\n{entries}", "utf-8")
    contacts, problems = read_contacts(path)
    assert all(problem.file == "contacts.yml" and problem.remedy for problem in problems)
    return contacts, [(problem.line, problem.message) for problem in problems]


def test_the_default_contacts_are_sound() -> None:
    """The pack's own contacts have no problem, and the last resort is among them."""
    contacts, problems = read_contacts(DEFAULT_PACK / "contacts.yml")
    assert problems == ()
    assert contacts.get(LAST_RESORT) is not None


def test_a_contact_with_everything(tmp_path: Path) -> None:
    """All fields are read; what is optional has its default."""
    entry = f"""  - id: legal
    name: Legal
    topics: [contracts, claims]
    regions: [emea]
    languages: [en, de]
    {HOURS}
    backup: coe_lead
    reach: {{channel: "#legal", phone: 112}}
"""
    contacts, problems = _read(tmp_path, LEAD + entry)
    assert problems == []
    assert list(contacts)[1] == Contact(
        id="legal",
        name="Legal",
        topics=("contracts", "claims"),
        regions=("emea",),
        languages=("en", "de"),
        hours=Hours(("mon", "tue", "wed", "thu", "fri"), "08:00", "18:00", "Europe/Berlin"),
        backup="coe_lead",
        reach={"channel": "#legal", "phone": "112"},
        line=3,
    )
    lead = contacts.get("coe_lead")
    assert lead is not None
    assert (lead.topics, lead.regions, lead.languages, lead.backup) == ((), ("worldwide",), ("en",), None)


def test_hours_read_like_a_sign_on_a_door(tmp_path: Path) -> None:
    """They are shown to people who wonder whether somebody is there."""
    contacts, _ = _read(tmp_path, LEAD)
    assert str(next(iter(contacts)).hours) == "Mon–Fri 08:00–18:00 (Europe/Berlin)"


def test_nobody_is_left_without_a_person_to_ask(tmp_path: Path) -> None:
    """The first candidate that exists is asked, else the last resort."""
    contacts, _ = _read(tmp_path, LEAD + LEAD.replace("coe_lead", "legal"))
    assert contacts.for_question(None, "nobody", "legal", "coe_lead") == "legal"
    assert contacts.for_question(None, "nobody") == contacts.for_question() == LAST_RESORT
    assert contacts.get(None) is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("  - just words\n", "a contact is not a list of 'name: value' lines"),
        ("  - {id: x}\n", "a contact lacks hours, name, reach"),
        (LEAD.replace("coe_lead", "x").replace("}}", "}, mail: y}"), "a contact has unknown fields mail"),
        (
            LEAD.replace("coe_lead", "x").replace(REACH, "reach: {}"),
            "'reach' names no way to reach the contact",
        ),
        (LEAD.replace("coe_lead", "x").replace(HOURS, "hours: always"), "'hours' is not a mapping"),
        (
            LEAD.replace("coe_lead", "x").replace("[mon, tue, wed, thu, fri]", "[montag, dienstag, mittwoch]"),
            "'days' must be a list of mon, tue, wed, thu, fri, sat, sun",
        ),
        (
            LEAD.replace("coe_lead", "x").replace('"18:00"', '"07:00"'),
            "'opens' and 'closes' must be times such as \"08:00\", the first before the second",
        ),
        (
            LEAD.replace("coe_lead", "x").replace('"18:00"', "18:00"),  # YAML reads 1080 there
            "'opens' and 'closes' must be times such as \"08:00\", the first before the second",
        ),
        (
            LEAD.replace("coe_lead", "x").replace('"18:00"', '"24:01"'),
            "'opens' and 'closes' must be times such as \"08:00\", the first before the second",
        ),
        (LEAD.replace("coe_lead", "x").replace("Europe/Berlin", "Mars/Base"), "unknown time zone 'Mars/Base'"),
        (LEAD.replace("coe_lead", "x").replace("Europe/Berlin", "../etc"), "unknown time zone '../etc'"),
        (LEAD, "contact 'coe_lead' is written twice"),
    ],
)
def test_an_entry_that_cannot_be_used_is_left_out_and_named(tmp_path: Path, entry: str, message: str) -> None:
    """One bad entry costs itself alone, and is reported in its line."""
    contacts, problems = _read(tmp_path, LEAD + entry)
    assert problems == [(3, message)]
    assert [contact.id for contact in contacts] == ["coe_lead"]


def test_round_the_clock_is_possible(tmp_path: Path) -> None:
    """24:00 is the end of a day."""
    _, problems = _read(tmp_path, LEAD.replace("08:00", "00:00").replace("18:00", "24:00"))
    assert problems == []


def test_the_last_resort_must_be_there(tmp_path: Path) -> None:
    """A pack without it would leave somebody alone."""
    _, problems = _read(tmp_path, LEAD.replace("coe_lead", "legal"))
    assert problems == [(1, "there is no contact 'coe_lead'")]


def test_a_backup_must_exist(tmp_path: Path) -> None:
    """Nobody can stand in who is not in the file."""
    _, problems = _read(tmp_path, LEAD + LEAD.replace("id: coe_lead", "id: legal, backup: nobody"))
    assert problems == [(3, "backup 'nobody' is no contact")]


def test_backups_do_not_go_round_in_circles(tmp_path: Path) -> None:
    """A chain of backups ends; one that leads into a circle without being part of it is not blamed."""
    entries = "".join(
        LEAD.replace("id: coe_lead", f"id: {name}, backup: {backup}")
        for name, backup in (("a", "b"), ("b", "c"), ("c", "b"))
    )
    _, problems = _read(tmp_path, LEAD + entries)
    assert [line for line, message in problems if "circle" in message] == [4, 5]
    assert len(problems) == 2


@pytest.mark.parametrize("content", [b"contacts: [", b"\xff", b"people: []", b"", b"- a", b"contacts: nobody"])
def test_a_file_that_is_no_list_of_contacts_is_refused(tmp_path: Path, content: bytes) -> None:
    """The error names the file and says where to get a sound one."""
    path = tmp_path / "contacts.yml"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=r"contacts\.yml.*clearpost init"):
        read_contacts(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """It is the first thing a new pack lacks."""
    with pytest.raises(ContentError, match="there is no.*clearpost init"):
        read_contacts(tmp_path / "contacts.yml")
