"""Encoders without a model: one that hashes words, one that waits to be let go on, one that fails."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from knowledge.encoder import Vectors
from knowledge.errors import EncoderError

_WORD: Final = re.compile(r"\w+")
_PATIENCE: Final = 240  # seconds after which a held encoder goes on by itself, so that no test hangs


class HashedEncoder:
    """Texts as bags of hashed words: the same words give the same vector, shared words a similar one.

    ``encoded`` records every text that was asked for, in order.
    """

    def __init__(self, dimensions: int = 256, fingerprint: str | None = None) -> None:
        self._dimensions = dimensions
        self._fingerprint = fingerprint or f"hashed-words-{dimensions}"
        self.encoded: list[str] = []

    @property
    def name(self) -> str:
        """The name it was chosen by."""
        return "hashed-words"

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""
        return self._fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, shape ``(len(texts), dimensions)``."""
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()) or [text]:
                vectors[row, zlib.crc32(word.encode("utf-8", "replace")) % self._dimensions] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)


class HeldEncoder(HashedEncoder):
    """Encodes ``calls`` batches, then sets ``reached`` and waits until ``go_on`` is set."""

    def __init__(self, calls: int = 0) -> None:
        super().__init__()
        self._calls = calls
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, once it may."""
        if self._calls <= 0:
            self.reached.set()
            self.go_on.wait(_PATIENCE)
        self._calls -= 1
        return super().encode(texts)


class FailingEncoder(HashedEncoder):
    """Raises while ``broken``."""

    def __init__(self, *, broken: bool = True) -> None:
        super().__init__()
        self.broken = broken

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text.

        Raises:
            EncoderError: while ``broken``.
        """
        if self.broken:
            raise EncoderError("the fake model cannot be loaded; mend it")
        return super().encode(texts)


__all__ = ["FailingEncoder", "HashedEncoder", "HeldEncoder"]
