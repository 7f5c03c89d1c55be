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
    with pytest.raises(ContentError, match=r"there is no.*clearpost init"):
        read_contacts(tmp_path / "contacts.yml")


@pytest.mark.parametrize(
    ("days", "sign"),
    [
        ("[mon]", "Mon"),
        ("[mon, fri]", "Mon, Fri"),
        ("[mon, wed, fri]", "Mon, Wed, Fri"),
        ("[tue, mon, wed]", "Mon–Wed"),
    ],
)
def test_hours_name_only_the_days_on_which_somebody_is_there(tmp_path: Path, days: str, sign: str) -> None:
    """A dash stands for days in a row, never for days off between them."""
    contacts, _ = _read(tmp_path, LEAD.replace("[mon, tue, wed, thu, fri]", days))
    assert str(next(iter(contacts)).hours) == f"{sign} 08:00–18:00 (Europe/Berlin)"


@pytest.mark.parametrize(
    "entry",
    ["  - {id: 2026-13-40}\n", "  - !!python/object:os.system {id: x}\n", "  - {? [a] : b}\n"],
)
def test_a_value_that_yaml_cannot_read_costs_one_entry(tmp_path: Path, entry: str) -> None:
    """Neither a date that no calendar has nor a tag stops the reading."""
    assert _read(tmp_path, LEAD + entry)[1] == [(3, "a contact has a value that YAML cannot read")]


def test_digits_of_other_kinds_are_no_time(tmp_path: Path) -> None:
    """Superscripts pass for digits, but not for numbers."""
    _, problems = _read(tmp_path, LEAD + LEAD.replace("coe_lead", "x").replace("08:00", "²²:00"))
    assert [line for line, _ in problems] == [3]


def test_remedies_keep_their_spelling(tmp_path: Path) -> None:
    """A name that is to be typed is shown as it is typed."""
    path = tmp_path / "contacts.yml"
    path.write_text("contacts:\n" + LEAD + LEAD.replace("coe_lead", "x").replace("Berlin", "Bärlin"), "utf-8")
    assert [each.remedy for each in read_contacts(path)[1]] == ["Use an IANA name such as Europe/Berlin"]


def test_a_circle_is_shown_in_its_order(tmp_path: Path) -> None:
    """Each contact of the circle sees the way round from itself."""
    entries = "".join(
        LEAD.replace("id: coe_lead", f"id: {name}, backup: {backup}") for name, backup in (("b", "c"), ("c", "b"))
    )
    assert [message for _, message in _read(tmp_path, LEAD + entries)[1]] == [
        "backups go round in a circle ('b' → 'c' → 'b')",
        "backups go round in a circle ('c' → 'b' → 'c')",
    ]
