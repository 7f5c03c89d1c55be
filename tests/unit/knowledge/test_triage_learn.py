"""What is learned from examples: kinds, their probabilities, and how an employee's question is told from a post."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from knowledge.errors import ContentError
from knowledge.triage.drift import Drifts, Texts, learn_drift
from knowledge.triage.examples import KINDS, Example, file_of, read_examples
from knowledge.triage.learn import Learned, learn
from knowledge.triage.models import Drift, Kind
from knowledge.triage.words import Vocabulary, matrix_of
from tests.fakes.encoder import HashedEncoder

PRAISE: Final = [f"i love your {each}, thank you" for each in ("tea", "tent", "lamp", "bus", "crew", "app")]
SPAM: Final = [f"buy cheap {each} now, link in bio" for each in ("coins", "pills", "likes", "watches")]
ASKED: Final = [f"may i post a photo of my {each}?" for each in "desk cat badge mug team office lunch car".split()] * 5
PLACES: Final = {kind: place for place, kind in enumerate(KINDS)}


@pytest.fixture
def learned(fake_encoder: HashedEncoder) -> Learned:
    """What was learned from ten examples of two kinds."""
    texts = [*PRAISE, *SPAM]
    kinds = [PLACES[Kind.PRAISE]] * len(PRAISE) + [PLACES[Kind.SPAM]] * len(SPAM)
    return learn(texts, fake_encoder.encode(texts), np.array(kinds, dtype=np.int32))


def _kind(learned: Learned, text: str, encoder: HashedEncoder) -> Kind | None:
    return KINDS[int(learned.probabilities(text, encoder.encode([text])[0]).argmax())]


def test_texts_like_the_examples_are_told(learned: Learned, fake_encoder: HashedEncoder) -> None:
    """New words around known ones fall to the kind of the known ones."""
    assert _kind(learned, "thank you, i love the sofa", fake_encoder) is Kind.PRAISE
    assert _kind(learned, "cheap sofas, link in bio", fake_encoder) is Kind.SPAM


def test_probabilities_are_probabilities(learned: Learned, fake_encoder: HashedEncoder) -> None:
    """They sum to one; a kind without examples is never the likeliest; unknown words are no error."""
    for text in ("thank you", "zzz", "a", "🙂", "x" * 4000):
        found = learned.probabilities(text, fake_encoder.encode([text])[0])
        assert found.shape == (len(KINDS),)
        assert float(found.sum()) == pytest.approx(1, abs=1e-4)
        assert (found >= 0).all()
        assert KINDS[int(found.argmax())] in {Kind.PRAISE, Kind.SPAM}


def test_what_was_learned_survives_the_index(learned: Learned, fake_encoder: HashedEncoder) -> None:
    """Written and read again it finds the same; parts of two indexes do not fit together."""
    again = Learned.from_bytes(learned.to_bytes(), learned.examples)
    text = "i love cheap tea"
    vector = fake_encoder.encode([text])[0]
    assert again.probabilities(text, vector).tolist() == learned.probabilities(text, vector).tolist()
    with pytest.raises(ValueError, match="do not fit together"):
        Learned.from_bytes(learned.to_bytes(), learned.examples[:3])


def test_examples_without_words_can_be_learned_from(fake_encoder: HashedEncoder) -> None:
    """Emoji alone give an empty vocabulary, and that survives the index, too."""
    texts = ["🙂", "🙁"]
    learned = learn(texts, fake_encoder.encode(texts), np.array([0, 1], dtype=np.int32))
    again = Learned.from_bytes(learned.to_bytes(), learned.examples)
    assert len(again.vocabulary) == 0
    assert int(again.probabilities("🙁", fake_encoder.encode(["🙁"])[0]).argmax()) == 1


def test_words_weigh_by_how_telling_they_are() -> None:
    """Features have length 1, a rare term weighs more than a common one, pairs count, and case does not."""
    vocabulary = Vocabulary.of(["the class action", "the bus", "the tea"])
    places, weights = vocabulary.features("The CLASS action of year 1")
    found = {term: weight for term, place in vocabulary.places.items() for weight in weights[places == place]}
    assert set(found) == {"the", "class", "action", "the class", "class action"}
    assert found["class action"] > found["the"] > 0
    assert float(np.linalg.norm(weights)) == pytest.approx(1)
    assert matrix_of(vocabulary, ["the bus", "zzz"]).toarray().sum(axis=1).tolist()[1] == 0


def test_signs_and_letters_count_where_they_are_wanted() -> None:
    """A lone letter and a question mark are words of a question, and of nothing else."""
    texts = ["may i?", "i may"]
    assert "?" not in Vocabulary.of(texts).places
    assert {"i", "?", "may i", "i ?"} <= set(Vocabulary.of(texts, signs=True).places)
    assert set(Vocabulary.of(texts, fewest=2, signs=True).places) == {"i", "may"}


@pytest.fixture
def drifts(fake_encoder: HashedEncoder) -> Drifts:
    """What was learned from posts and from questions of employees."""
    said = [*PRAISE, *SPAM] * 4
    return learn_drift(Texts(said, fake_encoder.encode(said)), Texts(ASKED, fake_encoder.encode(ASKED)))


def test_a_question_and_a_post_are_told_apart(drifts: Drifts, fake_encoder: HashedEncoder) -> None:
    """An employee's own question is a question, a pasted post is triage."""
    for text, leaning in (
        ("may i post a photo of my sofa?", Drift.ASK),
        ("i love your sofa, thank you", Drift.TRIAGE),
    ):
        assert drifts.of(text, fake_encoder.encode([text])[0]) is leaning


def test_drift_survives_the_index(drifts: Drifts, fake_encoder: HashedEncoder) -> None:
    """Written and read again it scores the same."""
    vector = fake_encoder.encode(["may i?"])[0]
    assert Drifts.from_bytes(drifts.to_bytes()).score("may i?", vector) == pytest.approx(drifts.score("may i?", vector))


def test_without_questions_everything_is_asked(fake_encoder: HashedEncoder) -> None:
    """Other people's plain policies have no questions to learn from: then nothing is taken for triage by itself."""
    said = Texts(PRAISE, fake_encoder.encode(PRAISE))
    drifts = learn_drift(said, Texts([], np.zeros((0, 256), dtype=np.float32)))
    again = Drifts.from_bytes(drifts.to_bytes())
    assert again.of(PRAISE[0], said.vectors[0]) is Drift.ASK


def test_examples_are_the_bullets_of_their_files(tmp_path: Path) -> None:
    """Kind by kind; prose, empty bullets and missing files do not count; a bullet may go over two lines."""
    (tmp_path / "spam.md").write_text("# Spam\nAdverts.\n\n- buy\n  now\n-\n* win 🎁\n", "utf-8")
    (tmp_path / "none.md").write_text("- on my way\n", "utf-8")
    (tmp_path / "notes.md").write_text("- not read\n", "utf-8")
    assert read_examples(tmp_path) == (
        Example("buy now", PLACES[Kind.SPAM]),
        Example("win 🎁", PLACES[Kind.SPAM]),
        Example("on my way", PLACES[None]),
    )
    assert file_of(None) == "none.md"


def test_a_file_of_examples_that_cannot_be_read(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    (tmp_path / "rant.md").write_bytes(b"- caf\xe9\n")
    with pytest.raises(ContentError, match=r"rant\.md' is not a readable UTF-8 file; save it as UTF-8"):
        read_examples(tmp_path)
