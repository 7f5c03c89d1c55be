"""``clearpost people import``: takes over the company's list of its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import print_json
from bot.cli.people import ACTOR, Organisation, people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cli.people_file import Line
    from bot.ports import Change, Row
    from bot.wiring._learning import State

_AT_ONCE: Final = 1000  # lines that are held in memory
_NAMES: Final = {"hired": "hire_date"}  # a column whose field of a row is called otherwise

File = Annotated[Path, typer.Argument(metavar="FILE.csv", help="The list; its first line names the columns.")]


@people.command("import", short_help="Take over the company's list of its people.")
def import_people(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and change nothing.")] = False,
    organisation: Organisation = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, and one for all.")] = False,
) -> None:
    """Take over the company's list of its people: a CSV file with one line a person, known by the e-mail address.

    Columns: email, name, track, region, unit, hire_date, left, time_zone, locale; only email has to be there. An empty
    cell takes back what was said, a column that is not there says nothing. People who are not in the file stay as they
    are. Lines with a mistake are left out and told, and the command ends with 1.
    """
    from bot import wiring
    from bot.cli.people_file import PeopleFileError, read_people
    from bot.settings import load_settings

    remembered = wiring.state(load_settings())
    try:
        importing = _Import(remembered, _organisation(remembered, organisation), wiring.now(), dry_run, as_json)
        importing.run(read_people(file))
    except PeopleFileError as error:
        raise typer.BadParameter(str(error)) from error
    finally:
        remembered.close()
    if importing.counts["error"]:
        raise typer.Exit(1)


class _Import:
    """One file on its way in; ``counts`` says how many lines did what."""

    def __init__(self, remembered: State, organisation: str, at: datetime, dry_run: bool, as_json: bool) -> None:
        self._remembered = remembered
        self._organisation = organisation
        self._at = at
        self._dry_run = dry_run
        self._as_json = as_json
        self.counts: Counter[str] = Counter(dict.fromkeys(("new", "changed", "left", "same", "error"), 0))

    def run(self, lines: Iterator[Line]) -> None:
        """Take it over, some lines at a time, and say what each line did."""
        whole = False
        try:
            while some := list(islice(lines, _AT_ONCE)):
                self._take(some)
            whole = True
        finally:
            self._write_down(whole=whole)
        self._sum_up()

    def _take(self, some: Sequence[Line]) -> None:
        rows = [line.row for line in some if line.row is not None]
        changes = self._remembered.roster.upsert(self._organisation, rows, self._at, dry_run=self._dry_run)
        done = iter(changes)
        for line in some:
            if line.row is None:
                self._tell_problem(line)
            else:
                self._tell_change(line, line.row, next(done))

    def _tell_problem(self, line: Line) -> None:
        self.counts["error"] += 1
        if self._as_json:
            print_json({"line": line.number, "what": "error", "problem": line.problem})
        else:
            print(f"line {line.number}: error: {line.problem}")

    def _tell_change(self, line: Line, row: Row, change: Change) -> None:
        self.counts[change.what] += 1
        if self._as_json:
            fields = [_NAMES.get(field, field) for field in change.fields]
            print_json({"line": line.number, "what": change.what, "email": change.email, "fields": fields})
        elif change.what != "same":
            print(f"line {line.number}: {change.what}: {', '.join(_told(row, field) for field in change.fields)}")

    def _write_down(self, *, whole: bool) -> None:
        """One line in the audit, also where it broke off: what was done until then stays."""
        if not self._dry_run and self.counts.total():
            detail = {**self.counts, "whole": whole}
            self._remembered.audit.add(self._organisation, self._at, ACTOR, "people_imported", "", detail)

    def _sum_up(self) -> None:
        counts = self.counts
        if self._as_json:
            print_json({"organisation": self._organisation, "dry_run": self._dry_run, **counts})
            return
        known = ", ".join(f"{counts[each]:,} {name}" for each, name in _WORDS.items())
        would = "nothing was changed; it would be " if self._dry_run else ""
        print(f"{sum(counts.values()):,} lines for {self._organisation}: {would}{known}")
        print("people who are not in the file stay as they are")


_WORDS: Final = {
    "new": "new",
    "changed": "changed",
    "left": "left",
    "same": "the same",
    "error": "with an error, left out",
}


def _told(row: Row, field: str) -> str:
    value, name = getattr(row, field), _NAMES.get(field, field).replace("_", " ")
    return f"{name} {value}" if value else f"no {name}"


def _organisation(remembered: State, chosen: str | None) -> str:
    """The one that was named; else the only one, the web chat's and the terminal's set aside where there is another."""
    from bot import wiring
    from bot.conversation.messages import LOCAL

    known = wiring.organisations(remembered)
    if chosen is not None:
        if chosen not in known:
            raise typer.BadParameter(f"there is no organisation '{chosen}'; there are {', '.join(known)}")
        return chosen
    others = [each for each in known if each != LOCAL] or list(known)
    if len(others) > 1:
        raise typer.BadParameter(f"there are several organisations; name one with --organisation: {', '.join(others)}")
    return others[0]


__all__ = ["import_people"]
