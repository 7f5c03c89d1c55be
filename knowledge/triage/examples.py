"""The examples that each kind is learned from: ``triage/<kind>.md``, one a bullet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.documents.bullets import read_bullets
from knowledge.errors import ContentError
from knowledge.triage.models import NONE, Kind

KINDS: Final[tuple[Kind | None, ...]] = (*Kind, None)
"""Every kind, and ``None`` for nothing to triage, which stands last: the classes in their order."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something said about the company, with the place of its kind in ``KINDS``."""

    text: str
    kind: int


def file_of(kind: Kind | None) -> str:
    """The name of a kind's file of examples."""
    return f"{kind or NONE}.md"


def read_examples(folder: Path) -> tuple[Example, ...]:
    """All examples below a folder, kind by kind; a kind without a file has none, and empty bullets do not count.

    Raises:
        ContentError: where a file cannot be read.
    """
    return tuple(_read(folder))


def _read(folder: Path) -> Iterator[Example]:
    for number, kind in enumerate(KINDS):
        path = folder / file_of(kind)
        try:
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"'{path}' is not a readable UTF-8 file; save it as UTF-8") from error
        yield from (Example(words, number) for _, words in read_bullets(text) if words)


__all__ = ["KINDS", "Example", "file_of", "read_examples"]
