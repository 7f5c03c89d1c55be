"""The words of the message that "Ask Clearpost" was chosen on, also where they stand in a card, as bots write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from bot.channels.teams.incoming import mapping, words_of_message
from bot.channels.teams.references import member, text

_CARDS: Final = "application/vnd.microsoft."
_SAID: Final = ("title", "activityTitle", "activitySubtitle", "activityText", "text", "altText")
_INSIDE: Final = ("body", "items", "columns", "inlines", "sections", "rows", "cells", "facts")
_MOST: Final = 200  # texts of a message that are read
_LONGEST: Final = 256 * 1024  # characters of a card that is read
_DEEPEST: Final = 24


def quoted_words(payload: object) -> str:
    """What a message says: its words, then those of its cards; empty where there are none, as with a file alone."""
    said = [first] if (first := words_of_message(payload)) else []
    attachments = member(payload, "attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if text(attachment, "contentType").startswith(_CARDS):
            for each in _of_card(_content(attachment), 0):
                if len(said) < _MOST and each not in said:
                    said.append(each)
    return "\n".join(said)


def _content(attachment: object) -> object:
    """A card as JSON; Teams sends it as a string."""
    content = member(attachment, "content")
    if not isinstance(content, str):
        return content
    try:
        return json.loads(content) if len(content) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None


def _of_card(element: object, depth: int) -> Iterator[str]:
    """Texts from the top to the bottom; buttons and inputs say nothing."""
    if isinstance(element, str):
        yield from filter(None, (element.strip(),))
        return
    if not isinstance(element, dict) or depth > _DEEPEST or text(element, "type").startswith(("Action.", "Input.")):
        return
    if "name" in element or "value" in element:  # a fact
        pair = (text(element, "title") or text(element, "name"), text(element, "value"))
        yield from filter(None, (": ".join(filter(None, pair)),))
        return
    yield from filter(None, (text(element, name).strip() for name in _SAID))
    for name in _INSIDE:
        inside = mapping(element).get(name)
        for each in inside if isinstance(inside, list) else ():
            yield from _of_card(each, depth + 1)


__all__ = ["quoted_words"]
