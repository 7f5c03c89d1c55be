"""Measures speed and memory as ratios within one run, so that a slow machine and a fast one can be compared.

Every figure sets two things side by side that are timed in turns; what else the machine does hits both of them.
"""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Final, ParamSpec
from urllib.parse import urlencode

import numpy as np

from bot import wiring
from bot.errors import SurfaceError
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
_PATIENCE: Final = 180.0  # seconds that a server may take to start
_REQUEST_PATIENCE: Final = 60.0  # seconds that one answer may take

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
        with _serving(settings, encoder, folder) as server:
            for question in _spread(questions, _BEFORE_WEIGHING):
                server.ask(question)
            resident = _resident_megabytes(server.pid)
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
    for question in questions[:_WARM_UP]:
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


@dataclass(frozen=True, slots=True)
class _Server:
    """A server in a process of its own."""

    pid: int
    port: int

    def ask(self, question: str) -> None:
        """Ask over HTTP and read the whole reply.

        Raises:
            SurfaceError: where there is none.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_REQUEST_PATIENCE)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}
        try:
            connection.request("POST", "/ask", urlencode({"text": question}), headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException) as error:
            raise SurfaceError(f"the server did not answer ({error}); try 'clearpost serve' to see why") from error
        finally:
            connection.close()
        if response.status != 200:
            raise SurfaceError(f"the server answered with {response.status}; try 'clearpost serve' to see why")


@contextmanager
def _serving(settings: Settings, encoder: Encoder, folder: Path) -> Iterator[_Server]:
    """A server with these settings on a free port, and with copies of its data, so that no question is remembered."""
    data = folder / "data"
    data.mkdir()
    shutil.copy(settings.index, data / settings.index.name)
    if (settings.data / "calibrations").is_dir():
        shutil.copytree(settings.data / "calibrations", data / "calibrations")
    variables = {
        "content": settings.content or "",
        "data": data,
        "models": settings.models,
        "model": encoder.name,
        "host": "127.0.0.1",
        "port": 0,
        "allowed_hosts": "",
    }
    words = [f"CLEARPOST_{name.upper()}={value}" for name, value in variables.items()]
    log = folder / "server.log"
    with log.open("wb") as output:
        # env adds to what this process has inherited, and then becomes the server: the process keeps its id
        process = subprocess.Popen(
            ["/usr/bin/env", *words, sys.executable, "-m", "bot", "serve"], stdout=output, stderr=output
        )
    try:
        yield _Server(process.pid, _port(process, log))
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that a starting server names on a line of its own, once it accepts connections there."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        said = log.read_text("utf-8", "replace")
        found = re.search(r"answers on http://127\.0\.0\.1:(\d+)", said)
        if found and _accepts(int(found[1])):
            return int(found[1])
        if process.poll() is not None:
            last = (said.strip().splitlines() or ["no message"])[-1]
            raise SurfaceError(f"the server did not start ({last}); try 'clearpost serve' to see why")
        time.sleep(0.1)
    raise SurfaceError(f"the server did not start within {_PATIENCE:.0f} seconds; try 'clearpost serve' to see why")


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:  # bound, but not listening yet
        return False
    return True


def _resident_megabytes(pid: int) -> float:
    """Resident memory of a running process, from Linux itself or, elsewhere, from ``ps``."""
    status = Path(f"/proc/{pid}/status")
    if status.is_file():
        kilobytes = next(line.split()[1] for line in status.read_text("utf-8").splitlines() if line[:6] == "VmRSS:")
    else:
        listed = subprocess.run(
            ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=10, check=True
        )
        kilobytes = listed.stdout.strip()
    return int(kilobytes) / 1024


def _concurrent_over_serial(server: _Server, questions: Sequence[str]) -> float:
    """How many times faster the questions are answered when they come at once; the median of several rounds."""
    gate = threading.Barrier(len(questions))

    def ask_together(question: str) -> None:
        gate.wait(_REQUEST_PATIENCE)
        server.ask(question)

    def one_by_one() -> None:
        for question in questions:
            server.ask(question)

    ratios = []
    with ThreadPoolExecutor(len(questions)) as pool:
        for _ in range(_ROUNDS):
            serial = _seconds(one_by_one)
            ratios.append(serial / _seconds(lambda: list(pool.map(ask_together, questions))))
    return median(ratios)


__all__ = ["measure"]
