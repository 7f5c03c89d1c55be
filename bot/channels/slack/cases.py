"""What triage and cases add to a reply, as blocks: facts, what was said, lists, rows, and buttons that come back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextSectionElement,
    SectionBlock,
)

from bot.channels import words
from bot.channels.slack.elements import (
    PIECE,
    SHOWN_LABEL,
    Room,
    bold,
    bullets,
    context,
    label_of,
    linked_paragraph,
    linked_words,
    moment_of,
    preformatted,
    quoted_words,
    words_of,
)
from bot.channels.slack.text import cut, pieces
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Item, Listing, Reply, ReplyKind, Said

DEED: Final = "deed"
"""What the action id of a button with an action begins with; a number follows."""

LONGEST_NAME: Final = 200
"""Characters of an act, of what it is done to, and of a choice."""

PRIVATE: Final = "v"
"""Flag in the block id of a card's buttons: only whoever pressed sees the card, so that it gives way to what comes."""

LESSON: Final = "l"
"""Flag of a lesson's buttons: the card gives way to another lesson or to what became of it, and to nothing else."""

QUEUE: Final = "q"
"""Flag of a queue's buttons: the queue stays, whatever is done with one of its cases."""

_MOST_ACTIONS: Final = 10  # below a card
_MOST_OF_ROW: Final = 5
_ROW: Final = 100  # what the number of a row's first button is a multiple of
_LONGEST_VALUE: Final = 2_000
_STYLES: Final = frozenset({"primary", "danger"})
_MARKS: Final = {"good": "✅ ", "bad": "⛔ "}
_GENTLE: Final = _MARKS | {"bad": "🔸 "}  # nobody is told off for an answer
_CHOOSE: Final = "Choose"
_OPEN: Final = "Open"
_ATTENTION: Final = "🚨"
_FORM: Final = TypeAdapter(Action)
_NAMED: Final = {"act", "on", "choice", "style"}  # of an action, which its button tells already


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on a button with an action: the deed, and what is asked before it is done.

    ``form`` is the action with its fields, where they stood in the button; ``asks`` where they have to be looked up.
    """

    deed: Deed
    form: Action | None = None
    asks: bool = False


def notice(reply: Reply, room: Room) -> list[Block]:
    """What stands above all else: a crisis."""
    if not reply.notice.strip():
        return []
    told = cut(reply.notice.strip(), room.text)
    return [RichTextBlock(elements=[bold(f"{_ATTENTION} {told}")]), DividerBlock()]


def body(reply: Reply, room: Room) -> list[Block]:
    """What stands below the text: facts, what it is about, what was said, lists, what may be posted."""
    return [
        *_facts(reply.facts, room),
        *_asked(reply.asked, room),
        *_said(reply.said, room),
        *(_feedback(reply.lists, room) if reply.kind is ReplyKind.LESSON else _lists(reply.lists, room)),
        *_copy(reply.copy, room),
    ]


def passage(told: words.Passage) -> RichTextBlock:
    """A paragraph of a lesson, a list of points, or a post that it quotes."""
    if told.kind == "points":
        return RichTextBlock(elements=[bullets(told.lines)])
    return quoted_words(told.words) if told.kind == "quote" else linked_paragraph(told.words)


def rows(reply: Reply, room: Room, flags: str) -> list[Block]:
    """Things to be acted upon, each a title, a line and its buttons; the check of a lesson stands below a line."""
    follows = reply.kind is ReplyKind.LESSON and bool(reply.items) and bool(reply.text.strip() or reply.quotes)
    blocks: list[Block] = [DividerBlock()] if follows else []
    for number, item in enumerate(reply.items[: room.items], 1):
        blocks += _row(item, number, room, flags)
    left = len(reply.items) - room.items
    return [*blocks, context(f"… and {left} more")] if left > 0 else blocks


def answers(reply: Reply, room: Room, flags: str) -> list[Block]:
    """The buttons that answer the question that a reply asks."""
    return _buttons(words.deciding(reply), 0, room, flags)


def tail(reply: Reply, room: Room, flags: str) -> list[Block]:
    """What stands at the end: notes, and the buttons of the whole card."""
    told = [each.strip() for each in reply.notes[: room.items] if each.strip()]
    blocks: list[Block] = [context(cut(each, min(room.text, PIECE))) for each in told]
    asked = len(words.deciding(reply))
    return [*blocks, *_buttons(words.remaining(reply)[:_MOST_ACTIONS], asked, room, flags)]


def plain_lines(reply: Reply) -> Iterator[str]:
    """The same in plain words, for notifications and screen readers."""
    yield from (f"{name}: {value}." for name, value in reply.facts)
    if reply.asked.strip():
        yield f"“{reply.asked.strip()}”"
    yield from (f"{each.who}, {words.long_moment(each.at)}: “{each.words.strip()}”" for each in reply.said)
    yield from (f"{each.title}: {' '.join(each.items)}" for each in reply.lists)
    if reply.copy.strip():
        yield f"{words.POST_AS_IT_STANDS}: “{reply.copy.strip()}”"
    yield from (f"{each.title}: {each.text}." for each in reply.items)


def value_of(action: Action, most: int) -> str:
    """What a button carries: the deed, with its form where that takes at most so many characters."""
    told: dict[str, object] = {"a": action.act[:LONGEST_NAME], "o": action.on[:LONGEST_NAME]}
    if action.choice:
        told["c"] = action.choice[:LONGEST_NAME]
    if action.has_form:
        form = _FORM.dump_python(action, mode="json", exclude=_NAMED, exclude_defaults=True)
        fits = len(_json(form)) <= most and len(_json({**told, "f": form})) <= _LONGEST_VALUE
        told["f"] = form if fits else 1
    return _json(told)


def pressed(value: str) -> Pressed | None:
    """What a button carried; ``None`` where it is none of ours."""
    try:
        told = json.loads(value)
        act, on, choice, form = told["a"], told["o"], told.get("c", ""), told.get("f")
        if not act or not all(isinstance(each, str) and len(each) <= LONGEST_NAME for each in (act, on, choice)):
            return None
        deed = Deed(act, on, choices=(choice,) if choice else ())
        if form is None:
            return Pressed(deed)
        if form == 1:
            return Pressed(deed, asks=True)
        return Pressed(deed, _FORM.validate_python({**form, "act": act, "on": on, "choice": choice}))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, ValidationError):
        return None


def _facts(facts: Sequence[tuple[str, str]], room: Room) -> list[Block]:
    lines: list[RichTextElement] = []
    for name, value in facts[: room.items]:
        if value.strip():
            told = f"{cut(name.strip(), room.item)}: "
            lines += [words_of(f"\n{told}" if lines else told, bold=True), *linked_words(cut(value.strip(), room.item))]
    return [RichTextBlock(elements=[RichTextSectionElement(elements=lines)])] if lines else []


def _asked(asked: str, room: Room) -> list[Block]:
    return _words(asked, room) if asked.strip() else []


def _said(said: Sequence[Said], room: Room) -> list[Block]:
    """The thread; where it is too long its end is shown."""
    told = [each for each in said if each.words.strip()]
    shown = told[-room.items :]
    blocks: list[Block] = [context(f"{len(told) - len(shown)} earlier")] if len(told) > len(shown) else []
    for each in shown:
        who = words_of(cut(each.who.strip() or "Somebody", room.item), bold=True)
        line: list[RichTextElement] = [who, words_of("  ·  "), moment_of(each.at)]
        blocks += [RichTextBlock(elements=[RichTextSectionElement(elements=line)]), *_words(each.words, room)]
    return blocks


def _words(text: str, room: Room) -> list[Block]:
    return [quoted_words(part) for part in pieces(cut(text.strip(), room.words), PIECE)]


def _lists(lists: Sequence[Listing], room: Room) -> list[Block]:
    blocks: list[Block] = []
    for each in lists[: room.items]:
        told = [item.strip() for item in each.items if item.strip()]
        shown = [cut(item, room.item) for item in told[: room.items]]
        if len(told) > len(shown):
            shown.append(f"… and {len(told) - len(shown)} more")
        if shown:
            title = f"{_MARKS.get(each.tone, '')}{cut(each.title.strip(), room.item)}".strip()
            blocks.append(RichTextBlock(elements=[*([bold(title)] if title else []), bullets(shown)]))
    return blocks


def _feedback(lists: Sequence[Listing], room: Room) -> list[Block]:
    """Each option of a check with what is said about it: one thing, which needs no bullet."""
    blocks: list[Block] = []
    for each in lists[: room.items]:
        title = f"{_GENTLE.get(each.tone, '')}{cut(each.title.strip(), room.item)}".strip()
        said = cut("\n".join(item.strip() for item in each.items if item.strip()), room.item)
        blocks += _titled(title, said)
    return blocks


def _copy(copy: str, room: Room) -> list[Block]:
    if not copy.strip():
        return []
    told = cut(copy.strip(), min(room.text, PIECE))
    return [RichTextBlock(elements=[bold(words.POST_AS_IT_STANDS), preformatted(told)])]


def _row(item: Item, number: int, room: Room, flags: str) -> list[Block]:
    title, text = cut(item.title.strip(), room.item), cut(item.text.strip(), room.item)
    told = words.passages(text)
    if [each.kind for each in told] == ["points"]:
        blocks: list[Block] = [RichTextBlock(elements=[*([bold(title)] if title else []), bullets(told[0].lines)])]
    else:
        blocks = _titled(title, text)
    return [*blocks, *_buttons(item.actions[:_MOST_OF_ROW], number * _ROW, room, flags, item.title)]


def _titled(title: str, text: str) -> list[Block]:
    """A line in bold with words below it, whichever of them there is."""
    told: list[RichTextElement] = [words_of(title, bold=True)] if title else []
    if text:
        told += linked_words(f"\n{text}" if told else text)
    return [RichTextBlock(elements=[RichTextSectionElement(elements=told)])] if told else []


def _buttons(actions: Sequence[Action], first: int, room: Room, flags: str, about: str = "") -> list[Block]:
    """Buttons in a line, counted from ``first``; one that Slack would cut stands as a short one beside its words."""
    blocks: list[Block] = []
    wide = {each.act for each in actions if len(_label(each)) > SHOWN_LABEL}  # what is alike looks alike
    for number, action in enumerate(actions, first):
        label = _label(action)
        button = _button(action, f"{DEED}:{number}", room, about)
        block_id = f"{DEED}-{number}-{flags}"
        if action.act in wide:
            button.text = label_of(_OPEN if action.has_form else action.submit or _CHOOSE)
            button.accessibility_label = button.accessibility_label or cut(label, room.label)
            told = PlainTextObject(text=cut(label, room.item), emoji=True)
            blocks.append(SectionBlock(text=told, accessory=button, block_id=block_id))
        elif blocks and isinstance(blocks[-1], ActionsBlock):
            blocks[-1].elements.append(button)
        else:
            blocks.append(ActionsBlock(elements=[button], block_id=block_id))
    return blocks


def _button(action: Action, name: str, room: Room, about: str) -> ButtonElement:
    label = _label(action)
    return ButtonElement(
        text=label_of(cut(label, room.label)),
        action_id=name,
        value=value_of(action, room.form),
        style=action.style if action.style in _STYLES else None,
        accessibility_label=cut(f"{label}: {' '.join(about.split())}", room.label) if about.strip() else None,
    )


def _label(action: Action) -> str:
    return " ".join(action.label.split()) or action.act.strip() or "Go on"


def _json(value: object) -> str:
    """JSON without the characters that Slack escapes in what it sends back: it comes back as it went."""
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return told.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


__all__ = [
    "DEED",
    "LESSON",
    "LONGEST_NAME",
    "PRIVATE",
    "QUEUE",
    "Pressed",
    "answers",
    "body",
    "notice",
    "passage",
    "plain_lines",
    "pressed",
    "rows",
    "tail",
    "value_of",
]
