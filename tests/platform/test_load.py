"""The server under load, in a process of its own, with signed events as Slack sends them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bench.surfaces import Load, measure_surfaces
from bot.settings import load_settings
from knowledge.encoder import SentenceEncoder
from knowledge.pack import Pack
from knowledge.weights import SMALL_MODEL


def test_no_event_is_lost_or_answered_twice(
    sample_pack: Pack, small_encoder: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many events at once, some of them sent twice, are each answered once, as `clearpost bench surfaces` counts."""
    settings = {"CONTENT": sample_pack.policies.parent, "DATA": tmp_path / "data", "MODEL": SMALL_MODEL}
    for name, value in settings.items():
        monkeypatch.setenv(f"CLEARPOST_{name}", str(value))
    figures = measure_surfaces(load_settings(), small_encoder, Load(seconds=3, at_once=20), lambda _line: None)
    assert figures["events"] >= 20
    assert (figures["lost"], figures["answered_twice"]) == (0, 0)
