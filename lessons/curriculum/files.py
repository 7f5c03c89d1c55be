"""The text of every file of a curriculum, whatever else lies in its folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lessons.curriculum.lesson import with_line_feeds
from lessons.curriculum.programmes import PROGRAMMES
from lessons.errors import CurriculumError
from lessons.models import Flaw

_LARGEST: Final = 200_000  # bytes; a lesson has about 3,000, and forty programmes of forty lessons fit
_LESSON: Final = ".md"
_ELSEWHERE: Final = "exams"  # questions for examinations, which are no lessons


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts by the files' names (relative to the folder), all with line feeds, and what could not be read."""

    of: Mapping[str, str]
    flaws: tuple[Flaw, ...]


def read_texts(folder: Path) -> Texts:
    """Read ``programmes.yml`` and every ``*.md`` below a folder (save ``exams``), in the order of their paths.

    Raises:
        CurriculumError: where the folder does not exist.
    """
    if not folder.is_dir():
        raise CurriculumError(f"there is no folder '{folder}'; name one that holds lessons")
    texts: dict[str, str] = {}
    flaws: list[Flaw] = []
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
        try:
            texts[name] = _read(path)
        except CurriculumError as error:
            message, _, remedy = str(error).partition("; ")
            flaws.append(Flaw(name, _line(error), message, remedy))
    return Texts(texts, tuple(flaws))


def _files(folder: Path) -> Iterator[Path]:
    """Hidden files are left out, and links that go round in circles cut."""
    visited: set[tuple[int, int]] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        state = Path(root).stat()
        if (state.st_dev, state.st_ino) in visited:
            folders.clear()
            continue
        visited.add((state.st_dev, state.st_ino))
        folders[:] = [each for each in folders if not each.startswith((".", "__")) and each != _ELSEWHERE]
        for name in files:
            if Path(name).suffix.lower() == _LESSON and not name.startswith("."):
                yield Path(root) / name
    if (folder / PROGRAMMES).exists():
        yield folder / PROGRAMMES


def _read(path: Path) -> str:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise CurriculumError("this is no file; Put a Markdown file there, or remove it")
        if state.st_size > _LARGEST:
            raise CurriculumError(f"the file is larger than {_LARGEST // 1000} kB; Keep one short lesson in a file")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CurriculumError(f"the file is not UTF-8 (byte {error.start}); Save it as UTF-8") from error
    except OSError as error:
        raise CurriculumError(
            f"the file cannot be read ({error.strerror}); Check the link or its permissions"
        ) from error
    return with_line_feeds(text)


def _line(error: CurriculumError) -> int:
    """Where a file stops being UTF-8; 1 for what is wrong with the whole file."""
    cause = error.__cause__
    return cause.object.count(b"\n", 0, cause.start) + 1 if isinstance(cause, UnicodeDecodeError) else 1


__all__ = ["Texts", "read_texts"]
