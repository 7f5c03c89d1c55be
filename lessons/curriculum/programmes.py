"""``programmes.yml``: which lessons come when, on which track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from lessons.curriculum.fields import BrokenYamlError, Fields, load
from lessons.models import Flaw, Programme, Rhythm, Step, Track

PROGRAMMES: Final = "programmes.yml"
"""The file of a curriculum that names its programmes."""

_KNOWN: Final = ("id", "title", "track", "rhythm", "mandatory", "steps")
_STEP: Final = ("day", "lesson")
_LATEST: Final = 3650  # days after the hire date; whoever writes more means something else


@dataclass(frozen=True, slots=True)
class ReadProgrammes:
    """The programmes that can be used, and what is wrong with the file."""

    programmes: tuple[Programme, ...]
    flaws: tuple[Flaw, ...]


def read_programmes(source: str, file: str = PROGRAMMES) -> ReadProgrammes:
    """Read the programmes from the text of a file; an entry that cannot be used is left out and named."""
    try:
        text = load(source, file)
    except BrokenYamlError as error:
        return ReadProgrammes((), (error.flaw,))
    nodes = _list_below("programmes", text.node)
    values = text.value.get("programmes") if isinstance(text.value, dict) else None
    if nodes is None or not isinstance(values, list):
        remedy = "Compare the file with one from 'clearpost init DIR'"
        return ReadProgrammes((), (Flaw(file, 1, "there is no list under 'programmes:'", remedy),))
    programmes: dict[str, Programme] = {}
    flaws: list[Flaw] = []
    for value, node in zip(values, nodes.value, strict=True):
        fields = Fields.of(file, 1, value, node, _KNOWN)
        programme = _programme(fields, node)
        if programme.id and programme.id in programmes:
            fields.fault("id", f"programme '{programme.id}' is written twice", "Keep one of them")
        flaws += fields.flaws
        if fields.sound:
            programmes[programme.id] = programme
    return ReadProgrammes(tuple(programmes.values()), tuple(flaws))


def _list_below(name: str, node: yaml.Node | None) -> yaml.SequenceNode | None:
    """The list under a name, of which YAML takes the last where it is written twice."""
    pairs = reversed(node.value) if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name and isinstance(value, yaml.SequenceNode)), None)


def _programme(fields: Fields, node: yaml.Node) -> Programme:
    if not fields.values:
        return Programme("", "", Track.EMPLOYEES, Rhythm.WEEKLY, ())
    rhythm = Rhythm(fields.one_of("rhythm", list(Rhythm)))
    return Programme(
        id=fields.text("id", "a name that never changes, such as 'id: employees-weekly'"),
        title=fields.text("title", "what learners see, such as 'title: Two minutes a week'"),
        track=Track(fields.one_of("track", list(Track))),
        rhythm=rhythm,
        steps=tuple(_steps(fields, rhythm, _list_below("steps", node))),
        mandatory=fields.flag("mandatory"),
    )


def _steps(fields: Fields, rhythm: Rhythm, node: yaml.SequenceNode | None) -> Iterator[Step]:
    values = fields.values.get("steps")
    if node is None or not isinstance(values, list) or not values:
        fields.fault("steps", "there is no list under 'steps:'", "List the ids of lessons")
        return
    for value, place in zip(values, node.value, strict=True):
        line = place.start_mark.line + 1
        if rhythm is Rhythm.WEEKLY:
            if isinstance(value, str):
                yield Step(value)
                continue
            flaw = Flaw(fields.file, line, "this step is no lesson's id", "Write the id alone, as '- employees-why-me'")
            fields.flaws.append(flaw)
            fields.sound = False
            continue
        step = Fields.of(fields.file, 1, value, place, _STEP)
        if step.values:
            day = step.number("day", "the days after the hire date, as in '{day: 3, lesson: employees-why-me}'")
            if not 0 <= day <= _LATEST:
                step.fault("day", f"there is no day {day}", f"Write 0 to {_LATEST} days after the hire date")
            yield Step(step.text("lesson", "a lesson's id, as in '{day: 3, lesson: employees-why-me}'"), day)
        fields.flaws += step.flaws
        fields.sound = fields.sound and step.sound


__all__ = ["PROGRAMMES", "ReadProgrammes", "read_programmes"]
