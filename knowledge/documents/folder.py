"""All policies below a folder, whatever a real shared drive holds beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.documents.convert import CONVERTED, to_markdown
from knowledge.documents.policy import ReadPolicy, read_policy
from knowledge.errors import ContentError
from knowledge.models import Policy, Problem

_TEXT: Final = frozenset({".md", ".markdown", ".txt", ".yml", ".yaml"})
_LARGEST: Final = 5_000_000  # bytes; the longest public policy we know has 300 kB
_LARGEST_CONVERTED: Final = 50_000_000  # Word and PDF files carry pictures


@dataclass(frozen=True, slots=True)
class Reading:
    """The policies of a folder, what was wrong, and a hash over every file that was read (sha256, hexadecimal)."""

    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]
    content_hash: str


def read_folder(folder: Path) -> Reading:
    """Read every policy file below ``folder``, in the order of their paths. Files that cannot be used become problems.

    Raises:
        ContentError: where the folder does not exist.
    """
    policies: list[Policy] = []
    problems: list[Problem] = []
    for path in policy_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            read = _read_file(path, name)
        except ContentError as error:
            problems.append(Problem(name, _line(error), str(error), "The file was left out"))
            continue
        problems.extend(read.problems)
        if read.policy.sections:
            policies.append(read.policy)
        else:
            problems.append(Problem(name, 1, "no text to answer from", "Write the rules below headings, or remove it"))
    return Reading(tuple(policies), tuple(problems), hash_folder(folder))


def hash_folder(folder: Path) -> str:
    """A sha256 over the names and bytes of the policy files below ``folder``."""
    digest = hashlib.sha256()
    for path in policy_files(folder):
        digest.update(path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape") + b"\0")
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()


def policy_files(folder: Path) -> list[Path]:
    """The policy files below ``folder``, sorted; hidden files are left out and links that go round in circles cut.

    Raises:
        ContentError: where the folder does not exist.
    """
    if not folder.is_dir():
        raise ContentError(f"there is no folder '{folder}'; name one that holds policies")
    return sorted(_walk(folder))


def _walk(folder: Path) -> Iterator[Path]:
    visited: set[tuple[int, int]] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        state = Path(root).stat()
        if (state.st_dev, state.st_ino) in visited:
            folders.clear()
            continue
        visited.add((state.st_dev, state.st_ino))
        folders[:] = [each for each in folders if not each.startswith((".", "__"))]
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in _TEXT | CONVERTED:
                yield Path(root) / name


def _line(error: ContentError) -> int:
    """Where a file stops being UTF-8; 1 for what is wrong with the whole file."""
    cause = error.__cause__
    return cause.object.count(b"\n", 0, cause.start) + 1 if isinstance(cause, UnicodeDecodeError) else 1


def _read_file(path: Path, name: str) -> ReadPolicy:
    convert = path.suffix.lower() in CONVERTED
    try:
        if path.stat().st_size > (_LARGEST_CONVERTED if convert else _LARGEST):
            raise ContentError(f"larger than {_LARGEST // 1_000_000} MB; cut it into several policies")
        text = to_markdown(path) if convert else path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(f"not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise ContentError(f"cannot be read ({error.strerror}); check the link or its permissions") from error
    return read_policy(text, name)


__all__ = ["Reading", "hash_folder", "policy_files", "read_folder"]
