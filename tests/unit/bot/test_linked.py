"""Addresses in facts, rows and lessons are links, under their own words alone, on every surface that has links."""

from __future__ import annotations

import json
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.blocks import Card, render
from bot.channels.teams.cards import View, card
from bot.channels.web.render import Pages, reply_view
from bot.channels.words import Piece, linked
from bot.conversation.reply import Item, Reply, ReplyKind

TODAY: Final = date(2026, 11, 2)
PAGE: Final = "https://clearpost.example.com/verify/6b86b273"
SHOWN: Final = "clearpost.example.com/verify/6b86b273"
WITH_LINKS: Final = Reply(
    ReplyKind.LESSON,
    f"Slides: {PAGE}.",
    facts=(("Show it", PAGE), ("Where", "Canteen, and javascript:alert(1)")),
    items=(Item("Yours", f"Until May. {PAGE}"),),
)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"See {PAGE}, please.", [PAGE]),
        ("(https://a.example.com/) and https://b.example.com:8443?x=1#y!", [
            "https://a.example.com/", "https://b.example.com:8443?x=1#y",
        ]),
        ("http://127.0.0.1:8000/verify/ab", ["http://127.0.0.1:8000/verify/ab"]),
        ("http://elsewhere.example.com", []),
        ("http://localhost.example.com/", []),
        ("https://bank.example.com@evil.example.com/", []),
        ("javascript:alert(1) mailto:a@example.com //x.example.com", []),
        (f"{PAGE}…", []),
        (f"{PAGE} …", []),
        ("https://a.example.com/<b>x", ["https://a.example.com/"]),
    ],
)  # fmt: skip
def test_what_is_an_address(text: str, links: list[str]) -> None:
    """By https it leads anywhere, by http to this machine; no user before a host, and none that was cut short."""
    assert [each.link for each in linked(text) if each.link] == links


@given(st.text(st.sampled_from("https://a.b@:8/?#…) <x")) | st.text())
def test_no_word_is_lost(text: str) -> None:
    """The pieces are the text, but for what an address begins and ends with; a link is in the text as it stands."""
    pieces = linked(text)
    whole = "".join(each.link or each.words for each in pieces)
    assert whole == text
    assert all(each.words and each.words in (each.link or each.words) for each in pieces)
    assert linked("") == [] and linked("x") == [Piece("x")]


def test_slack_links_them() -> None:
    """A fact, a row and the text of a lesson hold the address as a link."""
    drawn = json.dumps(render(Card(WITH_LINKS, TODAY)).blocks)
    assert drawn.count(json.dumps({"url": PAGE})[1:-1]) == 3 and drawn.count(f'"text": "{SHOWN}"') == 3
    assert '"url": "javascript' not in drawn


def test_teams_links_them() -> None:
    """The same as runs of text with an action that opens the address."""
    drawn = json.dumps(card(WITH_LINKS, View(TODAY)))
    assert drawn.count(json.dumps({"type": "Action.OpenUrl", "url": PAGE})) == 3
    assert drawn.count("Action.OpenUrl") == 3


def test_the_web_chat_links_them() -> None:
    """The same as anchors; nothing else becomes one."""
    page = Pages().fragment("", reply_view(WITH_LINKS, TODAY))
    assert page.count(f'<a href="{PAGE}" rel="noreferrer">{SHOWN}</a>') == 3
    assert page.count("<a ") == 3
