"""Texts as vectors, by sentence-transformers. torch is imported when the first text is encoded, not before."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EncoderError
from knowledge.weights import Weights

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_BATCH = 32


class Encoder(Protocol):
    """What the index and the search need of a model."""

    @property
    def name(self) -> str:
        """The name it was chosen by."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, shape ``(len(texts), dimensions)``."""
        ...


class SentenceEncoder:
    """A sentence-transformers model on the CPU, from a folder on this machine; it never asks a model hub."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._model: SentenceTransformer | None = None

    @property
    def name(self) -> str:
        """The name it was chosen by."""
        return self._weights.name

    @property
    def fingerprint(self) -> str:
        """The sha256 of the weights file."""
        return self._weights.sha256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, shape ``(len(texts), dimensions)``.

        Raises:
            EncoderError: where the model cannot be loaded.
        """
        model = self._model or self.load()
        vectors = model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)

    def load(self) -> SentenceTransformer:
        """Load the model now rather than at the first text (about five seconds, nearly all of it importing torch).

        Raises:
            EncoderError: where the folder holds no model that can be loaded.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - five seconds; not for --help
        from transformers.utils import logging  # noqa: PLC0415 - as above

        logging.disable_progress_bar()  # type: ignore[no-untyped-call] # untyped upstream
        try:
            self._model = SentenceTransformer(str(self._weights.folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EncoderError(
                f"the model in '{self._weights.folder}' cannot be loaded ({type(error).__name__}); "
                "see 'clearpost model list' for those that can"
            ) from error
        return self._model


__all__ = ["Encoder", "SentenceEncoder", "Vectors"]
