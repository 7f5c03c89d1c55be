"""Questions of many threads in one batch: no vector is mixed up, an error reaches everyone, a batch is really one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from knowledge.batching import QuestionEncoder
from knowledge.encoder import Vectors
from knowledge.errors import EncoderError
from tests.fakes.encoder import FailingEncoder, HashedEncoder, HeldEncoder

PATIENCE = 30  # seconds


class CountingEncoder(HeldEncoder):
    """A held encoder that records the size of each batch; ``broken`` makes a batch fail once it is let go on."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__()
        self.broken = broken
        self.sizes: list[int] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, unless ``broken``."""
        self.sizes.append(len(texts))
        vectors = super().encode(texts)
        if self.broken:
            raise EncoderError("the fake model broke; mend it")
        return vectors


class OneTooFewEncoder(HashedEncoder):
    """Breaks its promise: gives a row less than it was asked for."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """All rows but the last."""
        return super().encode(texts)[:-1]


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, but not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def ask_while_held(
    pool: ThreadPoolExecutor, encoder: CountingEncoder, questions: QuestionEncoder, count: int
) -> list[Future[Vectors]]:
    """One question that keeps the encoder busy and ``count`` that arrive meanwhile; then the encoder goes on."""
    futures = [pool.submit(questions.encode, "first")]
    until(encoder.reached.is_set)
    futures += [pool.submit(questions.encode, f"question {number}") for number in range(count)]
    until(lambda: len(questions._waiting) == count)
    encoder.go_on.set()
    return futures


def test_lone_question() -> None:
    """A lone question is encoded at once, in a batch of its own."""
    encoder = CountingEncoder()
    encoder.go_on.set()
    vector = QuestionEncoder(encoder).encode("may I post my desk?")
    assert np.array_equal(vector, HashedEncoder().encode(["may I post my desk?"])[0])
    assert encoder.sizes == [1]


def test_many_threads() -> None:
    """However many threads ask, each gets the vector of its own question."""
    questions = QuestionEncoder(HashedEncoder())
    texts = [f"may I post picture {number} of desk {number % 7}" for number in range(400)]
    with ThreadPoolExecutor(32) as pool:
        vectors = list(pool.map(questions.encode, texts, timeout=PATIENCE))
    assert np.array_equal(np.stack(vectors), HashedEncoder().encode(texts))


def test_one_batch() -> None:
    """Questions that arrive while the encoder is busy are encoded together, in the order in which they came."""
    encoder = CountingEncoder()
    questions = QuestionEncoder(encoder)
    with ThreadPoolExecutor(16) as pool:
        futures = ask_while_held(pool, encoder, questions, 8)
        vectors = [future.result(PATIENCE) for future in futures]
    assert encoder.sizes == [1, 8]
    assert np.array_equal(
        np.stack(vectors), HashedEncoder().encode(["first", *(f"question {number}" for number in range(8))])
    )


def test_batches_are_bounded() -> None:
    """A crowd is encoded in several batches, so that it does not fill the memory."""
    encoder = CountingEncoder()
    questions = QuestionEncoder(encoder)
    with ThreadPoolExecutor(71) as pool:
        for future in ask_while_held(pool, encoder, questions, 70):
            future.result(PATIENCE)
    assert encoder.sizes == [1, *[8] * 8, 6]


def test_an_error_reaches_everyone() -> None:
    """Where a batch fails, everyone in it hears of it; nobody waits for ever."""
    encoder = CountingEncoder(broken=True)
    questions = QuestionEncoder(encoder)
    with ThreadPoolExecutor(9) as pool:
        futures = ask_while_held(pool, encoder, questions, 8)
        errors = [future.exception(PATIENCE) for future in futures]
    assert encoder.sizes == [1, 8]
    assert all(isinstance(error, EncoderError) for error in errors)


def test_works_again_after_an_error() -> None:
    """An error is not remembered: the next question is encoded."""
    encoder = FailingEncoder()
    questions = QuestionEncoder(encoder)
    with pytest.raises(EncoderError, match="mend it"):
        questions.encode("may I?")
    encoder.broken = False
    assert questions.encode("may I?").shape == (256,)


def test_a_missing_row_is_an_error() -> None:
    """An encoder that gives too few rows fails everyone in the batch rather than leave one of them waiting."""
    with pytest.raises(ValueError, match="shorter"):
        QuestionEncoder(OneTooFewEncoder()).encode("may I?")


def test_what_was_encoded_lately_is_not_encoded_again(fake_encoder: HashedEncoder) -> None:
    """A message is asked about and sorted, but encoded once; several texts come back in their order."""
    questions = QuestionEncoder(fake_encoder)
    first = questions.encode("May I?")
    together = questions.encode_all(["And this?", "May I?", "And this?"])
    assert (together[1] == first).all()
    assert (together[0] == together[2]).all()
    assert fake_encoder.encoded == ["May I?", "And this?"]
