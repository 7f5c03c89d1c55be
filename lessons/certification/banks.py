"""Banks of exam questions: scenes with a check, each resting on sections of policy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lessons.certification.levels import Belt
from lessons.curriculum import read_texts
from lessons.curriculum.checks import Block, Cut, cut, read_checks
from lessons.curriculum.fields import BrokenYamlError, Fields, load, shown
from lessons.models import Check, Flaw, Track

EXAMS: Final = "exams"
"""The folder of a curriculum that holds its banks, a Markdown file each."""

_KNOWN: Final = "id title track owner version reviewed".split()
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_RESTS_ON: Final = "rests_on:"


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``scene`` is what happened, told before the question. ``belt`` is the lowest that is asked it."""

    scene: str
    check: Check
    rests_on: tuple[str, ...]
    belt: Belt = Belt.WHITE

    @property
    def id(self) -> str:
        """Unique within its bank."""
        return self.check.id


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of a track. ``file`` is relative to the curriculum's folder."""

    id: str
    title: str
    track: Track
    owner: str
    version: str
    reviewed: date
    items: tuple[Item, ...]
    file: str
    source: str = ""

    def upto(self, belt: Belt) -> tuple[Item, ...]:
        """The questions that are asked at a belt: its own and those of the belts below."""
        return tuple(each for each in self.items if each.belt.rank <= belt.rank)


@dataclass(frozen=True, slots=True)
class ReadBanks:
    """The banks by their ids, and what is wrong with their files."""

    banks: Mapping[str, Bank]
    flaws: tuple[Flaw, ...]


def read_banks(folder: Path) -> ReadBanks:
    """Read the banks of a curriculum's folder; a question that cannot be used is left out and named."""
    if not (folder / EXAMS).is_dir():
        return ReadBanks(MappingProxyType({}), ())
    texts = read_texts(folder / EXAMS)
    flaws = [replace(each, file=f"{EXAMS}/{each.file}") for each in texts.flaws]
    banks: dict[str, Bank] = {}
    for name, text in texts.of.items():
        file = f"{EXAMS}/{name}"
        bank, found = parse_bank(text, file)
        flaws += found
        if bank is not None and banks.setdefault(bank.id, bank) is not bank:
            message = f"the bank '{bank.id}' is also in {banks[bank.id].file}; this file was left out"
            flaws.append(Flaw(file, 2, message, "Give each bank an id of its own"))
    return ReadBanks(MappingProxyType(banks), tuple(flaws))


def parse_bank(source: str, file: str) -> tuple[Bank | None, tuple[Flaw, ...]]:
    """Read one bank from the text of its file; ``None`` where its front matter cannot be used."""
    front = _FRONT.match(source)
    if front is None:
        return None, (Flaw(file, 1, "there is no front matter", f"Begin with {', '.join(_KNOWN)} between '---'"),)
    try:
        yaml = load(front[1] or "", file, first=2)
    except BrokenYamlError as error:
        return None, (error.flaw,)
    fields = Fields.of(file, 2, yaml.value, yaml.node, _KNOWN)
    if not fields.values:
        return None, tuple(fields.flaws)
    parts = cut(source[front.end() :], file, source.count("\n", 0, front.end()) + 1)
    flaws = list(parts.flaws)
    bank = Bank(
        id=fields.text("id", "a name that never changes, such as 'id: employees'"),
        title=fields.text("title", "what it is about, as 'title: …'"),
        track=Track(fields.one_of("track", list(Track))),
        owner=fields.text("owner", "the id of a contact, such as 'owner: coe_lead'"),
        version=fields.text("version", "'version: \"1.0\"'"),
        reviewed=fields.day("reviewed", "'reviewed: 2026-11-20'"),
        items=tuple(_items(parts, file, flaws)),
        file=file,
        source=source,
    )
    return (bank if fields.sound else None), (*fields.flaws, *flaws)


def _items(parts: Cut, file: str, flaws: list[Flaw]) -> Iterator[Item]:
    seen: set[str] = set()
    for block in parts.blocks:
        rests_on, scene = _foreword(block, parts, file, flaws)
        read = read_checks(replace(parts, blocks=(replace(block, strays=()),)), file)
        flaws += read.flaws
        belt = _belt(block, parts, file, flaws)
        check = read.checks[0]
        if check.id in seen:
            message = f"the question '{check.id}' is there twice"
            flaws.append(Flaw(file, check.line, message, "Give each question of the bank an id of its own"))
        elif read.sound and rests_on and belt is not None:
            seen.add(check.id)
            yield Item(scene, check, rests_on, belt)


def _belt(block: Block, parts: Cut, file: str, flaws: list[Flaw]) -> Belt | None:
    written = block.attributes.get("belt", Belt.WHITE)
    belt = next((each for each in Belt if each == written), None)
    if belt is None:
        message = f"unknown belt '{shown(written)}'"
        flaws.append(Flaw(file, parts.first + block.line, message, f"Use one of {', '.join(Belt)}, as in 'belt=green'"))
    return belt


def _foreword(block: Block, parts: Cut, file: str, flaws: list[Flaw]) -> tuple[tuple[str, ...], str]:
    """What stands between a question and its options: the sections that it rests on, and the scene."""
    until = block.items[0][0] if block.items else len(parts.lines)
    lines = [line.strip() for line in parts.lines[block.line + 1 : until]]
    at = next((place for place, line in enumerate(lines) if line.startswith(_RESTS_ON)), None)
    for stray in block.strays:
        if block.items and stray >= until:
            message = "this stands below the options of a question"
            flaws.append(Flaw(file, parts.first + stray, message, "Tell the scene above the options"))
    if at is None:
        remedy = "Write 'rests_on: [policy#section]' in the line below the question"
        flaws.append(Flaw(file, parts.first + block.line, "the question rests on no section", remedy))
        return (), ""
    first = parts.first + block.line + 1 + at
    scene = " ".join(line for place, line in enumerate(lines) if place != at and line)
    try:
        yaml = load(lines[at], file, first=first)
    except BrokenYamlError as error:
        flaws.append(error.flaw)
        return (), scene
    fields = Fields.of(file, first, yaml.value, yaml.node, ("rests_on",))
    rests_on = fields.names("rests_on", "policy and section, as in 'rests_on: [disclosure#say-so]'", needed=True)
    flaws += fields.flaws
    return rests_on, scene


__all__ = ["EXAMS", "Bank", "Item", "ReadBanks", "parse_bank", "read_banks"]
