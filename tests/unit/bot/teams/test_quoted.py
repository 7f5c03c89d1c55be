"""What a message says, wherever its words stand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.teams.quoted import quoted_words

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
CONNECTOR = "application/vnd.microsoft.teams.card.o365connector"
CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "TextBlock", "text": "New mention"},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": "It burns!"}]}]},
        {"type": "RichTextBlock", "inlines": ["by ", {"type": "TextRun", "text": "Noor"}]},
        {"type": "FactSet", "facts": [{"title": "Reach", "value": "4,000"}]},
        {"type": "Input.Text", "id": "x", "title": "Your words"},
        {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "Press me"}]},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Open"}],
}
SECTION = {"activityTitle": "Noor", "text": "It burns!", "facts": [{"name": "Reach", "value": "4,000"}]}


def _message(kind: str, content: object, words: str = "") -> dict[str, Any]:
    return {"body": {"content": words}, "attachments": [{"contentType": kind, "content": content}]}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (_message(ADAPTIVE, json.dumps(CARD)), "New mention\nIt burns!\nby\nNoor\nReach: 4,000"),
        (_message(ADAPTIVE, CARD, "Look"), "Look\nNew mention\nIt burns!\nby\nNoor\nReach: 4,000"),
        (_message(CONNECTOR, {"title": "Alert", "sections": [SECTION]}), "Alert\nNoor\nIt burns!\nReach: 4,000"),
        (_message("image/png", None, "Look"), "Look"),
        (_message("reference", {"title": "IMG_1.jpg"}), ""),
        (_message(ADAPTIVE, "{not json"), ""),
        (_message(ADAPTIVE, "[" * 100_000), ""),
        (_message(ADAPTIVE, {"body": "x", "text": 3}), ""),
        ({"attachments": "x"}, ""),
        (None, ""),
    ],
)
def test_quoted_words(message: object, said: str) -> None:
    """Words and cards are read; buttons, fields to fill in and files are not."""
    assert quoted_words(message) == said


def test_cards_without_end() -> None:
    """A card that is nested without end, or has thousands of texts, is read as far as makes sense."""
    nested: dict[str, Any] = {"text": "deep"}
    for _ in range(60):
        nested = {"items": [nested]}
    assert quoted_words(_message(ADAPTIVE, nested)) == ""
    many = {"body": [{"text": f"part {number:04d}"} for number in range(3_000)]}
    assert len(quoted_words(_message(ADAPTIVE, many)).splitlines()) == 200
