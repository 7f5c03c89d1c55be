"""``clearpost people import``: a company's list as spreadsheets and personnel systems write it, good and bad."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot import wiring
from bot.cli import people_import  # noqa: F401 - importing the module registers its command
from bot.cli.app import app
from bot.cli.people_file import COLUMNS, Line, PeopleFileError, read_people
from bot.ports import Person, Profile, Row
from bot.settings import load_settings
from bot.state import State

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LOCAL, SLACK, OTHER = "local", "slack:T1", "slack:T2"
INES, OLU = "ines@example.com", "olu@example.com"
LIST = f"email,name,track,unit\n{INES},Ines Example,employees,toys\n{OLU},Olu Example,partners,\n"


@pytest.fixture
def home(bare_environment: pytest.MonkeyPatch) -> Iterator[State]:
    """An installation without workspaces."""
    remembered = wiring.state(load_settings())
    yield remembered
    remembered.close()


def run(file: Path, *options: str) -> Result:
    """Run ``clearpost people import``."""
    return CliRunner().invoke(app, ["people", "import", str(file), *options])


def told(file: Path, *options: str, code: int = 0) -> list[str]:
    """The lines that an import printed."""
    result = run(file, *options)
    assert result.exit_code == code, result.output
    return result.stdout.splitlines()


def refused(file: Path, *options: str) -> str:
    """What is said of a file, or of options, that cannot be used at all."""
    result = run(file, *options)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return " ".join(result.stderr.replace("│", " ").split())


def person(home: State, email: str, organisation: str = LOCAL) -> Person:
    """Somebody as they are kept."""
    found = home.staff.by_email(organisation, email)
    assert found
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A list of two people."""
    path = tmp_path / "people.csv"
    path.write_text(LIST, "utf-8")
    return path


def rows(file: Path, written: str | bytes) -> list[Line]:
    """What is read out of a file with these words."""
    if isinstance(written, str):
        file.write_text(written, "utf-8", newline="")
    else:
        file.write_bytes(written)
    return list(read_people(file))


def problem(file: Path, written: str) -> str:
    """The mistake in the only line below a header."""
    (line,) = rows(file, written)
    assert line.row is None and line.number == 2
    return line.problem


def test_new_then_changed_then_the_same(home: State, file: Path) -> None:
    """Each line says what it did; a second import of the same file does nothing; a changed one changes that alone."""
    assert told(file) == [
        "line 2: new: name Ines Example, track employees, unit toys",
        "line 3: new: name Olu Example, track partners",
        "2 lines for local: 2 new, 0 changed, 0 left, 0 the same, 0 with an error, left out",
        "people who are not in the file stay as they are",
    ]
    assert told(file)[0].startswith("2 lines for local: 0 new, 0 changed, 0 left, 2 the same")
    file.write_text(LIST.replace("toys", "Sales"), "utf-8")
    assert told(file)[0] == "line 2: changed: unit Sales"
    found = person(home, INES)
    assert (found.track, found.unit, found.profile.name) == ("employees", "Sales", "Ines Example")


def test_a_dry_run_says_the_same_and_changes_nothing(home: State, file: Path) -> None:
    """What would be done is told line by line; nobody is made, and nothing stands in the audit."""
    dry = told(file, "--dry-run")
    assert home.staff.by_email(LOCAL, INES) is None and home.audit.lines(LOCAL) == []
    assert "nothing was changed; it would be 2 new" in dry[2]
    assert dry[:2] == told(file)[:2]


def test_days_and_absent_columns(home: State, file: Path) -> None:
    """Days are ISO; an empty cell takes back, a column that is not there leaves as it is; a leaver is told as one."""
    told(file)
    file.write_text(f"email,hire date,left\n{INES},2026-11-09,2026-12-31\n{OLU},,\n", "utf-8")
    assert told(file)[0] == "line 2: left: hire date 2026-11-09, left 2026-12-31"
    assert person(home, INES).hire_date == date(2026, 11, 9) and person(home, INES).unit == "toys"
    file.write_text(f"email,hire date,left,unit\n{INES},2026-11-09,,\n", "utf-8")
    assert told(file)[0] == "line 2: changed: no unit, no left"
    assert person(home, OLU).track == "partners"


