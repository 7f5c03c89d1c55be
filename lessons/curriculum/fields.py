"""YAML mappings with the line of each field; what is of the wrong type is named instead of used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import yaml

from lessons.errors import CurriculumError
from lessons.models import Flaw

_YAML_ERRORS: Final = (yaml.YAMLError, ValueError, AttributeError, KeyError, TypeError, OverflowError, RecursionError)
"""PyYAML lets its constructors' own errors through, for ``!!bool maybe`` as for a thousand open brackets."""
_SHOWN: Final = 60  # characters of a wrong value that a message repeats


class _Loader(yaml.SafeLoader):
    """Leaves a date that no calendar has (2026-02-30) as text, so that it is named as such."""

    def construct_date(self, node: yaml.ScalarNode) -> object:
        """The date, or the text where it is none."""
        try:
            return self.construct_yaml_timestamp(node)
        except (ValueError, AttributeError):
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


@dataclass(frozen=True, slots=True)
class Yaml:
    """A YAML text as values and as nodes, which know their lines."""

    value: object
    node: yaml.Node | None


def load(text: str, file: str, first: int = 1) -> Yaml:
    """Load a YAML text that begins in line ``first`` of a file.

    Raises:
        BrokenYamlError: where it is no YAML.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return Yaml(None if node is None else loader.construct_document(node), node)
    except _YAML_ERRORS as error:
        line = first + _line(error, text)
        raise BrokenYamlError(
            Flaw(file, line, "this is not valid YAML", "Mend this line or the one above it")
        ) from error


def _line(error: BaseException, text: str) -> int:
    """In which line YAML gave up, from 0; 0 where it does not say."""
    if isinstance(error, yaml.reader.ReaderError) and isinstance(error.position, int):
        return text.count("\n", 0, error.position)
    mark = getattr(error, "problem_mark", None)
    return mark.line if isinstance(mark, yaml.Mark) else 0


class BrokenYamlError(CurriculumError):
    """A text that is no YAML; never leaves the reader, which reports its flaw."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(str(flaw))
        self.flaw = flaw


@dataclass(slots=True)
class Fields:
    """The fields of one mapping; each look at one that is missing or of the wrong type adds a flaw.

    ``sound`` turns false where what is described cannot be used.
    """

    file: str
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]
    flaws: list[Flaw] = field(default_factory=list)
    sound: bool = True

    @classmethod
    def of(cls, file: str, first: int, value: object, node: yaml.Node | None, known: Collection[str]) -> Fields:
        """The fields of a mapping whose text begins in line ``first``; unknown and repeated names are flaws."""
        start = first + (node.start_mark.line if node is not None else 0)
        made = cls(file, start, {}, {})
        if not isinstance(value, dict) or not isinstance(node, yaml.MappingNode):
            made.fault("", "this is no list of 'name: value' lines", f"Write {', '.join(known)}")
            return made
        made.values = {key: each for key, each in value.items() if isinstance(key, str)}
        if not made.values:
            made.fault("", "there are no fields here", f"Write {', '.join(known)}")
        lines: dict[str, int] = {}
        for key, _ in node.value:
            name, line = str(key.value), first + key.start_mark.line
            if name in lines:
                made.flaws.append(Flaw(file, line, f"'{shown(name)}' is written twice", "Keep one of the lines"))
            elif name not in known:
                remedy = f"Use {', '.join(known)}"
                made.flaws.append(Flaw(file, line, f"there is no field '{shown(name)}'", remedy))
            lines.setdefault(name, line)
        made.lines = lines
        return made

    def fault(self, name: str, message: str, remedy: str) -> None:
        """Report that a field makes the whole unusable."""
        self.flaws.append(Flaw(self.file, self.lines.get(name, self.line), message, remedy))
        self.sound = False

    def text(self, name: str, example: str) -> str:
        """A text, on one line."""
        value = self.values.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        if value is None or isinstance(value, str):
            self.fault(name, f"'{name}' is missing", f"Add {example}")
        else:
            self.fault(name, f"'{name}' is no text: {shown(value)}", f"Put it in quotes, as in {example}")
        return ""

    def number(self, name: str, example: str) -> int:
        """A whole number."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.fault(name, f"'{name}' is no whole number: {shown(value)}", f"Write {example}")
        return 0

    def day(self, name: str, example: str) -> date:
        """A date."""
        value = self.values.get(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.fault(name, f"'{name}' is no date: {shown(value)}", f"Write year, month and day, as in {example}")
        return date.min

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self.values.get(name, False)
        if isinstance(value, bool):
            return value
        self.fault(name, f"'{name}' is neither true nor false: {shown(value)}", "Write true, or leave the line out")
        return False

    def names(self, name: str, example: str, *, needed: bool) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(name)
        if value is None and not needed:
            return ()
        if isinstance(value, list) and value and all(isinstance(each, str) and each.strip() for each in value):
            return tuple(" ".join(each.split()) for each in value)
        self.fault(name, f"'{name}' is no list of texts: {shown(value)}", f"Write {example}")
        return ()

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """One of some words, the first of them where it is none."""
        value = self.values.get(name)
        if isinstance(value, str) and value in allowed:
            return str(value)
        self.fault(name, f"unknown {name} {shown(value)}", f"Use one of {', '.join(allowed)}")
        return next(iter(allowed))


def shown(value: object) -> str:
    """A wrong value as a message shows it: short, on one line, and never a structure that may be endless."""
    if value is None:
        return "nothing"
    if isinstance(value, (list, dict, set, tuple)):
        return "a list" if not isinstance(value, dict) else "fields of its own"
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


__all__ = ["BrokenYamlError", "Fields", "Yaml", "load", "shown"]
