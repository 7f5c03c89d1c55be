"""The optional fields of contacts.yml (stand-ins, holidays, absences, duty), and contacts as the index keeps them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

import holidays
import pytest

from knowledge.contacts import Absence, Contact, Override, Rotation, read_contacts
from knowledge.contacts.public_holidays import check_code
from knowledge.contacts.stored import from_json, to_json
from knowledge.models import Problem

REST: Final = """    name: Legal
    hours: {days: [mon], opens: "08:00", closes: "18:00", time_zone: Europe/Berlin}
    reach: {email: legal@example.com}
"""
LEAD: Final = f"contacts:\n  - id: coe_lead\n{REST}"
FULL: Final = """    for: coe_lead
    units: [retail, online shop]
    holidays: de-BY
    absent: [{from: 2026-12-21, to: 2026-12-31}, {from: "2027-03-01", to: 2027-03-01}]
    rotation:
      members: [one@example.com, two@example.com]
      since: 2026-11-02
      overrides:
        - {from: 2026-12-21, to: 2026-12-27, member: guest@example.com}
        - {from: 2026-12-14, to: 2026-12-20, member: null}
"""
LATE: Final = "{from: 2026-12-05, to: 2026-12-09, member: null}"
EARLY: Final = "{from: 2026-12-01, to: 2026-12-05, member: null}"
BEGIN: Final = "rotation: {members: [one@example.com], since: 2026-11-02"


def _read(folder: Path, extra: str, more: str = "") -> tuple[Contact | None, tuple[Problem, ...]]:
    """The contact ``legal`` with more lines, in a file that is sound otherwise, and the problems of the file."""
    path = folder / "contacts.yml"
    path.write_text(f"{LEAD}  - id: legal\n{REST}{extra}{more}", "utf-8")
    contacts, problems = read_contacts(path)
    return contacts.get("legal"), problems


def test_everything_optional_is_read(tmp_path: Path) -> None:
    """Names, codes, days and addresses, each in its form."""
    legal, problems = _read(tmp_path, FULL)
    assert problems == () and legal is not None
    assert (legal.stands_in_for, legal.units, legal.holidays) == ("coe_lead", ("retail", "online shop"), "DE-BY")
    assert legal.absent == (
        Absence(date(2026, 12, 21), date(2026, 12, 31)),
        Absence(date(2027, 3, 1), date(2027, 3, 1)),
    )
    assert legal.rotation == Rotation(
        members=("one@example.com", "two@example.com"),
        since=date(2026, 11, 2),
        overrides=(
            Override(date(2026, 12, 21), date(2026, 12, 27), "guest@example.com"),
            Override(date(2026, 12, 14), date(2026, 12, 20), None),
        ),
    )


def test_a_fixed_person_is_read(tmp_path: Path) -> None:
    """What is left out is left out: no unit, no holiday, no absence, nobody else."""
    legal, problems = _read(tmp_path, "    person: ines@example.com\n")
    assert problems == () and legal is not None
    assert legal.person == "ines@example.com"
    assert (legal.stands_in_for, legal.units, legal.holidays, legal.absent, legal.rotation) == (
        None,
        (),
        None,
        (),
        None,
    )


@pytest.mark.parametrize(
    ("extra", "message", "remedy"),
    [
        ("rotation: weekly", "'rotation' has an entry without names", "Give members, overrides, since"),
        ("rotation: {since: 2026-11-02}", "'rotation' has no members", "List"),
        ("rotation: {members: [], since: 2026-11-02}", "'rotation' has no members", "List"),
        ("rotation: {members: a@example.com, since: 2026-11-02}", "'members' is no list", "- "),
        ("rotation: {members: [one@example.com]}", "'since' of a rotation must be a Monday", "Mondays"),
        ("rotation: {members: [one@example.com], since: 2026-11-03}", "must be a Monday such as 2026-11-02", "Mondays"),
        ("rotation: {members: [Ines], since: 2026-11-02}", "'rotation' names 'Ines', which is no e-mail", "name@"),
        ("rotation: {members: [a@b], since: 2026-11-02}", "names 'a@b', which is no e-mail", "name@"),
        (f"{BEGIN}, until: 2027-01-01}}", "'rotation' has unknown fields until", "knows members, overrides, since"),
        (f"{BEGIN}, overrides: [{{from: 2026-12-01, to: 2026-12-02}}]}}", "an override has no 'member'", "null"),
        (
            f"{BEGIN}, overrides: [{{from: 2026-12-01, to: 2026-12-02, member: Omar}}]}}",
            "'overrides' names 'Omar', which is no e-mail address",
            "name@example.com",
        ),
        (
            f"{BEGIN}, overrides: [{{from: 2026-12-02, to: 2026-12-01, member: null}}]}}",
            "'overrides' goes from 2026-12-02 to 2026-12-01",
            "Swap",
        ),
        (
            f"{BEGIN}, overrides: [{LATE}, {EARLY}]}}",
            "two overrides hold on 2026-12-05",
            "End the first",
        ),
        ("absent: {from: 2026-12-01, to: 2026-12-02}", "'absent' is no list", "- "),
        ("absent: [2026-12-01]", "'absent' has an entry without names", "Give from, to"),
        ("absent: [{from: 2026-12-01}]", "'absent' needs 'from' and 'to'", "Correct"),
        ("absent: [{from: 2026-12-31, to: 2026-12-21}]", "'absent' goes from 2026-12-31 to 2026-12-21", "Swap"),
        ("absent: [{from: soon, to: 2026-12-21}]", "'absent' needs 'from' and 'to' as days", "Correct"),
        ("holidays: Germany", "there are no holidays of 'GERMANY'", "AT, CH, DE, DE-BY"),
        ("holidays: XX", "there are no holidays of 'XX'", "US-CA"),
        ("holidays: DE-XX", "there are no holidays of 'DE-XX'", "Use DE, or a part of it such as DE-BB"),
        ("holidays: NO", "'holidays' is a 'no' that YAML reads as false", '"NO"'),
        ("holidays: [DE, AT]", "there are no holidays of", "such as"),
        ("regions: [dk, no, se]", "'regions' has a 'no' or 'yes' that YAML reads as false or true", '"no"'),
        ("languages: no", "'languages' has a 'no' or 'yes'", '"no"'),
        ("units: {retail: 1}", "'units' is no list of names", "[one, two]"),
        ("person: Ines Example", "'person' names 'Ines Example', which is no e-mail address", "name@example.com"),
        (f"{BEGIN}}}\n    person: ines@example.com", "a contact has both a person and a rotation", "Keep one"),
    ],
)
def test_what_cannot_be_used_is_named_with_a_remedy(tmp_path: Path, extra: str, message: str, remedy: str) -> None:
    """The entry is left out, and its line, the mistake and what to do are told in one line."""
    legal, (problem,) = _read(tmp_path, f"    {extra}\n")
    assert legal is None
    assert (problem.file, problem.line) == ("contacts.yml", 6)
    assert message in problem.message and remedy in problem.remedy


@pytest.mark.parametrize(
    ("named", "message", "remedy"),
    [
        ("nobody", "for 'nobody' is no contact", "Name one that is in this file"),
        ("legal", "'legal' stands in for itself", "Leave 'for' out"),
        ("other", "'legal' stands in for 'other', which stands in for 'coe_lead'", "Write 'for: coe_lead'"),
    ],
)
def test_who_stands_in_does_so_for_a_contact_of_the_file(tmp_path: Path, named: str, message: str, remedy: str) -> None:
    """Neither for nobody nor for one that stands in itself; the entry can still be asked by its own id."""
    legal, (problem,) = _read(tmp_path, f"    for: {named}\n", f"  - id: other\n{REST}    for: coe_lead\n")
    assert legal is not None
    assert (problem.line, problem.message, problem.remedy) == (6, message, remedy)


@pytest.mark.parametrize("code", ["DE", "DE-BY", "US-CA", "GB-SCT", "FR", "JP", "AT"])
def test_the_codes_that_are_named_as_examples_are_known(code: str) -> None:
    """Nobody is sent from one mistake to the next."""
    check_code(code)


def test_every_country_of_the_package_is_known() -> None:
    """A code of two letters that the package has is good here."""
    for code in holidays.list_supported_countries(include_aliases=False):
        check_code(code)


def test_a_contact_comes_back_from_the_index_as_it_was(tmp_path: Path) -> None:
    """With everything in it and with nothing."""
    full, _ = _read(tmp_path, FULL)
    bare, _ = _read(tmp_path, "")
    assert full is not None and bare is not None
    assert [from_json(to_json(each)) for each in (full, bare)] == [full, bare]


def test_an_index_of_before_is_read(tmp_path: Path) -> None:
    """A contact that was kept before there were these fields has none of them."""
    bare, _ = _read(tmp_path, "")
    assert bare is not None
    kept = json.loads(to_json(bare))
    for name in ("stands_in_for", "units", "holidays", "absent", "rotation", "person"):
        del kept[name]
    assert from_json(json.dumps(kept)) == bare
    with pytest.raises(ValueError, match="hours"):
        from_json('{"id": "legal"}')