def test_lines_with_mistakes_are_left_out(home: State, file: Path) -> None:
    """Each mistake is told with its line and remedy; the other lines are taken over, and the command ends with 1."""
    file.write_text(
        "email,track,hire_date,time_zone,locale\n"
        f"{INES},employees,2026-02-28,Europe/Lisbon,pt\n"
        f"{OLU},boss,2026-02-28,,\n"
        "olu.example.com,employees,,,\n"
        ",employees,,,\n"
        "a@example.com,,31.02.2026,,\n"
        "b@example.com,,2026-02-30,,\n"
        "c@example.com,,,Berlin,\n"
        "d@example.com,,,,German\n"
        f"{INES.upper()},partners,,,\n"
        "e@example.com,employees\n"
        "\n"
        "f@example.com,Business Units,,,\n",
        "utf-8",
    )
    assert told(file, code=1) == [
        "line 2: new: track employees, hire date 2026-02-28, time zone Europe/Lisbon, locale pt",
        "line 3: error: there is no track 'boss'; take one of executives, coe, business_units, employees, partners",
        "line 4: error: 'olu.example.com' is no e-mail address; write one as ines@example.com",
        "line 5: error: there is no e-mail address; every person needs one",
        "line 6: error: '31.02.2026' is no date; write it as 2026-02-28",
        "line 7: error: '2026-02-30' is no date; write it as 2026-02-28",
        "line 8: error: 'Berlin' is no time zone; take an IANA name such as Europe/Berlin",
        "line 9: error: 'German' is no language; write it as de or de-AT",
        f"line 10: error: {INES} stands in line 2 already; keep one of the two",
        "line 11: error: there are 2 cells; the header has 5 columns",
        "line 13: new: track business_units",
        "11 lines for local: 2 new, 0 changed, 0 left, 0 the same, 9 with an error, left out",
        "people who are not in the file stay as they are",
    ]
    assert person(home, INES).track == "employees" and home.staff.by_email(LOCAL, OLU) is None


def test_the_audit_has_one_line(home: State, file: Path) -> None:
    """Who imported, and how many lines did what: no name, no address."""
    told(file)
    (line,) = home.audit.lines(LOCAL)
    assert (line.actor, line.action, line.subject) == ("cli", "people_imported", "")
    assert line.detail == {"new": 2, "changed": 0, "left": 0, "same": 0, "error": 0, "whole": True}


def test_json(home: State, file: Path) -> None:
    """For a script: an object a line, also where nothing changed, then the counts."""
    file.write_text(LIST + "x,,,\n", "utf-8")
    first, _, third, counts = (json.loads(line) for line in told(file, "--json", code=1))
    assert first == {"line": 2, "what": "new", "email": INES, "fields": ["name", "track", "unit"]}
    assert third["what"] == "error" and "no e-mail address" in third["problem"]
    assert counts["new"] == 2 and counts["error"] == 1 and counts["organisation"] == LOCAL
    assert json.loads(told(file, "--json", code=1)[0])["what"] == "same"


def test_which_organisation(home: State, file: Path) -> None:
    """It is the only workspace, where there is one; of several, one is named; one that is not there is refused."""
    home.workspaces.add(SLACK, "slack", "Acme", NOW)
    told(file)
    assert person(home, INES, SLACK).track == "employees" and home.staff.by_email(LOCAL, INES) is None
    home.workspaces.add(OTHER, "slack", "Globex", NOW)
    assert "name one with --organisation: slack:T1, slack:T2" in refused(file)
    told(file, "--organisation", OTHER)
    assert person(home, INES, OTHER).track == "employees"
    assert "no organisation 'acme'" in refused(file, "--organisation", "acme")


def test_who_is_imported_is_met_by_the_address(home: State, file: Path) -> None:
    """Somebody who writes to the bot later is the person of the list, with track and unit."""
    home.workspaces.add(SLACK, "slack", "Acme", NOW)
    told(file)
    met = home.people.meet(SLACK, "U1", Profile("Ines", INES.title()), NOW)
    assert (met.id, met.track, met.unit) == (person(home, INES, SLACK).id, "employees", "toys")


