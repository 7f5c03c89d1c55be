"""The lessons and programmes of a curriculum, as they are taught."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lessons.curriculum import PROGRAMMES, read_lesson, read_programmes, read_texts
from lessons.errors import CurriculumError
from lessons.models import Flaw, Lesson, Programme, Track

DEFAULT_CURRICULUM: Final = Path(__file__).parent / "content"
"""The curriculum that Clearpost comes with."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The lessons of a curriculum by their ids, in the order of their files, and its programmes."""

    lessons: Mapping[str, Lesson]
    programmes: tuple[Programme, ...]

    def on(self, track: Track) -> tuple[Lesson, ...]:
        """The lessons of a track."""
        return tuple(each for each in self.lessons.values() if each.track is track)

    def programme(self, identifier: str) -> Programme | None:
        """The programme with an id."""
        return next((each for each in self.programmes if each.id == identifier), None)

    def programmes_of(self, track: Track) -> tuple[Programme, ...]:
        """The programmes of a track, in the order in which they are written."""
        return tuple(each for each in self.programmes if each.track is track)


def read_catalogue(folder: Path) -> tuple[Catalogue, tuple[Flaw, ...]]:
    """Read the curriculum in a folder; what cannot be used is left out and named, sorted by file and line.

    Raises:
        CurriculumError: where the folder does not exist.
    """
    texts = read_texts(folder)
    lessons: dict[str, Lesson] = {}
    flaws = list(texts.flaws)
    for file, text in texts.of.items():
        if file == PROGRAMMES:
            continue
        read = read_lesson(text, file)
        flaws += read.flaws
        if read.lesson is None:
            continue
        first = lessons.setdefault(read.lesson.id, read.lesson)
        if first is not read.lesson:
            message = f"the id '{first.id}' is also that of {first.file}; this file was left out"
            flaws.append(Flaw(file, 2, message, "Give each lesson an id of its own"))
    programmes = read_programmes(texts.of[PROGRAMMES]) if PROGRAMMES in texts.of else None
    if programmes is None and not any(each.file == PROGRAMMES for each in flaws):
        flaws.append(
            Flaw(PROGRAMMES, 1, f"there is no '{PROGRAMMES}'", "'clearpost init DIR' writes one to start from")
        )
    flaws += programmes.flaws if programmes else ()
    found = programmes.programmes if programmes else ()
    return Catalogue(MappingProxyType(lessons), found), tuple(sorted(set(flaws)))


def copy_default_curriculum(folder: Path) -> None:
    """Write a copy of the default curriculum into a new folder to start an own one from.

    Raises:
        CurriculumError: where the folder is there already, or cannot be written.
    """
    try:
        shutil.copytree(DEFAULT_CURRICULUM, folder)
    except FileExistsError as error:
        raise CurriculumError(f"'{folder}' is there already; name a new folder, nothing was written") from error
    except OSError as error:
        raise CurriculumError(f"'{folder}' cannot be written ({error.strerror}); name another folder") from error


__all__ = ["DEFAULT_CURRICULUM", "Catalogue", "copy_default_curriculum", "read_catalogue"]
