"""Encodes questions that arrive together in one batch: sixteen at once cost about as much as four one by one."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import Final

from knowledge.encoder import Encoder, Vectors

_MOST: Final = 32


class QuestionEncoder:
    """Encodes single questions for many threads with one encoder.

    The first thread that finds the encoder free encodes all that are waiting; a lone question waits for nobody.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._waiting: deque[tuple[str, Future[Vectors]]] = deque()
        self._busy = threading.Lock()

    def encode(self, question: str) -> Vectors:
        """The question's vector, shape ``(dimensions,)``.

        Raises:
            EncoderError: where the model cannot be loaded.
        """
        wanted: Future[Vectors] = Future()
        self._waiting.append((question, wanted))
        while not wanted.done():
            with self._busy:
                if not wanted.done():
                    self._encode_waiting()
        return wanted.result()

    def _encode_waiting(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
        try:
            vectors = self._encoder.encode([question for question, _ in batch])
            encoded = list(zip(batch, vectors, strict=True))
        except Exception as error:  # noqa: BLE001 - each of the waiting threads raises it
            for _, wanted in batch:
                wanted.set_exception(error)
            return
        for (_, wanted), vector in encoded:
            wanted.set_result(vector)


__all__ = ["QuestionEncoder"]
