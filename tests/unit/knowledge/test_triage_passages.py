"""Long texts in passages, and texts that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.triage.legible import Unread, unread
from knowledge.triage.passages import passages
from knowledge.triage.words import Vocabulary

LONGEST = 120
ENGLISH = Vocabulary.of(["your kettle burned her hand and we were in hospital", "what should I do about this post"])


def test_a_short_text_has_no_passages() -> None:
    """It is looked at as a whole."""
    assert passages("The kettle burned her hand. " * 8) == ()


def test_sentences_stay_whole() -> None:
    """Neighbours share a passage as long as they fit."""
    sentence = "The cups came on time, nicely wrapped, with a card from all of you."
    short = "Thank you."
    assert passages(" ".join([sentence, short] * 4)) == (f"{sentence} {short}",) * 4


@given(st.lists(st.text("ab.!? ", min_size=1, max_size=400), max_size=12))
def test_no_word_is_lost(pieces: list[str]) -> None:
    """Whatever a text looks like, all of its letters are in its passages, in order, and none is too long."""
    text = " ".join(" ".join(pieces).split())
    found = passages(text)
    assert all(0 < len(each) <= LONGEST for each in found)
    assert not found or "".join(found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("your kettle burned her hand and we were in hospital", None),
        ("Ihr Wasserkocher hat ihre Hand verbrüht", Unread.LANGUAGE),
        ("你们的水壶爆炸了，我的手被烫伤，很严重", Unread.LANGUAGE),
        ("Mon téléphone a explosé et ma main est brûlée", Unread.LANGUAGE),
        ("@zentrofon flt 1022 mechanical issue DCA, no vouchers given cmon man", None),
        ("#lostluggage #ruinedvacation #worstairline", None),
        ("omggggg ughhhh smh ur app sux", None),
        ("asdf jkl", None),
        ("😂😂😂", None),
        ("https://social.example/p/1", Unread.LINK),
        ("what about this post? www.social.example/p/1", Unread.LINK),
        ("your kettle burned her hand and we were in hospital https://social.example/p/1", None),
    ],
)
def test_what_cannot_be_read(text: str, why: Unread | None) -> None:
    """A link with hardly a word, and words that no example holds; what is short may be a name in any language."""
    assert unread(text, ENGLISH.known) is why


def test_a_few_words_in_common_make_no_english() -> None:
    """A text of another language is told where half its words look like some of the examples'."""
    assert unread("Ihr Wasserkocher hat meine Hand verbrannt, ich bin im Krankenhaus", lambda _: 0.5) is Unread.LANGUAGE
