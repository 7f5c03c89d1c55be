"""Compares models on the same questions: what each gets right, and what it costs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot import wiring
from bot.settings import Settings
from knowledge.encoder import SentenceEncoder
from knowledge.evaluate import evaluate, read_questions
from knowledge.evaluation_report import Report
from knowledge.index.build import build_index
from knowledge.model_install import install
from knowledge.models import Reader
from knowledge.questions import Labelled

_SHOWN: Final = (
    "section_recall_1",
    "section_recall_3",
    "coverage",
    "verdict_accuracy",
    "wrong_permission",
    "off_topic_refused",
)
_SAMPLE: Final = 30  # questions whose encoding is timed


def compare_models(settings: Settings, names: Sequence[str], tell: wiring.Tell) -> str:
    """A table of the test half's figures and of the cost of each model, side by side."""
    columns = [_measure(settings, name, tell) for name in names]
    rows = [f"{'':28}" + "".join(f"{name:>22}" for name in names)]
    rows += [f"{figure:28}" + "".join(f"{column[figure]:>22}" for column in columns) for figure in columns[0]]
    return "\n".join(rows)


def _measure(settings: Settings, name: str, tell: wiring.Tell) -> dict[str, str]:
    encoder = SentenceEncoder(install(name, settings.models, tell))
    chosen = settings.model_copy(update={"model": name})
    questions = read_questions(wiring.pack(settings).questions / "ask-test.jsonl")
    if wiring.is_current(chosen, encoder):
        report = _score(chosen, encoder, None, questions)
    else:
        tell(f"building an index with {name} to compare")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index.db"
            build_index(wiring.pack(settings), path, encoder)
            report = _score(chosen, encoder, path, questions)
    figures = {figure: _percent(report.figure(figure)) for figure in _SHOWN}
    return {**figures, "encoding a question": f"{_milliseconds(encoder):.0f} ms"}


def _score(settings: Settings, encoder: SentenceEncoder, index: Path | None, questions: Sequence[Labelled]) -> Report:
    live = wiring.answers(settings, encoder, index)
    return evaluate(questions, lambda texts: live.ask_all(texts, Reader()))


def _milliseconds(encoder: SentenceEncoder) -> float:
    times = []
    for number in range(_SAMPLE):
        began = time.perf_counter()
        encoder.encode([f"Can I post photo number {number} of our team lunch?"])
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


__all__ = ["compare_models"]
