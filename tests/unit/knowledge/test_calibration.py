"""Calibrations: which one is found, what cannot be used, and that those that ship fit their models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.errors import EncoderError
from knowledge.search.calibration import SHIPPED, Calibration, calibration_path, find_calibration
from knowledge.search.evidence import FEATURES
from knowledge.weights import KNOWN_MODELS, KnownModel
from tests.fakes.calibration import even_calibration
from tests.fakes.encoder import HashedEncoder


@pytest.mark.parametrize("model", KNOWN_MODELS.values(), ids=lambda model: model.name)
def test_every_known_model_ships_with_its_calibration(model: KnownModel) -> None:
    """It bears the model's name and the hash of its weights, and has a number for every input of both regimes."""
    path = calibration_path(SHIPPED, HashedEncoder(fingerprint=model.sha256))
    calibration = Calibration.read(path)
    assert (calibration.encoder, calibration.encoder_hash) == (model.name, model.sha256)
    for regime in (calibration.situated, calibration.plain):
        assert len(regime.scope.probe) == model.dimensions
        assert len(regime.scope.weights) == len(FEATURES) + 1
        assert len(regime.found) in {0, len(FEATURES) + 1}
        thresholds = regime.thresholds
        assert all(0 < each < 1 for each in (thresholds.scope, thresholds.answer, thresholds.permission_risk))


def test_no_calibration_ships_that_belongs_to_no_model() -> None:
    """What was refitted under another name would be dead weight."""
    assert {path.stem for path in SHIPPED.glob("*.json")} == {model.sha256[:16] for model in KNOWN_MODELS.values()}


def test_a_shipped_calibration_is_found_by_the_weights() -> None:
    """The hash of the weights decides, not the model's name."""
    for model in KNOWN_MODELS.values():
        assert find_calibration(HashedEncoder(fingerprint=model.sha256)).encoder == model.name


def test_the_own_calibration_comes_first(tmp_path: Path) -> None:
    """A calibration in the own folder is taken before a shipped one; that folder may be empty or missing."""
    model = next(iter(KNOWN_MODELS.values()))
    encoder = HashedEncoder(fingerprint=model.sha256)
    shipped = find_calibration(encoder)
    assert find_calibration(encoder, tmp_path) == find_calibration(encoder, tmp_path / "none") == shipped
    even_calibration(encoder).write(calibration_path(tmp_path, encoder))
    assert find_calibration(encoder, tmp_path).encoder == "hashed-words"


def test_a_model_that_nobody_calibrated(tmp_path: Path) -> None:
    """The error names the model and the command that calibrates it."""
    with pytest.raises(EncoderError, match="hashed-words is not calibrated yet; run: clearpost model use hashed-words"):
        find_calibration(HashedEncoder(), tmp_path)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """A calibration survives its file, to six digits."""
    for written in (even_calibration(HashedEncoder(), scope=0.123456, answer=0.5, risk=0.25), *_shipped()):
        written.write(tmp_path / "new" / "one.json")
        assert Calibration.read(tmp_path / "new" / "one.json") == written


def _shipped() -> list[Calibration]:
    return [Calibration.read(path) for path in SHIPPED.glob("*.json")]


SPOILS: dict[str, Callable[[dict[str, dict[str, dict[str, object]]]], object]] = {
    "no regime": lambda data: data.pop("plain"),
    "no probe": lambda data: data["situated"]["scope"].pop("probe"),
    "a word for a number": lambda data: data["plain"]["mixture"].update(sections="much"),
    "a number for a list": lambda data: data["plain"]["scope"].update(weights=1.0),
    "too few weights": lambda data: data["plain"]["scope"].update(weights=[1.0]),
    "too many biases": lambda data: data["situated"]["mixture"].update(biases=[0.0] * 5),
    "an unknown threshold": lambda data: data["situated"]["thresholds"].update(mood=0.5),
    "a missing threshold": lambda data: data["situated"]["thresholds"].pop("answer"),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_a_calibration_of_another_shape_is_refused(
    spoil: Callable[[dict[str, dict[str, dict[str, object]]]], object], tmp_path: Path
) -> None:
    """What another version wrote, or somebody edited, is never half used."""
    path = tmp_path / "one.json"
    even_calibration(HashedEncoder()).write(path)
    data = json.loads(path.read_text("utf-8"))
    spoil(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(EncoderError, match="run 'clearpost calibrate' again"):
        Calibration.read(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"1", b"{}", b"\xff\xfe"])
def test_a_file_that_is_no_calibration_is_refused(content: bytes, tmp_path: Path) -> None:
    """Whatever it holds, the error names the file and the remedy."""
    path = tmp_path / "one.json"
    path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"one\.json' cannot be used; run 'clearpost calibrate' again"):
        Calibration.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """As one that cannot be used."""
    with pytest.raises(EncoderError, match="cannot be used"):
        Calibration.read(tmp_path / "none.json")
