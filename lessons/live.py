"""A curriculum whose files may be edited at any time: notices, and reads it again."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Final

from lessons.catalogue import Catalogue, read_catalogue
from lessons.errors import CurriculumError

_LOOK: Final = 5.0  # seconds for which the files are taken to be as they were

_Stamp = tuple[tuple[str, int, int], ...]


class LiveCurriculum:
    """Call it for the curriculum of ``folder`` as it is now. Safe to share between threads.

    Where it cannot be read any more, the one that was read last goes on being taught.

    Raises:
        CurriculumError: where there is none at first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp = _stamp(folder)
        self._catalogue, _ = read_catalogue(folder)
        self._looked = time.monotonic()

    def __call__(self) -> Catalogue:
        """The curriculum."""
        with self._lock:
            if time.monotonic() - self._looked >= _LOOK:
                self._looked = time.monotonic()
                self._renew()
            return self._catalogue

    def _renew(self) -> None:
        stamp = _stamp(self._folder)
        if stamp == self._stamp:
            return
        try:
            catalogue, _ = read_catalogue(self._folder)
        except CurriculumError:
            return
        if catalogue.lessons:
            self._catalogue, self._stamp = catalogue, stamp


def _stamp(folder: Path) -> _Stamp:
    try:
        files = sorted(each for each in folder.rglob("*") if each.suffix in (".md", ".yml"))
        return tuple((str(each), each.stat().st_mtime_ns, each.stat().st_size) for each in files)
    except OSError:
        return ()


__all__ = ["LiveCurriculum"]
