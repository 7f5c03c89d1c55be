"""Measures answers: speed and memory as ratios within one run, so that a slow machine and a fast one can be compared.

Every figure sets two things side by side that are timed in turns; what else the machine does hits both of them.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Final, ParamSpec

import numpy as np

from bot import wiring
from bot.bench.servers import REQUEST_PATIENCE, Server, resident_megabytes, serving
from bot.settings import Settings
from knowledge.documents import read_folder
from knowledge.encoder import Encoder, SentenceEncoder, Vectors
from knowledge.index.build import build_from, build_index, index_texts
from knowledge.live import LiveAnswers
from knowledge.models import Policy, Reader, Section, Span, Verdict
from knowledge.pack import Pack
from knowledge.questions import read_questions

Arguments = ParamSpec("Arguments")

_QUESTIONS: Final = 60
_WARM_UP: Final = 5
_SMALL, _LARGE = 1_000, 100_000  # passages
_SAMPLE: Final = 5  # policies that are built to time building; the smallest ones
_AT_ONCE: Final = 16
_ROUNDS: Final = 5
_BEFORE_WEIGHING: Final = 20  # questions that a server answers before its memory is looked at

_SECTIONS: Final = 20  # of a synthetic policy
_WORDS: Final = 16  # of a synthetic sentence
_VOCABULARY: Final = 20_000
_SEED: Final = 20_260_901


def measure(settings: Settings, encoder: SentenceEncoder, tell: wiring.Tell) -> dict[str, float]:
    """Measure this installation; ``tell`` hears what is being measured.

    ``answer_over_encode``: an answer's time over the bare encoding of its question. ``scale_100k_over_1k``: an
    answer's time among 100,000 passages over that among 1,000. ``index_over_encode``: building an index over encoding
    its texts. ``rss_mb``: resident megabytes of a server after some questions. ``concurrent_over_serial``: how many
    times more questions a second that server answers when 16 come at once.

    Raises:
        KnowledgeError: where the index cannot be built.
        SurfaceError: where the server does not start or answer.
    """
    wiring.ensure_index(settings, encoder, None)
    pack = wiring.pack(settings)
    questions = _spread([each.question for each in read_questions(pack.questions / "ask-tune.jsonl")], _QUESTIONS)
    with tempfile.TemporaryDirectory(prefix="clearpost-bench-") as name:
        folder = Path(name)
        tell(f"timing {len(questions)} answers against the bare encoding of their questions")
        answer_over_encode = _answer_over_encode(wiring.answers(settings, encoder), encoder, questions)
        tell(f"timing answers among {_LARGE:,} passages against {_SMALL:,}")
        scale = _scale(settings, encoder, questions, folder)
        tell(f"timing the building of the indexes of {_SAMPLE} policies against encoding their texts")
        index_over_encode = _index_over_encode(pack, encoder, folder)
        tell("starting a server to look at its memory and to ask it many questions at once")
        with serving(settings, encoder, folder) as server:
            for question in _spread(questions, _BEFORE_WEIGHING):
                server.ask(question)
            resident = resident_megabytes(server.pid)
            concurrent_over_serial = _concurrent_over_serial(server, _spread(questions, _AT_ONCE))
    return {
        "answer_over_encode": round(answer_over_encode, 3),
        "scale_100k_over_1k": round(scale, 3),
        "index_over_encode": round(index_over_encode, 3),
        "rss_mb": round(resident, 1),
        "concurrent_over_serial": round(concurrent_over_serial, 3),
    }


def _answer_over_encode(live: LiveAnswers, encoder: Encoder, questions: Sequence[str]) -> float:
    """The median over the questions of each one's ratio."""
    pairs = _interleaved(
        questions, lambda question: live.ask(question, Reader()), lambda question: encoder.encode([question])
    )
    return median(answering / encoding for answering, encoding in pairs)


def _scale(settings: Settings, encoder: SentenceEncoder, questions: Sequence[str], folder: Path) -> float:
    """The ratio of the median times of an answer, its encoding included."""
    lives = []
    for passages in (_LARGE, _SMALL):
        path = folder / f"{passages}.db"
        policies = list(_synthetic_policies(passages, questions))
        build_from(wiring.pack(settings), policies, path, _RandomVectors(encoder, _SEED))
        lives.append(wiring.answers(settings, encoder, path))
    large, small = lives
    pairs = _interleaved(
        questions, lambda question: large.ask(question, Reader()), lambda question: small.ask(question, Reader())
    )
    return median(first for first, _ in pairs) / median(second for _, second in pairs)


