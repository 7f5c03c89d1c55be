"""The search by words: nothing that anybody types is ever taken for SQL or for an operator of FTS5."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index import Index, build_index
from knowledge.pack import Pack
from knowledge.search.lexical import Lexical, terms_of
from tests.conftest import OFF_TOPIC
from tests.fakes.encoder import HashedEncoder

RULES = (
    "You may post a photograph of your desk.",
    "Customers must never be filmed in the warehouse.",
    "Ask first before you share près de Zürich NEAR the Größe.",
    "Не публикуйте секреты. 秘密を投稿しないでください。 لا تنشر الأسرار",
    "The blender blends, blended and is blending.",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """One section a rule, in the order of ``RULES``."""
    folder = tmp_path_factory.mktemp("lexical")
    (folder / "policies").mkdir()
    text = "".join(f"\n## {name}\n\n{rule}\n" for name, rule in zip("ABCDE", RULES, strict=True))
    (folder / "policies" / "rules.md").write_text(f"# Policy\n{text}", "utf-8")
    (folder / "off_topic.md").write_text(OFF_TOPIC, "utf-8")
    build_index(Pack.at(folder), folder / "index.db", HashedEncoder())
    opened = Index.open(folder / "index.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lexical(index: Index) -> Lexical:
    """The search by words over ``RULES``."""
    return Lexical(index)


def _best(lexical: Lexical, question: str) -> int | None:
    """The number of the rule with the highest score; ``None`` where no word matches."""
    scores = lexical.scores(question)
    assert scores.shape == (len(RULES),)
    assert np.isfinite(scores).all()
    return int(scores.argmax()) if scores.max() > 0 else None


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("a picture of my desk?", 0),
        ("filming a customer", 1),
        ("DESKS!!!", 0),
        ("zurich", 2),
        ("große Größe", 2),
        ("секреты", 3),
        ("Лагранж", None),
        ("الأسرار", 3),
        ("blender", 4),
        ("blends", 4),
        ("photographs", 0),
        ("ｄｅｓｋ", 0),
        ("vpn", None),
    ],
)
def test_words_are_found_in_any_form_and_script(question: str, rule: int | None, lexical: Lexical) -> None:
    """English endings, case, accents and full-width letters do not matter; other scripts are words as well."""
    assert _best(lexical, question) == rule


@pytest.mark.parametrize(
    "question",
    [
        'desk AND (photo OR "customers',
        "desk NOT desk",
        "NEAR(desk, 3)",
        "desk*",
        "^desk",
        "desk +",
        "text:desk",
        "{text}: desk",
        "- desk",
        '"desk',
        '""desk""',
        "desk'; DROP TABLE texts; --",
        "desk\x00desk",
        "desk\ud83d",
        "desk 😀🧑‍💻",
        "\u202edesk",
        "des\u00adk desk",
        "' OR 1=1 -- desk",
        "%desk_",
        "desk" + ")" * 500,
    ],
)
def test_signs_and_operators_are_only_words(question: str, lexical: Lexical) -> None:
    """The operators of FTS5, quotes, SQL and control characters neither fail nor hide the word beside them."""
    assert lexical.scores(question)[0] > 0


@pytest.mark.parametrize("question", ["", " ", "\0", "***", '"""', "AND", "NOT", "😀", "()", "the of and", "-", "'"])
def test_nothing_to_look_up(question: str, lexical: Lexical) -> None:
    """Without a word that stands in the policies all scores are 0."""
    assert terms_of(question) == [term for term in terms_of(question) if term.isalnum()]
    assert lexical.scores(question).shape == (len(RULES),)


def test_near_is_a_word(lexical: Lexical) -> None:
    """NEAR is looked up as what people mean by it."""
    assert _best(lexical, "NEAR") == 2


def test_the_texts_are_still_there_after_sql(lexical: Lexical, index: Index) -> None:
    """What looks like SQL changes nothing."""
    before = index.rows("SELECT count(*) FROM texts")
    lexical.scores("x'); DELETE FROM texts; --")
    assert index.rows("SELECT count(*) FROM texts") == before


def test_a_rambling_question_is_cut_to_its_words(lexical: Lexical) -> None:
    """Thousands of words are looked up as quickly as a few, and the telling one among the first still counts."""
    assert _best(lexical, "warehouse " + " ".join(f"word{number}" for number in range(3000))) == 1


def test_off_topic_messages_score_for_no_section(lexical: Lexical) -> None:
    """A word that stands in the off-topic list only speaks for no section."""
    assert _best(lexical, "payday lunch menu") is None


def test_terms_are_folded_and_come_once() -> None:
    """Words are lower case and unique; little words go, unless there is nothing else."""
    assert terms_of("The DESK, the desk and a Desk-photo_2") == ["desk", "photo", "2"]
    assert terms_of("to be or not to be") == ["to", "be", "or", "not"]


@given(st.text(max_size=300))
def test_any_text_can_be_looked_up(lexical: Lexical, question: str) -> None:
    """No text whatever raises, and every score is a finite number that is not negative."""
    scores = lexical.scores(question)
    assert scores.shape == (len(RULES),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


@given(st.lists(st.sampled_from([*"\"*^:(){}+-'\\\0", "AND", "OR", "NOT", "NEAR", "desk", "text", " "]), max_size=40))
def test_any_mix_of_operators_can_be_looked_up(lexical: Lexical, parts: list[str]) -> None:
    """What FTS5 would take for syntax never raises, glued together or apart."""
    assert np.isfinite(lexical.scores("".join(parts))).all()
    assert np.isfinite(lexical.scores(" ".join(parts))).all()
