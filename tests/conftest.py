"""What tests share: the real small model, a small sample of the default pack, and fakes."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from bot.state import State, migrate, open_engine
from knowledge.encoder import Encoder, SentenceEncoder
from knowledge.index import Index, build_index
from knowledge.live import LiveAnswers
from knowledge.pack import DEFAULT_PACK, Pack
from knowledge.search.calibration import Calibration, find_calibration
from knowledge.weights import SMALL_MODEL, find_weights
from tests.fakes.encoder import HashedEncoder

pytest_plugins = ["tests.postgres"]

TODAY: Final = date(2026, 11, 2)

SAMPLE: Final = (
    "confidential-information",
    "disclosure",
    "endorsements-and-reviews",
    "journalists-and-analysts",
    "photos-and-video",
    "security",
)
FOR_CERTIFIED: Final = "follow-reporters"
"""The section of the sample that asks for a level, which it does not in the default pack; no vector changes by that."""

_SITUATIONS: Final = 6  # kept of each section; encoding all of them takes minutes
_OFF_TOPIC_STEP: Final = 10  # every so-many-th off-topic message is kept
_EXAMPLES_STEP: Final = 4  # and every so-many-th example of each kind of triage
_FEW_EXAMPLES: Final = 3  # of each kind, in packs that are made for one test

OFF_TOPIC: Final = "# Off topic\n\n- vpn keeps dropping\n- when is payday\n- lunch menu today\n"

PackMaker = Callable[..., Pack]
"""Writes a pack: ``make_pack({"desk.md": "…"}, contacts="…", off_topic="…")``; what is left out is the default's."""


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, save those that other people's packages raise about one another."""
    for package in ("torch", "transformers", "sentence_transformers", "huggingface_hub", "tokenizers", "safetensors"):
        config.addinivalue_line("filterwarnings", rf"ignore:::{package}(\..*)?")


@pytest.fixture(scope="session")
def small_encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """The real small model, loaded from its installed package."""
    encoder = SentenceEncoder(find_weights(SMALL_MODEL, tmp_path_factory.mktemp("models")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing torch and its friends warns about their own insides
        encoder.load()
    return encoder


@pytest.fixture(scope="session")
def small_calibration(small_encoder: SentenceEncoder) -> Calibration:
    """The calibration that ships for the small model."""
    return find_calibration(small_encoder)


@pytest.fixture(scope="session")
def sample_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Six policies of the default pack with the first situations of every section, and a part of the off-topic list."""
    folder = tmp_path_factory.mktemp("sample-pack")
    (folder / "policies").mkdir()
    for name in SAMPLE:
        text = (DEFAULT_PACK / "policies" / f"{name}.md").read_text("utf-8")
        (folder / "policies" / f"{name}.md").write_text("\n".join(_shortened(text)), "utf-8")
    shutil.copy(DEFAULT_PACK / "contacts.yml", folder)
    messages = Pack.at(DEFAULT_PACK).off_topic_messages()[::_OFF_TOPIC_STEP]
    (folder / "off_topic.md").write_text("\n".join(("# Off topic", "", *(f"- {each}" for each in messages))), "utf-8")
    _write_examples(folder / "triage", step=_EXAMPLES_STEP)
    return Pack.at(folder)


@pytest.fixture(scope="session")
def sample_index(sample_pack: Pack, small_encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of ``sample_pack``, made with the real small model. Do not write to it; copy it."""
    path = tmp_path_factory.mktemp("sample-index") / "index.db"
    build_index(sample_pack, path, small_encoder)
    return path


@pytest.fixture(scope="session")
def sample_answers(sample_index: Path, small_encoder: SentenceEncoder, small_calibration: Calibration) -> LiveAnswers:
    """Answers from ``sample_index`` on the day ``TODAY``."""
    return LiveAnswers(sample_index, small_encoder, small_calibration, lambda: TODAY)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A new state in a SQLite file."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state' / 'state.db'}")
    migrate(engine)
    made = State(engine)
    yield made
    made.close()


@pytest.fixture
def fake_encoder() -> HashedEncoder:
    """An encoder without a model that records what it was asked for."""
    return HashedEncoder()


@pytest.fixture
def make_pack(tmp_path: Path) -> PackMaker:
    """Writes packs of a few policies below ``tmp_path``; a second pack of the same name replaces the first."""

    def make(
        policies: Mapping[str, str], *, contacts: str | None = None, off_topic: str = OFF_TOPIC, name: str = "pack"
    ) -> Pack:
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "policies").mkdir(parents=True)
        for file, text in policies.items():
            path = folder / "policies" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (folder / "off_topic.md").write_text(off_topic, "utf-8")
        _write_examples(folder / "triage", most=_FEW_EXAMPLES)
        if contacts is not None:
            (folder / "contacts.yml").write_text(contacts, "utf-8")
        return Pack.at(folder)

    return make


@pytest.fixture
def open_index() -> Iterator[Callable[[Path, Encoder | None], Index]]:
    """Opens index files and closes them after the test."""
    opened: list[Index] = []

    def open_one(path: Path, encoder: Encoder | None = None) -> Index:
        opened.append(Index.open(path, encoder))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


def _write_examples(folder: Path, *, step: int = 1, most: int | None = None) -> None:
    """Some of the default pack's examples of each kind; learning from all of them takes long."""
    folder.mkdir()
    for path in (DEFAULT_PACK / "triage").glob("*.md"):
        bullets = [line for line in path.read_text("utf-8").split("\n") if line.startswith("- ")]
        (folder / path.name).write_text("\n".join(("# Examples", "", *bullets[::step][:most])), "utf-8")


def _shortened(text: str) -> Iterator[str]:
    """The lines of a policy with only the first situations of every section."""
    left: int | None = None  # None outside of the situations
    for line in text.split("\n"):
        if line.startswith("#"):
            left = _SITUATIONS if re.fullmatch(r"###\s+Situations\s*", line) else None
        elif left is not None and line.startswith("- "):
            left -= 1
        if left is None or left >= 0:
            yield line
        if f"{{#{FOR_CERTIFIED} " in line:
            yield from ("", "- certified: white")


__all__ = ["FOR_CERTIFIED", "OFF_TOPIC", "SAMPLE", "TODAY", "PackMaker"]
