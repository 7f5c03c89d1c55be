"""Encodes questions that arrive together in one batch: sixteen at once cost about as much as four one by one."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from knowledge.encoder import Encoder, Vectors

_MOST: Final = 8
"""Questions a batch: larger ones are hardly faster and hold more memory."""


class QuestionEncoder:
    """Encodes single questions for many threads with one encoder; a lone question waits for nobody.

    One thread does all of it: each thread that torch meets costs it a team of threads and an arena of memory.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._waiting: deque[tuple[str, Future[Vectors]]] = deque()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    def encode(self, question: str) -> Vectors:
        """The question's vector, shape ``(dimensions,)``.

        Raises:
            EncoderError: where the model cannot be loaded.
        """
        wanted: Future[Vectors] = Future()
        self._waiting.append((question, wanted))
        self._worker.submit(self._encode_waiting)  # one call a question, so that none is left; late ones find it empty
        return wanted.result()

    def _encode_waiting(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
        if not batch:
            return
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
