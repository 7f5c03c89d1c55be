"""Encodes questions that arrive together in one batch: sixteen at once cost about as much as four one by one."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

import numpy as np

from knowledge.encoder import Encoder, Vectors

_MOST: Final = 8
"""Questions a batch: larger ones are hardly faster and hold more memory."""

_REMEMBERED: Final = 4096
"""Texts whose vectors are kept: a message is looked at from several sides, and compared with the same few texts."""


class QuestionEncoder:
    """Encodes single questions for many threads with one encoder; a lone question waits for nobody.

    One thread does all of it: each thread that torch meets costs it a team of threads and an arena of memory.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lately: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()
        self._waiting: deque[tuple[str, Future[Vectors]]] = deque()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    def encode(self, question: str) -> Vectors:
        """The question's vector, shape ``(dimensions,)``.

        Raises:
            EncoderError: where the model cannot be loaded.
        """
        known = self._recall(question)
        if known is not None:
            return known
        wanted: Future[Vectors] = Future()
        self._waiting.append((question, wanted))
        self._worker.submit(self._encode_waiting)  # one call a question, so that none is left; late ones find it empty
        vector = wanted.result()
        self._remember(question, vector)
        return vector

    def encode_all(self, texts: Sequence[str]) -> Vectors:
        """The vectors of several texts, shape ``(len(texts), dimensions)``; those of lately are not encoded again.

        Raises:
            EncoderError: where the model cannot be loaded.
        """
        known = {text: self._recall(text) for text in texts}
        missing = [text for text, vector in known.items() if vector is None]
        if missing:
            for text, vector in zip(missing, self._worker.submit(self._encoder.encode, missing).result(), strict=True):
                known[text] = vector
                self._remember(text, vector)
        return np.stack([vector for vector in (known[text] for text in texts) if vector is not None])

    def _recall(self, text: str) -> Vectors | None:
        with self._lock:
            vector = self._lately.get(text)
            if vector is not None:
                self._lately.move_to_end(text)
            return vector

    def _remember(self, text: str, vector: Vectors) -> None:
        with self._lock:
            self._lately[text] = vector
            if len(self._lately) > _REMEMBERED:
                self._lately.popitem(last=False)

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
