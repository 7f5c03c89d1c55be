"""Triage from an index with the real small model, and what else is asked of the open index."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from knowledge.encoder import SentenceEncoder
from knowledge.errors import ContentError, IndexFileError, QuestionError
from knowledge.index import Index, build_index
from knowledge.index.shipped import ShippedVectors, write_shipped
from knowledge.live import LiveAnswers, clean_said
from knowledge.models import Outcome, Priority, Reader
from knowledge.triage.models import Drift, Kind
from tests.conftest import TODAY, PackMaker
from tests.fakes.calibration import even_calibration
from tests.fakes.encoder import HashedEncoder

POLICY = {"desks.md": "# Desks\n\n## Tidy desks {#tidy}\n\nYou may post tidy desks. Look twice.\n\n- if: it is yours\n"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("your drill caught fire in my hands, second degree burns", {Kind.SAFETY}),
        ("my lawyer will send you a letter, see you in court", {Kind.LEGAL_THREAT}),
        ("thank you so much, best crew ever, will fly again", {Kind.PRAISE}),
        ("still no parcel after nine days and nobody answers", {Kind.COMPLAINT}),
        ("10k real followers, cheap, dm us now 🔥", {Kind.SPAM}),
        ("A journalist asks me for an interview about the plant, deadline tomorrow", {Kind.PRESS}),
    ],
)
def test_plain_cases_are_told(sample_answers: LiveAnswers, text: str, kinds: set[Kind]) -> None:
    """With a quarter of the examples and the small model, what is plain is told."""
    triaged = sample_answers.triage(text, Reader())
    assert triaged.kind in kinds
    assert triaged.text == text
    assert 0 < triaged.confidence <= 1
    assert triaged.path and triaged.do and triaged.do_not


def test_many_texts_are_sorted_as_one_by_one(sample_answers: LiveAnswers) -> None:
    """In batches they come back complete, in order and the same."""
    texts = [f"parcel {number} is late" for number in range(70)]
    together = sample_answers.triage_all(texts, Reader())
    assert [each.text for each in together] == texts
    alone = sample_answers.triage(texts[3], Reader())
    assert (alone.kind, alone.priority) == (together[3].kind, together[3].priority)
    assert alone.confidence == pytest.approx(together[3].confidence, abs=1e-3)
    assert sample_answers.triage_all([], Reader()) == []


def test_an_answer_settles_it(sample_answers: LiveAnswers) -> None:
    """The kind that was chosen is the kind."""
    triaged = sample_answers.settle("parcel is late", Kind.SAFETY, Reader())
    assert (triaged.kind, triaged.priority, triaged.outcome) == (Kind.SAFETY, Priority.URGENT, Outcome.ANSWER)


def test_a_question_and_a_post_drift_apart(sample_answers: LiveAnswers) -> None:
    """Leave to post is asked; what a customer wrote is sorted."""
    assert sample_answers.drift("May I post a photo of my colleagues from the party on LinkedIn?") is Drift.ASK
    assert sample_answers.drift("@ParcelJet third day and still nothing. useless.") is Drift.TRIAGE


@pytest.mark.parametrize("text", ["", " \n", "x" * 60_000])
def test_what_cannot_be_sorted_is_a_question_error(sample_answers: LiveAnswers, text: str) -> None:
    """Nothing is encoded for it."""
    for ask in (sample_answers.drift, lambda said: sample_answers.triage(said, Reader())):
        with pytest.raises(QuestionError):
            ask(text)


@pytest.mark.parametrize("times", [3, 60])
def test_what_stands_at_the_end_of_a_long_mail_is_not_lost(sample_answers: LiveAnswers, times: int) -> None:
    """A mail that was pasted whole is no mistake, and however friendly it begins, an injury in it is asked about."""
    friendly = "I have been a customer for years and love your coffee machine, the shop is great and so are you. "
    burn = "Yesterday your drill caught fire in my hands, second degree burns, we were in hospital."
    for triaged in (
        sample_answers.triage(friendly * times + burn, Reader()),
        *sample_answers.triage_all([friendly * times + burn], Reader()),
    ):
        assert triaged.priority is Priority.URGENT
        assert len(triaged.text) <= 4000
        assert "caught fire" in triaged.passage
    assert sample_answers.triage(friendly * times, Reader()).passage == ""


@pytest.mark.parametrize("text", ["?!", "...", "\u200b"])
def test_what_holds_neither_words_nor_signs_is_nothing(text: str) -> None:
    """An emoji says something, punctuation does not; the error speaks of what was said, not of posting."""
    with pytest.raises(QuestionError, match="Paste what was said"):
        clean_said(text)
    assert clean_said("👍") == "👍"


def test_nothing_is_nothing(sample_answers: LiveAnswers) -> None:
    """What cannot be sorted has nothing to do."""
    assert sample_answers.nothing("").kind is None


def test_alike_texts_are_alike(sample_answers: LiveAnswers) -> None:
    """Cosines come in order, within their bounds; of nothing there are none."""
    near, far = sample_answers.alike("my parcel is late", ["the parcel did not arrive", "nice weather"])
    assert -1 <= far < near <= 1
    assert sample_answers.alike("a", []) == []


def test_the_heading_and_the_words_of_a_section(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """A section in force has its heading, and its sentences with its conditions below; one that is not there none."""
    build_index(make_pack(POLICY), tmp_path / "index.db", fake_encoder)
    live = LiveAnswers(tmp_path / "index.db", fake_encoder, even_calibration(fake_encoder), lambda: TODAY)
    assert live.section_text("desks", "tidy") == "You may post tidy desks. Look twice.\nit is yours"
    assert live.section_text("desks", "untidy") is None
    assert live.section_heading("desks", "tidy") == "Tidy desks"
    assert live.section_heading("desks", "untidy") is None
    assert live.chart.leaf(Kind.SPAM).priority is Priority.NONE


def test_a_section_that_is_not_yet_in_force_has_no_words(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """Today's words and heading count, not next year's."""
    later = "---\nid: desks\neffective: 2027-01-01\n---\n" + POLICY["desks.md"]
    build_index(make_pack({"desks.md": later}), tmp_path / "index.db", fake_encoder)
    live = LiveAnswers(tmp_path / "index.db", fake_encoder, even_calibration(fake_encoder), lambda: TODAY)
    assert live.section_text("desks", "tidy") is None
    assert live.section_heading("desks", "tidy") is None


def test_examples_are_never_found_as_policy(sample_index: Path) -> None:
    """No text of triage is among the texts that questions are compared with, by vector or by word."""
    index = Index.open(sample_index)
    texts = {str(text) for (text,) in index.rows("SELECT text FROM texts")}
    examples = {str(text) for (text,) in index.rows("SELECT text FROM examples")}
    assert len(examples) > 400
    assert not texts & examples
    assert len(index.vectors) == len(index.rows("SELECT n FROM texts"))
    index.close()


def test_unchanged_examples_are_not_encoded_again(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """After an edit of one example, that one text is encoded."""
    pack = make_pack(POLICY)
    build_index(pack, tmp_path / "index.db", fake_encoder)
    fake_encoder.encoded.clear()
    with (pack.examples / "spam.md").open("a", encoding="utf-8") as file:
        file.write("\n- buy a moon today\n")
    build_index(pack, tmp_path / "index.db", fake_encoder)
    assert fake_encoder.encoded == ["buy a moon today"]


def test_the_vectors_of_examples_are_shipped(
    sample_index: Path, tmp_path: Path, small_encoder: SentenceEncoder
) -> None:
    """They come with the package as those of policies do."""
    index = Index.open(sample_index)
    write_shipped(index, small_encoder, tmp_path)
    (text,) = index.rows("SELECT text FROM examples LIMIT 1")[0]
    assert str(text) in ShippedVectors(small_encoder, tmp_path)
    index.close()


def test_without_examples_nothing_is_built(make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """The error says what to put where."""
    pack = make_pack(POLICY)
    for path in pack.examples.iterdir():
        path.unlink()
    with pytest.raises(ContentError, match=r"put files such as triage/complaint\.md there"):
        build_index(pack, tmp_path / "index.db", fake_encoder)
    assert not (tmp_path / "index.db").exists()


@pytest.mark.parametrize("name", ["chart", "kinds", "drift"])
@pytest.mark.parametrize("data", [b"junk", None])
def test_damaged_triage_is_an_error_of_the_index(
    name: str, data: bytes | None, make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """It is told at the opening, with the command that builds it again."""
    path = tmp_path / "index.db"
    build_index(make_pack(POLICY), path, fake_encoder)
    with sqlite3.connect(path) as connection:
        if data is None:
            connection.execute("DELETE FROM triage WHERE name = ?", [name])
        else:
            connection.execute("UPDATE triage SET data = ? WHERE name = ?", [data, name])
    connection.close()
    with pytest.raises(IndexFileError, match="clearpost index"):
        LiveAnswers(path, fake_encoder, even_calibration(fake_encoder), lambda: TODAY)
