"""Answers from an index file that may be rebuilt at any time: notices, reloads, drops no question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from knowledge.answer import Answerer, clean_question
from knowledge.batching import QuestionEncoder
from knowledge.contacts import Contacts
from knowledge.encoder import Encoder
from knowledge.errors import IndexFileError
from knowledge.index import Index
from knowledge.models import Answer, Reader
from knowledge.search.calibration import Calibration
from knowledge.search.engine import Search

_CHUNK: Final = 64

Stamp = tuple[int, int, int]


class LiveAnswers:
    """Answers questions from the index at ``path``, whichever version of it is there. Safe to share between threads.

    Where a new index cannot be opened, the one that is open goes on answering.
    """

    def __init__(self, path: Path, encoder: Encoder, calibration: Calibration, today: Callable[[], date]) -> None:
        self._path = path
        self._encoder = encoder
        self._calibration = calibration
        self._today = today
        self._questions = QuestionEncoder(encoder)
        self._reloading = threading.Lock()
        self._stamp = _stamp(path)
        self._answerer = self._open()
        self._sound = True

    @property
    def contacts(self) -> Contacts:
        """The contacts that answers name."""
        return self._answerer.contacts

    def health(self) -> str:
        """``ok`` where the index file that is open is the one on disk, else what is wrong with that one."""
        self._current()
        return "ok" if self._sound else f"the index '{self._path}' cannot be opened; the one before still answers"

    def ask(self, question: str, reader: Reader, top: int = 3, *, follow_up: bool = False) -> Answer:
        """The answer to a question; ``follow_up`` where it is joined from two messages of a thread.

        Raises:
            QuestionError: where there is nothing in it to look up, or far too much.
        """
        cleaned = clean_question(question)
        vector = self._questions.encode(cleaned)
        return self._current().answer(cleaned, vector, reader, self._today(), top, follow_up=follow_up)

    def ask_all(self, questions: Sequence[str], reader: Reader, top: int = 3) -> list[Answer]:
        """The answers to many cleaned questions, in order, encoded together."""
        answers: list[Answer] = []
        for start in range(0, len(questions), _CHUNK):
            chunk = questions[start : start + _CHUNK]
            vectors = self._encoder.encode(chunk)
            answerer = self._current()
            answers += [
                answerer.answer(question, vector, reader, self._today(), top)
                for question, vector in zip(chunk, vectors, strict=True)
            ]
        return answers

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """The answer after one option of a question that decides was chosen.

        Raises:
            QuestionError: where that section is no longer in force.
        """
        cleaned = clean_question(question)
        vector = self._questions.encode(cleaned)
        return self._current().choose(cleaned, policy, section, vector, reader, self._today())

    def _current(self) -> Answerer:
        stamp = _stamp(self._path)  # before opening: a file that comes in between is opened by the next question
        if stamp != self._stamp and self._reloading.acquire(blocking=False):
            try:
                self._answerer, self._sound = self._open(), True
            except IndexFileError:  # damaged or half copied: the old one answers until the next change
                self._sound = False
            finally:
                self._stamp = stamp
                self._reloading.release()
        return self._answerer

    def _open(self) -> Answerer:
        return Answerer(Search(Index.open(self._path, self._encoder), self._calibration))


def _stamp(path: Path) -> Stamp:
    try:
        state = path.stat()
    except OSError:
        return (0, 0, 0)
    return (state.st_ino, state.st_mtime_ns, state.st_size)


__all__ = ["LiveAnswers"]
