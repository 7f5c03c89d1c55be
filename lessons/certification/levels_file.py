"""``levels.yml``: the levels of a curriculum, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import yaml

from lessons.certification.levels import (
    Belt,
    EvidenceKind,
    EvidenceRule,
    ExamRule,
    Level,
    Levels,
    Look,
    Reminder,
    Scope,
)
from lessons.curriculum.fields import BrokenYamlError, Fields, Yaml, load
from lessons.models import Flaw, Track

LEVELS: Final = "levels.yml"
"""The file of a curriculum that names its levels; a curriculum without one certifies nobody."""

_LARGEST: Final = 200_000  # bytes
_LISTS: Final = ("belts", "evidence", "reminders", "levels")
_LEVEL: Final = "id name summary track belt lessons exam evidence valid_days renew_days mandatory_within".split()
_RENEW: Final = 30  # days, where a level does not say
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class ReadLevels:
    """The levels that can be used, the text they were read from, and what is wrong with it."""

    levels: Levels
    flaws: tuple[Flaw, ...]
    source: str = ""


def read_levels(folder: Path) -> ReadLevels:
    """Read ``levels.yml`` of a curriculum's folder; no levels and no flaw where there is none."""
    path = folder / LEVELS
    if not path.exists():
        return ReadLevels(Levels(), ())
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            flaw = Flaw(LEVELS, 1, f"this is no file of at most {_LARGEST // 1000} kB", "Keep the levels alone in it")
            return ReadLevels(Levels(), (flaw,))
        source = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        flaw = Flaw(LEVELS, line, f"the file is not UTF-8 (byte {error.start})", "Save it as UTF-8")
        return ReadLevels(Levels(), (flaw,))
    except OSError as error:
        flaw = Flaw(LEVELS, 1, f"the file cannot be read ({error.strerror})", "Check the link or its permissions")
        return ReadLevels(Levels(), (flaw,))
    return parse_levels(source)


def parse_levels(source: str) -> ReadLevels:
    """Read levels from the text of their file; an entry that cannot be used is left out and named."""
    try:
        text = load(source, LEVELS)
    except BrokenYamlError as error:
        return ReadLevels(Levels(), (error.flaw,), source)
    fields = Fields.of(LEVELS, 1, text.value, text.node, _LISTS)
    flaws = fields.flaws
    if not fields.values:
        return ReadLevels(Levels(), tuple(flaws), source)
    looks = dict(_entries(text, "belts", ("belt", "name", "colour"), _look, flaws))
    kinds = {each.id: each for each in _entries(text, "evidence", ("id", "words"), _kind, flaws)}
    reminders = _entries(text, "reminders", ("days", "words"), _reminder, flaws)
    levels: dict[str, Level] = {}
    for level in _entries(text, "levels", _LEVEL, _level, flaws):
        if levels.setdefault(level.id, level) is not level:
            flaws.append(Flaw(LEVELS, level.line, f"level '{level.id}' is written twice", "Keep one of them"))
    ordered = tuple(sorted(reminders, key=lambda each: -each.days))
    made = Levels(tuple(levels.values()), MappingProxyType(looks), MappingProxyType(kinds), ordered)
    return ReadLevels(made, tuple(flaws), source)


def _entries(
    text: Yaml,
    name: str,
    known: tuple[str, ...] | list[str],
    make: Callable[[Fields, yaml.Node], _Read],
    flaws: list[Flaw],
) -> list[_Read]:
    """The entries of one of the file's lists that can be used; flaws of all are added."""
    made: list[_Read] = []
    for value, node in _list_below(text.value, text.node, name, flaws):
        fields = Fields.of(LEVELS, 1, value, node, known)
        if fields.values:
            entry = make(fields, node)
            if fields.sound:
                made.append(entry)
        flaws += fields.flaws
    return made


def _list_below(
    value: object, node: yaml.Node | None, name: str, flaws: list[Flaw]
) -> Iterator[tuple[object, yaml.Node]]:
    values = value.get(name) if isinstance(value, dict) else None
    nodes = _below(node, name)
    if values is None:
        return
    if not isinstance(values, list) or not isinstance(nodes, yaml.SequenceNode):
        line = nodes.start_mark.line + 1 if nodes is not None else 1
        flaws.append(Flaw(LEVELS, line, f"there is no list under '{name}:'", "Begin each entry with '- '"))
        return
    yield from zip(values, nodes.value, strict=True)


