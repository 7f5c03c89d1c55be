"""The words of somebody's message, also where they stand in blocks or attachments, as bots write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.channels.slack.text import words

_FILLED_IN: Final = "This content can't be displayed."  # by Slack, where a message has blocks and no text
_PARTS: Final = ("pretext", "title", "text")
_MOST: Final = 200  # texts of a message that are read
_DEEPEST: Final = 12


def words_of(message: Mapping[str, object], bot: str) -> str:
    """What a message says: its text or its blocks, what is attached, the descriptions of its pictures.

    Empty where there are no words, as with a file alone.
    """
    said: list[str] = []
    for text in _texts(message):
        plain = words(text, bot)
        if plain and not any(plain in each for each in said):  # a link's preview may repeat its message
            said.append(plain)
        if len(said) == _MOST:
            break
    return "\n".join(said)


def _texts(message: Mapping[str, object]) -> Iterator[str]:
    text = _text(message, "text")
    if text and text != _FILLED_IN:
        yield text
    else:
        yield from _of_blocks(message.get("blocks"))
    for attachment in _objects(message.get("attachments")):
        yield from _of_attachment(attachment)
    for file in _objects(message.get("files")):
        yield _text(file, "alt_txt")


def _of_attachment(attachment: Mapping[str, object]) -> Iterator[str]:
    fields = ((_text(field, "title"), _text(field, "value")) for field in _objects(attachment.get("fields")))
    told = [
        *(_text(attachment, part) for part in _PARTS),
        *(": ".join(filter(None, field)) for field in fields),
        *_of_blocks(attachment.get("blocks")),
    ]
    yield from filter(None, told) if any(told) else (_text(attachment, "fallback"),)


def _of_blocks(blocks: object) -> Iterator[str]:
    """A line for each block, whatever its words stand in; buttons say nothing."""
    for block in _objects(blocks):
        if block.get("type") != "actions":
            yield from "".join(_of_element(block, 0)).splitlines()


def _of_element(element: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST or not isinstance(element, Mapping) or element.get("type") == "button":
        return
    text, nested = element.get("text"), element.get("elements") or element.get("fields")
    if isinstance(text, str):
        yield text
    elif isinstance(text, Mapping):
        yield f"{_text(text, 'text')}\n"
    elif element.get("type") == "link":
        yield _text(element, "url")
    for each in nested if isinstance(nested, Sequence) and not isinstance(nested, str) else ():
        yield from _of_element(each, depth + 1)
    if str(element.get("type")).startswith("rich_text_") or element.get("type") in ("mrkdwn", "plain_text"):
        yield "\n"


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


__all__ = ["words_of"]
