"""Vectors that an older index or the package already holds, so that editing one policy does not encode all again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import IndexFileError
from knowledge.index.reader import Index
from knowledge.index.shipped import ShippedVectors
from knowledge.index.triage import read_examples


class KnownVectors:
    """Encodes texts, taking what the index at ``path`` and the package have of the same encoder."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._shipped = ShippedVectors(encoder)
        self._rows: dict[str, int] = {}
        try:
            index = Index.open(path, encoder)
        except IndexFileError:  # none, damaged, or of another encoder
            self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)
            return
        self._vectors = index.vectors
        self._rows = {str(text): row for row, (text,) in enumerate(index.rows("SELECT text FROM texts ORDER BY n"))}
        examples = read_examples(index)
        self._rows.update({text: len(self._vectors) + row for row, text in enumerate(examples.texts)})
        self._vectors = np.concatenate([self._vectors, examples.vectors])
        index.close()

    @property
    def name(self) -> str:
        """The encoder's name."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """The encoder's fingerprint."""
        return self._encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, shape ``(len(texts), dimensions)``."""
        new = [text for text in texts if text not in self._rows and text not in self._shipped]
        if len(new) == len(texts):
            return self._encoder.encode(texts)
        encoded = iter(self._encoder.encode(new)) if new else iter(())
        return np.vstack([known if (known := self._known(text)) is not None else next(encoded) for text in texts])

    def _known(self, text: str) -> Vectors | None:
        if text in self._rows:
            return np.asarray(self._vectors[self._rows[text]])
        return self._shipped.get(text)


__all__ = ["KnownVectors"]