def _below(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The node under a name, of which YAML takes the last where it is written twice."""
    pairs = reversed(node.value) if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _look(fields: Fields, _: yaml.Node) -> tuple[Belt, Look]:
    belt = Belt(fields.one_of("belt", list(Belt)))
    name = fields.text("name", "what it is called, such as 'name: White belt'")
    return belt, Look(name, Belt(fields.one_of("colour", list(Belt))))


def _kind(fields: Fields, _: yaml.Node) -> EvidenceKind:
    identifier = fields.text("id", "a name that never changes, such as 'id: brown_bag'")
    return EvidenceKind(identifier, fields.text("words", "what to do, such as 'words: Give a brown-bag session'"))


def _reminder(fields: Fields, _: yaml.Node) -> Reminder:
    days = fields.number("days", "'days: 14', the days before it is due")
    return Reminder(days, fields.text("words", "what to say then, as 'words: …'"))


def _level(fields: Fields, node: yaml.Node) -> Level:
    within = (
        fields.number("mandatory_within", "'mandatory_within: 45'") if "mandatory_within" in fields.values else None
    )
    renew = fields.number("renew_days", f"'renew_days: {_RENEW}'") if "renew_days" in fields.values else _RENEW
    level = Level(
        id=fields.text("id", "a name that never changes, such as 'id: employees-white'"),
        name=fields.text("name", "what stands on the certificate, such as 'name: Ready to post'"),
        summary=fields.text("summary", "one sentence on what its holder can do, as 'summary: …'"),
        track=Track(fields.one_of("track", list(Track))),
        belt=Belt(fields.one_of("belt", list(Belt))),
        lessons=_lessons(fields),
        exam=_exam(fields, node),
        evidence=tuple(_evidence(fields, node)),
        valid_days=fields.number("valid_days", "'valid_days: 365'"),
        renew_days=renew,
        mandatory_within=within,
        line=fields.line,
    )
    for name in ("valid_days", "renew_days", "mandatory_within"):
        if name in fields.values and _too_small(fields.values[name]):
            fields.fault(name, f"'{name}' is less than a day", "Write a number of days from 1")
    return level


def _too_small(value: object) -> bool:
    return isinstance(value, int) and value < 1


def _lessons(fields: Fields) -> Scope | tuple[str, ...]:
    value = fields.values.get("lessons", Scope.NONE)
    if isinstance(value, list):
        return fields.names("lessons", "ids, as in 'lessons: [employees-first-line]'", needed=True)
    return Scope(fields.one_of("lessons", list(Scope))) if "lessons" in fields.values else Scope.NONE


def _exam(fields: Fields, node: yaml.Node) -> ExamRule | None:
    value, below = fields.values.get("exam"), _below(node, "exam")
    if value is None:
        return None
    exam = Fields.of(LEVELS, 1, value, below, ("bank", "items", "pass_mark", "wait_days"))
    rule = ExamRule("", 1, 1, 0)
    if exam.values:
        rule = ExamRule(
            bank=exam.text("bank", "the id of an item bank, such as 'bank: employees'"),
            items=exam.number("items", "how many questions, as in 'items: 8'"),
            pass_mark=exam.number("pass_mark", "percent, as in 'pass_mark: 75'"),
            wait_days=exam.number("wait_days", "days after a failure, as in 'wait_days: 2'"),
        )
        if exam.sound and not (rule.items >= 1 and 1 <= rule.pass_mark <= 100 and rule.wait_days >= 0):
            message = f"nobody can sit this exam: {rule.items} items, {rule.pass_mark} %, {rule.wait_days} days"
            exam.fault("items", message, "Write items from 1, a pass mark of 1 to 100 and days from 0")
    _take_over(fields, exam)
    return rule


def _evidence(fields: Fields, node: yaml.Node) -> Iterator[EvidenceRule]:
    below = _below(node, "evidence")
    for value, each in _list_below(fields.values, node, "evidence", fields.flaws) if below is not None else ():
        rule = Fields.of(LEVELS, 1, value, each, ("kind", "count"))
        if rule.values:
            kind = rule.text("kind", "the id of a kind of evidence, as in '{kind: brown_bag, count: 1}'")
            count = rule.number("count", "'count: 1'") if "count" in rule.values else 1
            if count < 1:
                rule.fault("count", f"evidence '{kind}' is asked for {count} times", "Write a number from 1")
            yield EvidenceRule(kind, count)
        _take_over(fields, rule)


def _take_over(fields: Fields, inner: Fields) -> None:
    fields.flaws += inner.flaws
    fields.sound = fields.sound and inner.sound


__all__ = ["LEVELS", "ReadLevels", "parse_levels", "read_levels"]
