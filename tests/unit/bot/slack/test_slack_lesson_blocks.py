"""Lessons as Block Kit: shape of the text, gentle feedback, long options, and which cards give way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.channels.slack.blocks import Card, render
from bot.channels.slack.forms import form_view
from bot.channels.slack.presses import Below
from bot.conversation.reply import Action, Field, Item, Listing, Reply, ReplyKind

TODAY: Final = date(2026, 11, 2)
LABEL: Final = "A picture of the desk with the whiteboard behind it, on which next year's prices can still be read"


def _blocks(reply: Reply) -> list[Mapping[str, Any]]:
    return list(render(Card(reply, TODAY)).blocks)


def test_paragraphs_points_and_quoted_posts_are_blocks_of_their_own() -> None:
    """What an author wrote as a list or a post is one in Slack."""
    blocks = _blocks(Reply(ReplyKind.LESSON, "One.\n\n• a\n• b\n\n  A post."))
    assert [block["elements"][0]["type"] for block in blocks] == [
        *("rich_text_section", "rich_text_list", "rich_text_quote")
    ]


def test_nobody_is_told_off() -> None:
    """A wrong option is marked softly, and what is said about it stands below it without a bullet."""
    lists = (Listing("Chosen", ("Why not.",), "bad"), Listing("Right", ("Why.",), "good"))
    wrong, right = _blocks(Reply(ReplyKind.LESSON, "", lists=lists))
    assert [part["text"] for part in wrong["elements"][0]["elements"]] == ["🔸 Chosen", "\nWhy not."]
    assert right["elements"][0]["elements"][0]["text"] == "✅ Right"


def test_a_long_option_is_shown_whole() -> None:
    """Slack takes 75 characters of an option; the rest stands below them."""
    options = Field("Which?", options=(("c:0", LABEL), ("c:1", "Short")), several=True)
    below = Below("D1", "1.0", "", ephemeral=False, response_url="", flags="l")
    view = form_view(Action("check", "s1", "Choose", choices=options), below)
    long, short = view["blocks"][0]["element"]["options"]
    assert f"{long['text']['text']} {long['description']['text']}" == LABEL
    assert len(long["text"]["text"]) <= 75 and "description" not in short


def test_the_buttons_of_a_lesson_say_so() -> None:
    """So that a lesson stays where a question about it is answered."""
    item = Item("True?", "", (Action("check", "s1", "True", choice="c:0"),))
    lesson = _blocks(Reply(ReplyKind.LESSON, "Text", items=(item,)))
    queue = _blocks(Reply(ReplyKind.QUEUE, "Text", items=(item,)))
    assert [block["block_id"] for block in (lesson[-1], queue[-1])] == ["deed-100-l", "deed-100-q"]
    assert [block["type"] for block in lesson] == ["rich_text", "divider", "rich_text", "actions"]


def test_what_is_alike_looks_alike() -> None:
    """Where one option is too long for a button, all of them stand beside a short one; other buttons stay."""
    options = (Action("check", "s1", "Yes", choice="c:0"), Action("check", "s1", LABEL, choice="c:1"))
    item = Item(
        "Which?", "", (Action("exam", "l1", "Start the exam"), *options, Action("lesson", "l", LABEL, submit="Read"))
    )
    shown = _blocks(Reply(ReplyKind.LESSON, "", items=(item,)))[1:]
    assert [block["type"] for block in shown] == ["actions", "section", "section", "section"]
    assert [block["accessory"]["text"]["text"] for block in shown[1:]] == ["Choose", "Choose", "Read"]
    assert shown[1]["text"]["text"] == "Yes"
