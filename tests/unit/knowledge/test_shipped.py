"""The vectors that come with the package: near the exact ones, and of today's default pack."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.documents import read_folder
from knowledge.index import Index
from knowledge.index.build import index_texts
from knowledge.index.shipped import ShippedVectors, write_shipped
from knowledge.pack import DEFAULT_PACK, Pack
from knowledge.triage.examples import read_examples
from knowledge.triage.read import read_chart
from knowledge.triage.topics import topic_words
from knowledge.weights import DEFAULT_MODEL, KNOWN_MODELS
from tests.fakes.encoder import HashedEncoder


class DefaultModel(HashedEncoder):
    """Has the default model's name and fingerprint, and encodes nothing of worth."""

    @property
    def fingerprint(self) -> str:
        """The published sha256."""
        return KNOWN_MODELS[DEFAULT_MODEL].sha256


def test_most_of_the_default_pack_is_there() -> None:
    """Where policies changed, `make vectors` has been run since; a few new texts are encoded at the first start."""
    pack = Pack.at(DEFAULT_PACK)
    texts = [each.text for each in index_texts(read_folder(pack.policies).policies, pack.off_topic_messages())]
    examples = [*(each.text for each in read_examples(pack.examples)), *topic_words(read_chart(pack.chart))]
    shipped = ShippedVectors(DefaultModel())
    assert sum(text in shipped for text in texts) >= 0.97 * len(texts)
    assert sum(text in shipped for text in examples) >= 0.97 * len(examples)


def test_a_shipped_vector_is_the_exact_one_but_for_rounding(sample_index: Path, tmp_path: Path) -> None:
    """Writing and reading moves no vector by more than a hair, and a text that is not there is not made up."""
    index = Index.open(sample_index)
    encoder = DefaultModel()
    write_shipped(index, encoder, tmp_path)
    shipped = ShippedVectors(encoder, tmp_path)
    texts = [str(text) for (text,) in index.rows("SELECT text FROM texts ORDER BY n LIMIT 50")]
    read = [vector for text in texts if (vector := shipped.get(text)) is not None]
    assert len(read) == len(texts)
    assert all(float(np.dot(vector, index.vectors[row])) > 0.999 for row, vector in enumerate(read))
    assert shipped.get("a text that nobody wrote") is None
