"""Vectors of the default pack's texts that come with the package, so that the first start takes no ten minutes.

One file a model, named by the beginning of its fingerprint: for each text the first eight bytes of its sha256 and its
vector as signed bytes, to be brought back to length 1 (its cosine with the exact one is .9999). A text that is not
there, or another model, is encoded as ever. ``make vectors`` writes the file from an index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoder, Vectors
from knowledge.index.reader import Index
from knowledge.index.triage import read_examples

FOLDER: Final = Path(__file__).parent / "vectors"
_LARGEST: Final = 127


class ShippedVectors:
    """The vectors that came with the package for one encoder; none where there is no file for it."""

    def __init__(self, encoder: Encoder, folder: Path = FOLDER) -> None:
        path = vectors_path(encoder, folder)
        self._rows: dict[int, int] = {}
        if path.is_file():
            with np.load(path, allow_pickle=False) as data:
                self._rows = {int(key): row for row, key in enumerate(data["keys"])}
                self._values: NDArray[np.int8] = data["values"]

    def __contains__(self, text: str) -> bool:
        return bool(self._rows) and _key(text) in self._rows

    def get(self, text: str) -> Vectors | None:
        """The vector of a text, of length 1; ``None`` where it is not there."""
        if text not in self:
            return None
        values = self._values[self._rows[_key(text)]].astype(np.float32)
        return np.asarray(values / np.linalg.norm(values), dtype=np.float32)


def write_shipped(index: Index, encoder: Encoder, folder: Path = FOLDER) -> Path:
    """Write the vectors of an index as the file that is shipped for its encoder."""
    examples = read_examples(index)
    texts = [*(str(text) for (text,) in index.rows("SELECT text FROM texts ORDER BY n")), *examples.texts]
    vectors = np.concatenate([index.vectors, examples.vectors])
    scales = np.abs(vectors).max(axis=1, keepdims=True)
    values = np.rint(vectors / scales * _LARGEST).astype(np.int8)
    path = vectors_path(encoder, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, keys=_keys(texts), values=values)
    return path


def vectors_path(encoder: Encoder, folder: Path = FOLDER) -> Path:
    """Where the vectors of an encoder belong."""
    return folder / f"{encoder.fingerprint[:16]}.npz"


def _keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([_key(text) for text in texts], dtype=np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


__all__ = ["FOLDER", "ShippedVectors", "vectors_path", "write_shipped"]
