"""What a message says, wherever its words stand."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.slack.quoted import words_of

RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "See "},
                {"type": "link", "url": "https://social.example.com/1"},
                {"type": "text", "text": " now"},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "My kettle leaks."}]},
    ],
}
ACTIONS = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Press me"}}]}
SECTION = {
    "type": "section",
    "text": {"type": "mrkdwn", "text": "*New mention* &amp; more"},
    "fields": [{"type": "mrkdwn", "text": "Followers: 400"}],
    "accessory": ACTIONS["elements"][0],
}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "Third parcel lost &amp; no word"}, "Third parcel lost & no word"),
        ({"text": "<@UBOT> look", "blocks": [RICH]}, "look"),
        ({"text": "", "blocks": [RICH]}, "See https://social.example.com/1 now\nMy kettle leaks."),
        (
            {"text": "This content can't be displayed.", "blocks": [SECTION, ACTIONS]},
            "*New mention* & more\nFollowers: 400",
        ),
        (
            {"bot_id": "B1", "attachments": [{"title": "Noor on Chirp", "text": "It burns!", "fallback": "x"}]},
            "Noor on Chirp\nIt burns!",
        ),
        ({"attachments": [{"fields": [{"title": "Reach", "value": "4,000"}]}]}, "Reach: 4,000"),
        ({"attachments": [{"fallback": "A post of Noor"}]}, "A post of Noor"),
        ({"attachments": [{"blocks": [RICH]}]}, "See https://social.example.com/1 now\nMy kettle leaks."),
        ({"text": "so bad", "attachments": [{"text": "so bad"}]}, "so bad"),
        ({"text": "<https://social.example.com/1>", "attachments": [{"text": "It burns!"}]}, None),
        ({"text": "", "files": [{"name": "IMG_1.jpg"}]}, ""),
        ({"text": "", "files": [{"name": "IMG_1.jpg", "alt_txt": "A burnt kettle"}]}, "A burnt kettle"),
        ({}, ""),
        ({"text": None, "blocks": "x", "attachments": [1, {"fields": 3}], "files": {"a": 1}}, ""),
        ({"blocks": [{"type": "section", "text": {"text": 3}}, {"elements": "abc"}, {"elements": [None]}]}, ""),
    ],
)
def test_words_of(message: dict[str, Any], said: str | None) -> None:
    """Text, blocks and attachments are read, pictures by their description; buttons and repetitions are not."""
    wanted = "https://social.example.com/1\nIt burns!" if said is None else said
    assert words_of(message, "UBOT") == wanted


def test_words_without_end() -> None:
    """A message that is nested without end, or has thousands of parts, is read as far as makes sense."""
    nested: dict[str, Any] = {"type": "rich_text_section", "elements": [{"type": "text", "text": "deep"}]}
    for _ in range(50):
        nested = {"type": "rich_text_section", "elements": [nested]}
    assert words_of({"blocks": [nested]}, "UBOT") == ""
    many = [{"text": f"part {number:04d}"} for number in range(5_000)]
    assert len(words_of({"attachments": many}, "UBOT").splitlines()) == 200
