"""The text of a lesson as a surface draws it: paragraphs, points, posts that are quoted."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.words import Passage, passages
from bot.conversation.learn.cards import plain


def test_a_text_is_taken_apart() -> None:
    """Empty lines part paragraphs; points and lines of a quoted post stay together."""
    text = "Two lines\nof one.\n\nThree:\n• a\n• b\n\n  A post,\n  in two lines.\n\nThe end.\n"
    assert passages(text) == [
        Passage("paragraph", ("Two lines", "of one.")),
        Passage("paragraph", ("Three:",)),
        Passage("points", ("a", "b")),
        Passage("quote", ("A post,", "in two lines.")),
        Passage("paragraph", ("The end.",)),
    ]
    assert passages(" \n ") == []


def test_the_markdown_of_a_lesson_keeps_its_shape() -> None:
    """What an author writes as a list or a quoted post is one on every surface."""
    told = passages(plain("He wrote:\n\n> First line.\n> Second line.\n\nDo this:\n\n- one\n  and its end\n- two"))
    assert [each.kind for each in told] == ["paragraph", "quote", "paragraph", "points"]
    assert told[1].words == "First line.\nSecond line." and told[3].lines == ("one and its end", "two")


@given(st.text(string.ascii_letters + " \n•", max_size=200))
def test_no_word_is_lost(text: str) -> None:
    """Whatever it is, every word is shown once, in order."""
    assert " ".join(each.words for each in passages(text)).replace("•", " ").split() == text.replace("•", " ").split()
