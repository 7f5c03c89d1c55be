"""The parts that messages, modals and the Home tab are made of.

What a policy or a person wrote stands in ``rich_text`` and ``plain_text`` alone, where Slack reads no markup, so that
none of it can become a mention and every quote stays as it was written. Addresses become links where they are meant to
be opened, under no other words than their own: in facts, in rows, and in the text of lessons and notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
)

from bot.channels.slack.text import cut
from bot.channels.words import linked, long_moment

MOST_BLOCKS: Final = 50
MOST_CHARACTERS: Final = 13_200
"""Slack's limits of one message; the second one is held by the JSON of all blocks, which is longer than their text."""

MOST_LABEL: Final = 75
"""Characters of a button that Slack takes."""

SHOWN_LABEL: Final = 30
"""Characters of a button that Slack shows for sure."""

TRY: Final = "try"
"""What the action id of a question to try begins with."""

PIECE: Final = 2_900
"""Characters that stand in one block; Slack takes 3,000."""

_LONGEST_HEADER: Final = 150


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters of each thing are shown, and how many things.

    ``words`` are those of a person, each time they said something; ``form`` is what a form takes in its button,
    ``label`` is that of an action.
    """

    quote: int
    text: int
    more: int
    items: int
    item: int
    words: int
    form: int
    label: int


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """How many characters the blocks take as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False))


def fits(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether Slack takes so many blocks of such a size."""
    return len(blocks) <= MOST_BLOCKS and size(blocks) <= MOST_CHARACTERS


def squeezed(blocks: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The blocks that Slack takes: those with the longest words are left out first, and no button ever is."""
    left = list(blocks)
    while not fits(left):
        told = [each for each in left if "block_id" not in each]
        if not told:
            break
        left.remove(max(told, key=lambda each: size([each])))
    return tuple(left)


def quoted_words(text: str) -> RichTextBlock:
    """Words of a policy."""
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[words_of(text)])])


def choices(rows: Sequence[tuple[str, str, str]], verb: str, block_id: str) -> list[Block]:
    """Things to choose from, each a label, an action and a value.

    Buttons; or lines with a button each, where Slack would cut the labels short.
    """
    if all(len(label) <= SHOWN_LABEL for label, _, _ in rows):
        buttons = [ButtonElement(text=label_of(label), action_id=action, value=value) for label, action, value in rows]
        return [ActionsBlock(elements=buttons, block_id=block_id)]
    return [
        SectionBlock(
            text=PlainTextObject(text=label, emoji=True),
            accessory=ButtonElement(
                text=label_of(verb),
                action_id=action,
                value=value,
                accessibility_label=cut(f"{verb}: {label}", MOST_LABEL),
            ),
            block_id=f"{number}-{block_id}",
        )
        for number, (label, action, value) in enumerate(rows)
    ]


def examples(questions: Sequence[str]) -> list[Block]:
    """Questions to try, each with its button."""
    rows = [(question, f"{TRY}_{number}", question[:2_000]) for number, question in enumerate(questions)]
    return choices(rows, "Ask", "examples-")


def label_of(text: str) -> PlainTextObject:
    """The words on a button."""
    return PlainTextObject(text=cut(" ".join(text.split()), MOST_LABEL), emoji=True)


def header(text: str) -> HeaderBlock:
    """A line in large letters."""
    return HeaderBlock(text=PlainTextObject(text=cut(" ".join(text.split()), _LONGEST_HEADER), emoji=True))


def paragraph(text: str) -> RichTextBlock:
    """Some plain words."""
    return RichTextBlock(elements=[RichTextSectionElement(elements=[words_of(text)])])


def linked_paragraph(text: str) -> RichTextBlock:
    """Some plain words, with their addresses as links."""
    return RichTextBlock(elements=[RichTextSectionElement(elements=linked_words(text))])


def context(text: str) -> ContextBlock:
    """A line in small letters."""
    return ContextBlock(elements=[PlainTextObject(text=text, emoji=True)])


def bold(text: str) -> RichTextSectionElement:
    """A line in bold."""
    return RichTextSectionElement(elements=[words_of(text, bold=True)])


def bullets(items: Iterable[str]) -> RichTextListElement:
    """A list."""
    return RichTextListElement(
        style="bullet", elements=[RichTextSectionElement(elements=[words_of(each)]) for each in items]
    )


def preformatted(text: str) -> RichTextPreformattedElement:
    """Words to be copied as they are."""
    return RichTextPreformattedElement(elements=[words_of(text)])


def moment_of(at: datetime) -> RichTextElementParts.Date:
    """A moment, which Slack shows by its reader's own clock."""
    return RichTextElementParts.Date(
        timestamp=int(at.timestamp()), format="{date_short_pretty} at {time}", fallback=long_moment(at)
    )


def linked_words(text: str) -> list[RichTextElement]:
    """Words in which Slack reads no markup, with their addresses as links."""
    return [
        RichTextElementParts.Link(url=each.link, text=each.words) if each.link else words_of(each.words)
        for each in linked(text)
    ]


def words_of(text: str, *, bold: bool = False) -> RichTextElementParts.Text:
    """Words in which Slack reads no markup."""
    return RichTextElementParts.Text(text=text, style={"bold": True} if bold else None)


__all__ = [
    "MOST_BLOCKS",
    "MOST_CHARACTERS",
    "MOST_LABEL",
    "PIECE",
    "SHOWN_LABEL",
    "TRY",
    "Room",
    "bold",
    "bullets",
    "choices",
    "context",
    "examples",
    "fits",
    "header",
    "label_of",
    "linked_paragraph",
    "linked_words",
    "moment_of",
    "paragraph",
    "preformatted",
    "quoted_words",
    "size",
    "squeezed",
    "words_of",
]
