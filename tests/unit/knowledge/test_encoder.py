"""What every encoder promises, held against the real small model and the fake; and models that cannot be loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder, SentenceEncoder
from knowledge.errors import EncoderError
from knowledge.weights import KNOWN_MODELS, SMALL_MODEL, Weights
from tests.fakes.encoder import HashedEncoder

TEXTS = ["May I post a photo of my desk?", "vpn is down", "", "😀", "word " * 2000, "\x00\u202e<b>", "Größe 秘密"]


@pytest.fixture(params=["small model", "fake"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each implementation of the port."""
    if request.param == "fake":
        return HashedEncoder()
    small: SentenceEncoder = request.getfixturevalue("small_encoder")
    return small


def test_one_row_of_length_one_for_each_text(encoder: Encoder) -> None:
    """Whatever the texts hold, there is a finite float32 row of length 1 for each, in their order."""
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.encode(["x"]).shape[1])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_the_same_text_gives_the_same_vector(encoder: Encoder) -> None:
    """Alone or among others, a text's vector is the same up to rounding."""
    together = encoder.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-4)


def test_like_texts_have_like_vectors(encoder: Encoder) -> None:
    """A question is nearer to one about the same thing than to one about another."""
    near, far, question = encoder.encode(
        ["Can I post a photo of a desk?", "the printer has a paper jam", "May I post a photo of my desk?"]
    )
    assert question @ near > question @ far


def test_an_encoder_says_who_it_is(encoder: Encoder) -> None:
    """Name and fingerprint are there and stay the same."""
    assert encoder.name
    assert encoder.fingerprint == encoder.fingerprint != ""


def test_the_small_model_is_the_known_one(small_encoder: SentenceEncoder) -> None:
    """Its fingerprint is the hash of the published weights, its rows have the known dimensions."""
    known = KNOWN_MODELS[SMALL_MODEL]
    assert (small_encoder.name, small_encoder.fingerprint) == (known.name, known.sha256)
    assert small_encoder.encode(["x"]).shape == (1, known.dimensions)


@pytest.mark.parametrize("config", [None, "{}", "not json", json.dumps({"model_type": "no-such-type"})])
def test_a_folder_that_cannot_be_loaded(config: str | None, tmp_path: Path) -> None:
    """The error names the folder and where to look for models that can be loaded; no model hub is asked."""
    (tmp_path / "model.safetensors").write_bytes(b"junk")
    if config is not None:
        (tmp_path / "config.json").write_text(config, "utf-8")
    encoder = SentenceEncoder(Weights("mine", tmp_path, "0" * 64))
    with pytest.raises(EncoderError, match=r"cannot be loaded .*; see 'clearpost model list'"):
        encoder.encode(["x"])


def test_torch_is_not_imported_before_the_first_text() -> None:
    """Commands that need no model start without it."""
    script = (
        "import sys, knowledge.encoder, knowledge.live, knowledge.index, knowledge.weights, knowledge.content_check\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.strip() == "[]"