def test_who_is_not_in_the_file_stays(home: State, file: Path) -> None:
    """A shorter list takes nobody away."""
    told(file)
    file.write_text(f"email,track\n{INES},coe\n", "utf-8")
    assert told(file)[-1] == "people who are not in the file stay as they are"
    assert person(home, OLU).track == "partners"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "the column email is missing"),
        (b"\n\n", "the column email is missing"),
        (b"name,track\nInes,coe\n", "the column email is missing; the first line names the columns: take email, name"),
        (b"email,hire dat\n", "there is no column 'hire dat'; take email, name, track, region, unit, hire_date, left"),
        (b"email,E-Mail\n", "the column email stands there twice"),
        (b"ines@example.com,coe\n", "there is no column 'ines@example.com'"),
        (b"email,\x1b[31mred\n", "there is no column '\ufffd[31mred'"),
        (b"PK\x03\x04\x14\x00\x06\x00", "'people.csv' is a workbook; save it as 'CSV UTF-8' and import that"),
        (b"email,name\na@example.com,Ines\nb@example.com,J\xf6rg\n", "line 3: 'people.csv' is not UTF-8 from here on"),
        ("email,name\n".encode("utf-16-le"), "is no text, or UTF-16 without its mark"),
        (b"\xff\xfee\x00m\x00a", "is not UTF-8 from here on"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(home: State, file: Path, written: bytes, words: str) -> None:
    """A wrong column, encoding or kind of file is named before anything is taken over."""
    file.write_bytes(written)
    assert words in refused(file)
    assert home.audit.lines(LOCAL) == [] and home.staff.by_email(LOCAL, "a@example.com") is None


def test_a_file_that_is_not_there(home: State, tmp_path: Path) -> None:
    """A missing file, and a folder, are told by name."""
    assert "cannot be read (No such file or directory); name a CSV file" in refused(tmp_path / "none.csv")
    assert "cannot be read (Is a directory)" in refused(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_as_spreadsheets_write_it(file: Path, encoding: str, delimiter: str, end: str) -> None:
    """Marks, UTF-16, semicolons, tabs, quotation marks and line ends of any system are read alike."""
    cells = [
        ["E-Mail", " Time Zone", '"name"'],
        ["I@example.com ", "", f'"Jörg{delimiter}{end}""J"" Example"'],
        ["j@x.de", "", "日本"],
    ]
    written = "".join(delimiter.join(line) + end for line in cells)
    name = " ".join(f'Jörg{delimiter} "J" Example'.split())
    assert rows(file, written.encode(encoding)) == [
        Line(2, Row("i@example.com", name, time_zone="")),
        Line(4, Row("j@x.de", "日本", time_zone="")),
    ]


def test_one_column_is_a_list(file: Path) -> None:
    """A list of addresses alone is one, also without an end of the last line."""
    assert rows(file, "email\na@example.com\nb@example.com") == [
        Line(2, Row("a@example.com")),
        Line(3, Row("b@example.com")),
    ]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("x" * 201, "is too long; write at most 200 characters"),
        ("Ines\0Example", "cannot be shown"),
        ("\x1b[31mInes", "cannot be shown; take it out"),
        ("Ines\u202eelpmaxE", "cannot be shown"),
    ],
)
def test_a_name_that_nobody_can_show(file: Path, cell: str, words: str) -> None:
    """Control characters and novels are refused, and are not printed as they are."""
    said = ""
    try:
        said = problem(file, f"email,name\na@example.com,{cell}\n")
    except PeopleFileError as error:
        said = str(error)
    assert said.isprintable() and (words in said or "no text" in said)


def test_quotation_marks_that_do_not_pair(file: Path) -> None:
    """A mark that is not closed costs the lines up to the end, and says which; one within a cell costs its line."""
    written = 'email,name\na@example.com,"A"x\nb@example.com,B\nc@example.com,"C\nd@example.com,D\n'
    first, second, third = rows(file, written)
    assert (first.number, second, third.number) == (2, Line(3, Row("b@example.com", "B")), 4)
    assert "do not pair up" in first.problem and "line 4 to 5 were left out" in third.problem


def test_a_hundred_thousand_lines_stream(file: Path) -> None:
    """A long list is read in bounded memory: what grows is what is needed to find addresses that stand there twice."""
    with file.open("w", encoding="utf-8") as out:
        out.write("email,name,unit\n")
        out.writelines(f"person{number}@example.com,Person {number},{'x' * 150}\n" for number in range(100_000))
    assert file.stat().st_size > 18_000_000
    tracemalloc.start()
    try:
        count = sum(line.row is not None for line in read_people(file))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 25_000_000


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=0, max_size=4), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_no_list_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], mark: str) -> None:
    """Whatever stands below a good header, each line is somebody or a mistake in one printable line."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    lines = [mark.join(("email", "name", "track", "left")), *(mark.join(cells) for cells in table)]
    for line in rows(path, "\n".join(lines)):
        assert (line.row is None) != (line.problem == "")
        assert line.problem.isprintable() and 2 <= line.number <= 2 + sum(map(len, lines)) + len(lines)


def test_the_help_names_every_column() -> None:
    """What the command says of the columns is what there is."""
    said = " ".join(CliRunner().invoke(app, ["people", "import", "--help"]).stdout.split())
    assert ", ".join(COLUMNS) in said
