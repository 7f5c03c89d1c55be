"""The modals and the Home tab."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.channels.slack import cases
from bot.channels.slack.elements import Room, context, examples, header, paragraph
from bot.channels.slack.text import cut
from bot.channels.slack.who import Spot
from bot.channels.words import ASK_EMOJI
from bot.conversation.reply import Person, Reply, ReplyKind

ASK: Final = "ask"
"""The callback id of the modal, and the action id of the button that opens it."""

LONGEST_QUOTED: Final = 2_900
"""Characters of somebody's message that the modal takes; Slack takes 3,000."""

_LONGEST_QUESTION: Final = 800
_QUESTION: Final = "question"
_QUOTED: Final = "quoted"
_TITLE: Final = "Clearpost"
_TOLD: Final = frozenset({ReplyKind.NOTE, ReplyKind.BUSY, ReplyKind.ERROR})

_WHAT: Final = (
    "Describe a post, a picture or a situation in your own words. You get yes, yes if, ask first or no, the sentence "
    "of policy behind it, and a person to ask. Nobody else sees what you ask here."
)
_NO_WORDS: Final = "I found no words in it, and I cannot read pictures. Type or paste what it says."
_NOTHING: Final = "Say in a few words what you would like to post, or what happened."
_NEITHER: Final = "Say what the message says, or ask a question about it."
_ABOUT_IT: Final = "What would you like to do with it? Leave this empty to learn what to do about the message."
_ROOM: Final = Room(quote=0, text=1_000, more=0, items=25, item=300, words=600, form=1_200, label=75)
"""What the Home tab holds of a queue; Slack takes 100 blocks there, and each row is two."""

_HOW: Final = (
    "You can also write to me under Messages, type /clearpost and your question anywhere, mention me in a channel, "
    "or choose “Ask Clearpost about this” in the menu of a message."
)


def ask_view(question: str = "", quoted: str | None = None, spot: Spot | None = None) -> Mapping[str, Any]:
    """The modal that takes a question, about a message where one is quoted; the answer is shown at the spot."""
    blocks: list[Block] = []
    label = "What would you like to post, or what happened?"
    hint = "Can I tell my followers how good our new app is?"
    if quoted is not None:
        label, hint = _ABOUT_IT, "Can I answer this from my own account?"
        hint_of_it = "" if quoted else _NO_WORDS
        blocks.append(_input(_QUOTED, "The message", cut(quoted, LONGEST_QUOTED), LONGEST_QUOTED, hint_of_it))
    asked_first = _input(_QUESTION, label, question[:_LONGEST_QUESTION], _LONGEST_QUESTION, hint)
    asked_first.optional = quoted is not None
    blocks.insert(0, asked_first)
    meta = {"channel": spot.channel, "root": spot.root, "begun": spot.begun} if spot else {}
    view = View(
        type="modal",
        callback_id=ASK,
        title=PlainTextObject(text=_TITLE),
        submit=PlainTextObject(text="Ask"),
        close=PlainTextObject(text="Cancel"),
        blocks=blocks,
        private_metadata=json.dumps(meta),
    )
    return dict(view.to_dict())


def on_its_way() -> Mapping[str, Any]:
    """What the modal says once the question was sent off."""
    view = View(
        type="modal",
        title=PlainTextObject(text=_TITLE),
        close=PlainTextObject(text="Close"),
        blocks=[paragraph("I am looking it up. The answer comes to you in our direct messages.")],
    )
    return dict(view.to_dict())


def asked(view: Mapping[str, Any]) -> tuple[str, str, Spot | None]:
    """The question of a submitted modal, the message that it is about, and where its answer belongs.

    Either may be empty. No spot: in the direct messages.
    """
    values = view["state"]["values"]
    question = str(values[_QUESTION][_QUESTION].get("value") or "").strip()
    quoted = str(values.get(_QUOTED, {}).get(_QUOTED, {}).get("value") or "").strip()
    meta = json.loads(view.get("private_metadata") or "{}")
    spot = Spot(str(meta["channel"]), str(meta["root"]), begun=bool(meta["begun"])) if "channel" in meta else None
    return question, quoted, spot


def missing(question: str, quoted: str, view: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a submitted modal, by its block: without any words there is nothing to ask."""
    if question or quoted:
        return {}
    is_about_message = any(block.get("block_id") == _QUOTED for block in view.get("blocks") or ())
    return {_QUOTED: _NEITHER} if is_about_message else {_QUESTION: _NOTHING}


def home_view(
    questions: Sequence[str], contact: Person | None, waiting: Reply | None = None, lessons: Reply | None = None
) -> Mapping[str, Any]:
    """The Home tab: what waits, one's lessons, what this is, a button to ask, questions to try, whom to ask instead."""
    blocks: list[Block] = [
        *(_waiting(waiting) if waiting else []),
        *(_waiting(lessons) if lessons else []),
        header("Can I post this?"),
        paragraph(_WHAT),
        ActionsBlock(
            elements=[
                ButtonElement(text=PlainTextObject(text="Ask a question"), action_id=ASK, value=ASK, style="primary")
            ]
        ),
        *([context("You could ask"), *examples(questions[:5])] if questions else []),
        DividerBlock(),
        context(_HOW),
    ]
    if contact is not None:
        ways = "  ·  ".join(address for _, address in contact.reach)
        blocks.append(context(cut(f"{ASK_EMOJI} Rather ask a person? {contact.name}, {contact.hours}: {ways}", 1_500)))
    return dict(View(type="home", blocks=blocks).to_dict())


def _waiting(reply: Reply) -> list[Block]:
    """What waits for whoever opens the tab; nothing where there is nothing to tell."""
    text = cut(reply.text.strip(), _ROOM.text)
    if reply.kind not in (ReplyKind.QUEUE, ReplyKind.LESSON):
        return [context(text)] if text and reply.kind in _TOLD else []
    blocks: list[Block] = [header(f"{reply.head.emoji} {reply.head.word}")] if reply.head else []
    blocks += [paragraph(text)] if text else []
    flags = cases.LESSON if reply.kind is ReplyKind.LESSON else ""  # tells its block ids from those of the queue, too
    blocks += [*cases.body(reply, _ROOM), *cases.rows(reply, _ROOM, flags), *cases.tail(reply, _ROOM, flags)]
    return [*blocks, DividerBlock()]


def _input(name: str, label: str, value: str, most: int, hint: str = "") -> InputBlock:
    element = PlainTextInputElement(
        action_id=name,
        multiline=True,
        initial_value=value or None,
        max_length=most,
        placeholder=PlainTextObject(text=hint) if hint else None,
        focus_on_load=name == _QUESTION,
    )
    return InputBlock(block_id=name, label=PlainTextObject(text=label), element=element, optional=name == _QUOTED)


__all__ = ["ASK", "LONGEST_QUOTED", "ask_view", "asked", "home_view", "missing", "on_its_way"]
