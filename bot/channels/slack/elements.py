"""The parts that messages, modals and the Home tab are made of.

What a policy or a person wrote stands in ``rich_text`` and ``plain_text`` alone, where Slack reads no markup, so that
none of it can become a mention or a link and every quote stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
)

from bot.channels.slack.text import cut

MOST_LABEL: Final = 75
"""Characters of a button that Slack takes."""

TRY: Final = "try"
"""What the action id of a question to try begins with."""

_SHOWN_LABEL: Final = 30  # characters of a button that Slack shows for sure


def quoted_words(text: str) -> RichTextBlock:
    """Words of a policy."""
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[words_of(text)])])


def choices(rows: Sequence[tuple[str, str, str]], verb: str, block_id: str) -> list[Block]:
    """Things to choose from, each a label, an action and a value.

    Buttons; or lines with a button each, where Slack would cut the labels short.
    """
    if all(len(label) <= _SHOWN_LABEL for label, _, _ in rows):
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


def paragraph(text: str) -> RichTextBlock:
    """Some plain words."""
    return RichTextBlock(elements=[RichTextSectionElement(elements=[words_of(text)])])


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


def words_of(text: str, *, bold: bool = False) -> RichTextElementParts.Text:
    """Words in which Slack reads no markup."""
    return RichTextElementParts.Text(text=text, style={"bold": True} if bold else None)


__all__ = [
    "MOST_LABEL",
    "TRY",
    "bold",
    "bullets",
    "choices",
    "context",
    "examples",
    "label_of",
    "paragraph",
    "quoted_words",
    "words_of",
]