class _NothingKnown:
    """An encoder of which no vector is known yet, so that a build encodes every text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.fingerprint = "bench"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """What the encoder makes of the texts."""
        return self._encoder.encode(texts)


def _index_over_encode(pack: Pack, encoder: Encoder, folder: Path) -> float:
    """The median over a few policies, each of them built between two encodings of its texts."""
    off_topic = folder / "off_topic.md"
    off_topic.write_text("- What is for lunch?\n- Will it rain today?\n", "utf-8")
    files = sorted(pack.policies.rglob("*.md"), key=lambda file: (file.stat().st_size, file.name))
    ratios = []
    for number, file in enumerate(files[:_SAMPLE]):
        one = replace(pack, policies=folder / f"policy-{number}", off_topic=off_topic)
        one.policies.mkdir()
        shutil.copy(file, one.policies)
        texts = [each.text for each in index_texts(read_folder(one.policies).policies, one.off_topic_messages())]
        before = _seconds(encoder.encode, texts)
        building = _seconds(build_index, one, folder / f"policy-{number}.db", _NothingKnown(encoder))
        ratios.append(building / ((before + _seconds(encoder.encode, texts)) / 2))
    return median(ratios)


def _interleaved(
    questions: Sequence[str], first: Callable[[str], object], second: Callable[[str], object]
) -> list[tuple[float, float]]:
    """Seconds of ``first`` and ``second`` for each question, in turns and after a warm-up; each begins half of them."""
    for question in _unheard(questions[:_WARM_UP], 0):
        first(question)
        second(question)
    pairs = []
    for place, question in enumerate(questions):
        if place % 2:
            later = _seconds(second, question)
            pairs.append((_seconds(first, question), later))
        else:
            sooner = _seconds(first, question)
            pairs.append((sooner, _seconds(second, question)))
    return pairs


def _seconds(work: Callable[Arguments, object], *arguments: Arguments.args, **named: Arguments.kwargs) -> float:
    began = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - began


def _spread(questions: Sequence[str], count: int) -> list[str]:
    """``count`` of the questions, taken evenly from all of them; the file is ordered by topic."""
    if len(questions) <= count:
        return list(questions)
    return [questions[place * len(questions) // count] for place in range(count)]


def _unheard(questions: Sequence[str], turn: int) -> list[str]:
    """The questions in other words for each turn: the vectors of those that were asked lately are remembered."""
    return [f"{question} ({turn})" for question in questions]


class _RandomVectors:
    """Encodes texts as seeded random unit vectors of the real size: as slow to compare as real ones, at once made."""

    def __init__(self, encoder: Encoder, seed: int) -> None:
        self._encoder = encoder
        self._random = np.random.default_rng(seed)
        self._dimensions = encoder.encode(["size"]).shape[1]

    @property
    def name(self) -> str:
        """The real encoder's name: it is that one that encodes the questions."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """The real encoder's fingerprint."""
        return self._encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One random row of length 1 for each text, shape ``(len(texts), dimensions)``."""
        vectors = self._random.standard_normal((len(texts), self._dimensions), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _synthetic_policies(passages: int, questions: Sequence[str]) -> Iterator[Policy]:
    """Plain policies with ``passages`` sections of one sentence each, which is their passage, too.

    Words are drawn by Zipf's law, from those of the questions by their frequency and then from invented ones; so the
    questions have some that nearly every text holds and some that are rare.
    """
    randomness = random.Random(_SEED)  # noqa: S311 # no secret: texts to search
    asked = Counter(word for question in questions for word in re.findall(r"[a-z]+", question.lower()))
    words = [word for word, _ in asked.most_common()]
    words += [f"w{number}" for number in range(_VOCABULARY - len(words))]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for number, first in enumerate(range(0, passages, _SECTIONS)):
        sections: list[Section] = []
        text = ""
        for place in range(min(_SECTIONS, passages - first)):
            drawn = randomness.choices(words, cum_weights=weights, k=_WORDS)
            heading = f"## {' '.join(drawn[:3])}\n\n"
            span = Span(len(text) + len(heading), len(text) + len(heading) + len(" ".join(drawn)) + 1)
            text += f"{heading}{' '.join(drawn)}.\n\n"
            sections.append(
                Section(
                    id=f"s{place}",
                    heading=" ".join(drawn[:3]),
                    line=1 + 4 * place,
                    path=(),
                    verdict=randomness.choice(list(Verdict)),
                    inferred=True,
                    passages=(span,),
                    sentences=(span,),
                )
            )
        yield Policy(
            id=f"p{number}",
            title=f"Policy {number}",
            kind="policy",
            owner=None,
            version="1",
            effective=None,
            review_by=None,
            audience=("everyone",),
            regions=("worldwide",),
            file=f"p{number}.md",
            text=text,
            sections=tuple(sections),
        )


def _concurrent_over_serial(server: Server, questions: Sequence[str]) -> float:
    """How many times faster the questions are answered when they come at once; the median of several rounds."""
    gate = threading.Barrier(len(questions))

    def ask_together(question: str) -> None:
        gate.wait(REQUEST_PATIENCE)
        server.ask(question)

    def one_by_one(asked: Sequence[str]) -> None:
        for question in asked:
            server.ask(question)

    def at_once(asked: Sequence[str]) -> None:
        list(pool.map(ask_together, asked))

    ratios = []
    with ThreadPoolExecutor(len(questions)) as pool:
        for turn in range(1, 2 * _ROUNDS, 2):
            serial = _seconds(one_by_one, _unheard(questions, turn))
            ratios.append(serial / _seconds(at_once, _unheard(questions, turn + 1)))
    return median(ratios)


__all__ = ["measure"]
