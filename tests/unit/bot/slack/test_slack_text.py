"""Slack's markup into words and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.text import cut, escaped, pieces, storable, to_somebody_else, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@UBOT> can I post this?", "can I post this?"),
        ("<@UBOT>", ""),
        ("May I tag <@U1> or <@U2|ines>?", "May I tag a colleague or @ines?"),
        ("I saw it in <#C1|general> and <#C2>", "I saw it in #general and a channel"),
        ("<!here> <!channel|@channel> <!subteam^S1|@crew> <!subteam^S2>", "@here @channel @crew a group"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        (
            "<https://example.com/a?b=1&amp;c=2> <https://example.com|our page>",
            "https://example.com/a?b=1&c=2 our page",
        ),
        ("<mailto:ines@example.com|ines@example.com> <tel:+49123>", "ines@example.com +49123"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&lt;@U1&gt; typed by hand, &amp;lt; too", "<@U1> typed by hand, &lt; too"),
        ("zero \0 and half \ud83d", "zero  and half \ufffd"),
    ],
)
def test_words(text: str, said: str) -> None:
    """Mentions, links and entities become what a person would read out; what was typed by hand stays."""
    assert words(text, "UBOT") == said


@pytest.mark.parametrize(
    ("text", "other"),
    [("<@U1> what do you think?", True), ("  <@U1>", True), ("<@UBOT> may I?", False), ("may <@U1> post?", False)],
)
def test_to_somebody_else(text: str, other: bool) -> None:
    """A message that begins with another person's name is meant for them."""
    assert to_somebody_else(text, "UBOT") is other


@given(st.text())
def test_escaped_text_is_read_back(text: str) -> None:
    """What is escaped holds no markup, and Slack's reading of it gives the same words."""
    told = escaped(text)
    assert "<" not in told and ">" not in told
    assert words(told, "UBOT") == storable(text).strip()


@given(st.text(), st.integers(10, 100))
def test_cut_keeps_the_limit(text: str, most: int) -> None:
    """A cut text is a beginning of the text with an ellipsis, never longer than allowed."""
    told = cut(text, most)
    assert len(told) <= most
    assert told == text or text.startswith(told.removesuffix(" …"))


def test_cut_prefers_sentences_then_words() -> None:
    """The cut comes after a sentence where one ends late enough, else between words."""
    assert cut("This is one. This is another one that is long.", 24) == "This is one. …"
    assert cut("some words without any end that go on", 20) == "some words without …"


@given(st.text(), st.integers(2, 50))
def test_pieces_lose_nothing(text: str, most: int) -> None:
    """The pieces together are the text, none of them is empty or too long."""
    parts = pieces(text, most)
    assert "".join(parts) == text
    assert all(0 < len(part) <= most for part in parts)
