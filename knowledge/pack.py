"""A content pack: ``policies/``, ``contacts.yml``, ``off_topic.md``, ``questions/``, ``triage.yml`` and ``triage/``."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from knowledge.documents.bullets import read_bullets
from knowledge.documents.folder import hash_folder
from knowledge.errors import ContentError

DEFAULT_PACK: Final = Path(__file__).parent / "content"
"""The pack that Clearpost comes with."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Where the parts of a content pack are. A part that a pack lacks is taken from the default pack."""

    policies: Path
    contacts: Path
    off_topic: Path
    questions: Path
    chart: Path = DEFAULT_PACK / "triage.yml"
    examples: Path = DEFAULT_PACK / "triage"

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The pack in a folder of the shape of the default pack.

        Raises:
            ContentError: where the folder has no ``policies``.
        """
        if not (folder / "policies").is_dir():
            raise ContentError(
                f"there is no folder '{folder / 'policies'}'; 'clearpost init {folder}' writes a pack to start from"
            )
        return cls(folder / "policies", *(_own_or_default(folder, name) for name in _PARTS))

    @classmethod
    def of_policies(cls, policies: Path) -> Self:
        """A pack of other people's policies with everything else from the default pack."""
        return cls(policies, *(DEFAULT_PACK / name for name in _PARTS))

    def content_hash(self) -> str:
        """A sha256 over everything that goes into an index."""
        digest = hashlib.sha256(hash_folder(self.policies).encode())
        for path in (self.contacts, self.off_topic, self.chart, *sorted(self.examples.glob("*.md"))):
            digest.update(path.name.encode())
            digest.update(path.read_bytes() if path.is_file() else b"missing")
        return digest.hexdigest()

    def off_topic_messages(self) -> tuple[str, ...]:
        """The messages that are none of Clearpost's business, as their list names them.

        Raises:
            ContentError: where the list cannot be read.
        """
        try:
            return tuple(words for _, words in read_bullets(self.off_topic.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"'{self.off_topic}' is not a readable UTF-8 file; save it as UTF-8") from error


_PARTS: Final = ("contacts.yml", "off_topic.md", "questions", "triage.yml", "triage")


def copy_default_pack(folder: Path) -> None:
    """Write a copy of the default pack to start an own one from.

    Raises:
        ContentError: where the folder already holds something, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ContentError(f"'{folder}' is not empty; name a new folder, nothing was written")
    try:
        shutil.copytree(DEFAULT_PACK, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    except OSError as error:
        raise ContentError(f"'{folder}' cannot be written ({error.strerror}); name another folder") from error


def _own_or_default(folder: Path, name: str) -> Path:
    return folder / name if (folder / name).exists() else DEFAULT_PACK / name


__all__ = ["DEFAULT_PACK", "Pack", "copy_default_pack"]
