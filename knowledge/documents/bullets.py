"""The items of a Markdown list as messages: what ``off_topic.md`` and the examples of a kind are made of."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.documents.blocks import Body, read_blocks


def read_bullets(text: str) -> Iterator[tuple[int, str]]:
    """The line and the words of each item of a list; headings and prose around them do not count."""
    for block in read_blocks(text):
        if isinstance(block, Body) and block.bullet:
            yield block.line, " ".join(block.text[1:].split())


__all__ = ["read_bullets"]
