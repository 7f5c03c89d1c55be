"""Reads a company's list of its people, line by line: CSV as a spreadsheet or a personnel system writes it."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot.conversation.roster import (
    read_address,
    read_day,
    read_locale,
    read_time_zone,
    read_track,
    read_words,
    shown,
)
from bot.ports import Row
from bot.ports.roster import Day

COLUMNS: Final = ("email", "name", "track", "region", "unit", "hire_date", "left", "time_zone", "locale")
"""What a list may say of a person."""

_ALIKE: Final = {"e_mail": "email", "timezone": "time_zone"}
_DELIMITERS: Final = (",", ";", "\t")
_PIECE: Final = 1 << 20  # bytes
_LONGEST_HEADER: Final = 10_000  # characters
_WORKBOOK: Final = b"PK\x03\x04"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAVE: Final = "save it as 'CSV UTF-8' and import that"


class _Reader(Protocol):
    """A reader of the csv module."""

    @property
    def line_num(self) -> int:
        """How many lines it has read."""
        ...

    def __next__(self) -> list[str]:
        """The cells of the next line, or of several where a cell goes on."""
        ...


class PeopleFileError(ValueError):
    """The file as a whole cannot be read; nothing of it was."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a line, or a ``problem`` for which it is left out; ``number`` counts the file's lines from 1."""

    number: int
    row: Row | None = None
    problem: str = ""


def read_people(path: Path) -> Iterator[Line]:
    """The people of a file, one line after another; it is never held as a whole.

    Raises:
        PeopleFileError: it cannot be read, or has no header of known columns. This is found before the first line.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(_LONGEST_HEADER)
        delimiter = _delimiter(header)
        columns = _columns(next(csv.reader([header], delimiter=delimiter), []))
        yield from _lines(csv.reader(file, delimiter=delimiter, strict=True), columns)


def _lines(reader: _Reader, columns: Sequence[str]) -> Iterator[Line]:
    seen: dict[str, int] = {}
    number = 2
    while True:
        cells: list[str] | None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells, last = None, 1 + reader.line_num
            upto = f"; line {number} to {last} were left out" if last > number else ""
            yield Line(number, problem=f"the quotation marks do not pair up; within a cell, write each twice{upto}")
        if cells and any(cell.strip() for cell in cells):
            yield _line(number, cells, columns, seen)
        number = 2 + reader.line_num


def _line(number: int, cells: Sequence[str], columns: Sequence[str], seen: dict[str, int]) -> Line:
    if len(cells) != len(columns):
        return Line(number, problem=f"there are {len(cells)} cells; the header has {len(columns)} columns")
    said = dict(zip(columns, cells, strict=True))
    try:
        row = _row(said)
    except ValueError as error:
        return Line(number, problem=str(error))
    first = seen.setdefault(row.email, number)
    if first != number:
        return Line(number, problem=f"{row.email} stands in line {first} already; keep one of the two")
    return Line(number, row)


def _row(said: Mapping[str, str]) -> Row:
    def words(column: str, read: Callable[[str], str]) -> str | None:
        return read(said[column]) if column in said else None

    def day(column: str) -> Day:
        return (read_day(said[column]) or "") if column in said else None

    return Row(
        email=read_address(said["email"]),
        name=words("name", read_words),
        track=words("track", read_track),
        region=words("region", read_words),
        unit=words("unit", read_words),
        hired=day("hire_date"),
        left=day("left"),
        time_zone=words("time_zone", read_time_zone),
        locale=words("locale", read_locale),
    )


def _columns(header: Sequence[str]) -> Sequence[str]:
    names = [_name(each) for each in header]
    known = f"take {', '.join(COLUMNS)}"
    for name, written in zip(names, header, strict=True):
        if name not in COLUMNS:
            raise PeopleFileError(f"line 1: there is no column '{shown(written)}'; {known}")
        if names.count(name) > 1:
            raise PeopleFileError(f"line 1: the column {name} stands there twice; leave one of them out")
    if "email" not in names:
        raise PeopleFileError(f"line 1: the column email is missing; the first line names the columns: {known}")
    return names


def _name(written: str) -> str:
    name = "_".join(re.split(r"[\s_-]+", written.strip().casefold()))
    return _ALIKE.get(name, name)


def _delimiter(header: str) -> str:
    """What stands between cells: whichever of the three stands most often in the header, outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=bare.count)


def _encoding(path: Path) -> str:
    """The encoding of a file, once all of it was found to be in it."""
    try:
        with path.open("rb") as file:
            begin = file.read(_PIECE)
            if begin.startswith(_WORKBOOK):
                raise PeopleFileError(f"'{path.name}' is a workbook; {_SAVE}")
            encoding = next((name for mark, name in _MARKS if begin.startswith(mark)), "utf-8")
            if encoding != "utf-16" and b"\0" in begin:
                raise PeopleFileError(f"'{path.name}' is no text, or UTF-16 without its mark; {_SAVE}")
            file.seek(0)
            _decode(iter(lambda: file.read(_PIECE), b""), encoding, path)
    except OSError as error:
        raise PeopleFileError(f"'{path}' cannot be read ({error.strerror}); name a CSV file") from error
    return encoding


def _decode(pieces: Iterator[bytes], encoding: str, path: Path) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    try:
        for piece in pieces:
            lines += decoder.decode(piece).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        at = lines + 1 + error.object[: error.start].count(b"\n")
        raise PeopleFileError(f"line {at}: '{path.name}' is not UTF-8 from here on; {_SAVE}") from error


__all__ = ["COLUMNS", "Line", "PeopleFileError", "read_people"]
