"""Answers from an index file that may be rebuilt at any time: notices, reloads, drops no question."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from knowledge.answer import LONGEST, Answerer, clean_question, one_line
from knowledge.batching import QuestionEncoder
from knowledge.contacts import Contacts
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import IndexFileError, QuestionError
from knowledge.index import Index
from knowledge.index.triage import read_sorter
from knowledge.models import Answer, Citation, Reader
from knowledge.search.calibration import Calibration
from knowledge.search.engine import Search
from knowledge.triage.chart import Chart
from knowledge.triage.engine import Sorter
from knowledge.triage.models import Drift, Kind, Triaged

_CHUNK: Final = 64

LONGEST_SAID: Final = 50_000
"""Characters of something that was said: a long mail, pasted whole."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Opened:
    """What one version of the index file answers with."""

    answerer: Answerer
    sorter: Sorter


class LiveAnswers:
    """Answers questions and sorts what was said from the index at ``path``, whichever version of it is there.

    Safe to share between threads. Where a new index cannot be opened, the one that is open goes on answering.
    """

    def __init__(self, path: Path, encoder: Encoder, calibration: Calibration, today: Callable[[], date]) -> None:
        self._path = path
        self._encoder = encoder
        self._calibration = calibration
        self._today = today
        self._questions = QuestionEncoder(encoder)
        self._reloading = threading.Lock()
        self._stamp = _stamp(path)
        self._opened = self._open()
        self._sound = True

    @property
    def contacts(self) -> Contacts:
        """The contacts that answers name."""
        return self._opened.answerer.contacts

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
        return self._current().answerer.answer(cleaned, vector, reader, self._today(), top, follow_up=follow_up)

    def ask_all(self, questions: Sequence[str], reader: Reader, top: int = 3) -> list[Answer]:
        """The answers to many cleaned questions, in order, encoded together."""
        answers: list[Answer] = []
        for start in range(0, len(questions), _CHUNK):
            chunk = questions[start : start + _CHUNK]
            vectors = self._encoder.encode(chunk)
            answerer = self._current().answerer
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
        return self._current().answerer.choose(cleaned, policy, section, vector, reader, self._today())

    def citation(self, policy: str, section: str) -> Citation | None:
        """Where a section that is in force today stands, with its first sentence; ``None`` where there is none."""
        return self._current().answerer.citation(policy, section, self._today())

    def in_force_since(self, policy: str, section: str) -> date | None:
        """The day since which a section says what it says today; ``None`` where it is not in force, or for ever."""
        return self._current().answerer.in_force_since(policy, section, self._today())

    def section_heading(self, policy: str, section: str) -> str | None:
        """The heading of a section that is in force today; ``None`` where there is none."""
        return self._current().answerer.section_heading(policy, section, self._today())

    def section_text(self, policy: str, section: str) -> str | None:
        """The words of a section that is in force today, conditions below it; ``None`` where there is none."""
        return self._current().answerer.section_text(policy, section, self._today())

    @property
    def chart(self) -> Chart:
        """The triage chart."""
        return self._opened.sorter.chart

    def triage(self, text: str, reader: Reader) -> Triaged:
        """What becomes of something that was said about the company.

        Raises:
            QuestionError: where there is nothing in it, or far too much.
        """
        del reader  # one chart serves everybody; the port leaves room for more
        cleaned = clean_said(text)
        sorter = self._current().sorter
        parts = sorter.passages(cleaned)
        vectors = self._questions.encode_all(parts) if parts else ()
        beginning = cleaned[:LONGEST]
        return sorter.sort(beginning, self._questions.encode(beginning), list(zip(parts, vectors, strict=True)))

    def triage_all(self, texts: Sequence[str], reader: Reader) -> list[Triaged]:
        """What becomes of many texts of ``clean_said``, in order, encoded together."""
        del reader  # as above
        triaged: list[Triaged] = []
        for start in range(0, len(texts), _CHUNK):
            sorter = self._current().sorter
            wholes = [text[:LONGEST] for text in texts[start : start + _CHUNK]]
            parts = [sorter.passages(text) for text in texts[start : start + _CHUNK]]
            vectors = iter(self._encoder.encode([*wholes, *(part for each in parts for part in each)]))
            of_wholes = [next(vectors) for _ in wholes]
            triaged += [
                sorter.sort(whole, vector, [(part, next(vectors)) for part in own])
                for whole, vector, own in zip(wholes, of_wholes, parts, strict=True)
            ]
        return triaged

    def nothing(self, text: str) -> Triaged:
        """What is said of a text that cannot be sorted: that there is nothing to do."""
        return self._current().sorter.nothing(text)

    def settle(self, text: str, kind: Kind | None, reader: Reader) -> Triaged:
        """What becomes of it after the question that decides was answered with a kind; ``None`` for nothing to do.

        Raises:
            QuestionError: where there is nothing in it, or far too much.
        """
        del reader  # as above
        beginning = clean_said(text)[:LONGEST]
        return self._current().sorter.settle(beginning, self._questions.encode(beginning), kind)

    def drift(self, text: str) -> Drift:
        """Whether a text asks for leave to post or tells what somebody said.

        Raises:
            QuestionError: where there is nothing in it, or far too much.
        """
        beginning = clean_said(text)[:LONGEST]
        return self._current().sorter.drift(beginning, self._questions.encode(beginning))

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """The cosine of a text with each of the others, -1 to 1; what was compared lately is not encoded again."""
        if not others:
            return []
        vectors = self._questions.encode_all([text, *others])
        return [float(each) for each in np.clip(vectors[1:] @ vectors[0], -1.0, 1.0)]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, shape ``(len(texts), dimensions)``."""
        return self._questions.encode_all(texts)

    def owner(self, policy: str) -> str | None:
        """The contact that owns a policy in force today; ``None`` where there is none."""
        return self._current().answerer.owner(policy, self._today())

    def policies(self) -> Sequence[tuple[str, str]]:
        """The id and title of every policy in force today, by title."""
        return self._current().answerer.policies(self._today())

    def _current(self) -> _Opened:
        stamp = _stamp(self._path)  # before opening: a file that comes in between is opened by the next question
        if stamp != self._stamp and self._reloading.acquire(blocking=False):
            try:
                self._opened, self._sound = self._open(), True
            except IndexFileError:  # damaged or half copied: the old one answers until the next change
                self._sound = False
            finally:
                self._stamp = stamp
                self._reloading.release()
        return self._opened

    def _open(self) -> _Opened:
        index = Index.open(self._path, self._encoder)
        return _Opened(Answerer(Search(index, self._calibration)), read_sorter(index))


def clean_said(text: str) -> str:
    """Something that was said, as one line without control characters.

    Raises:
        QuestionError: where there are neither words nor signs in it, or it is far too long.
    """
    if len(text) > LONGEST_SAID:
        raise QuestionError(
            f"That is longer than {LONGEST_SAID:,} characters. Please paste only the part that worries you."
        )
    cleaned = one_line(text)
    if not any(each.isalnum() or unicodedata.category(each) == "So" for each in cleaned):
        raise QuestionError("There is nothing in that message. Paste what was said, or tell me what happened.")
    return cleaned


def _stamp(path: Path) -> Stamp:
    try:
        state = path.stat()
    except OSError:
        return (0, 0, 0)
    return (state.st_ino, state.st_mtime_ns, state.st_size)


__all__ = ["LONGEST_SAID", "LiveAnswers", "clean_said"]
