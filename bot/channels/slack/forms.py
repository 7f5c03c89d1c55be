"""The form of an action as a modal: what it asks, where its card is, and the deed that it becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.channels.slack.cases import LONGEST_NAME
from bot.channels.slack.elements import paragraph
from bot.channels.slack.presses import Below
from bot.channels.slack.text import cut, storable
from bot.conversation.messages import Deed
from bot.conversation.reply import Action, Field

FORM: Final = "deed"
"""The callback id of the modal."""

_WORDS: Final = "words"
_CHOICES: Final = "choices"
_LONGEST_WORDS: Final = 3_000  # that Slack takes in a field
_MOST_WORDS: Final = 4_000  # that are believed of a modal
_ONE_LINE: Final = 200  # characters of a field that needs no more than a line
_LONGEST_TITLE: Final = 24
_LONGEST_LABEL: Final = 150
_LONGEST_OPTION: Final = 75
_LONGEST_VALUE: Final = 150
_MOST_OPTIONS: Final = 100
_MOST_BOXES: Final = 10
_MOST_CHOICES: Final = 50
_LONGEST_META: Final = 3_000
_EMPTY: Final = "Please write something here."
_NOTHING: Final = "There is nothing to choose from at the moment."
_WAIT: Final = "One moment, please…"


def form_view(action: Action, below: Below, lead: str = "") -> Mapping[str, Any]:
    """The modal of an action of a card; ``lead`` stands above its fields."""
    blocks: list[Block] = [paragraph(cut(lead.strip(), _LONGEST_WORDS))] if lead.strip() else []
    choices = _choices(action.choices) if action.choices else []
    inputs = [*choices, *([_words(action.words, first=not choices)] if action.words else [])]
    if not inputs:
        return told_view(action.title or action.label, _NOTHING)
    view = View(
        type="modal",
        callback_id=FORM,
        title=_title(action.title or action.label),
        submit=_title(action.submit or "Send"),
        close=PlainTextObject(text="Cancel"),
        blocks=[*blocks, *inputs],
        private_metadata=_meta(action, below),
    )
    return dict(view.to_dict())


def told_view(title: str, text: str) -> Mapping[str, Any]:
    """A modal that only says something."""
    close = PlainTextObject(text="Close")
    told = paragraph(cut(text.strip(), _LONGEST_WORDS))
    return dict(View(type="modal", title=_title(title), close=close, blocks=[told]).to_dict())


def waiting_view() -> Mapping[str, Any]:
    """A modal for as long as its form is looked up: what opens it is good for three seconds."""
    return told_view("Clearpost", _WAIT)


def missing(view: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a submitted form, by its block: Slack takes a blank for words."""
    required = {str(block.get("block_id")) for block in view.get("blocks") or () if not block.get("optional")}
    if _WORDS not in required or _WORDS not in view["state"]["values"] or _told(view).strip():
        return {}
    return {_WORDS: _EMPTY}


def submitted(view: Mapping[str, Any]) -> tuple[Deed, Below]:
    """The deed of a submitted form, and the card that it belongs to.

    Raises:
        LookupError, TypeError or ValueError: where it is no form of ours.
    """
    meta = json.loads(view["private_metadata"])
    act, on, choice = (str(meta[name])[:LONGEST_NAME] for name in ("act", "on", "choice"))
    found = view["state"]["values"].get(_CHOICES, {}).get(_CHOICES)
    chosen = _chosen(found) if found is not None else ((choice,) if choice else ())
    return Deed(act, on, storable(_told(view))[:_MOST_WORDS], chosen), Below(**meta["below"])


def _told(view: Mapping[str, Any]) -> str:
    return str(view["state"]["values"].get(_WORDS, {}).get(_WORDS, {}).get("value") or "")


def _chosen(found: Mapping[str, Any]) -> tuple[str, ...]:
    options = found.get("selected_options") or [found.get("selected_option")]
    values = [str(each["value"])[:LONGEST_NAME] for each in options if each]
    return tuple(values[:_MOST_CHOICES])


def _words(field: Field, *, first: bool) -> InputBlock:
    most = max(1, min(field.most, _LONGEST_WORDS))
    hint = field.hint.strip()
    element = PlainTextInputElement(
        action_id=_WORDS,
        multiline=most > _ONE_LINE,
        initial_value=field.value[:most] or None,
        max_length=most,
        placeholder=PlainTextObject(text=cut(hint, _LONGEST_LABEL)) if hint else None,
        focus_on_load=first,
    )
    return InputBlock(block_id=_WORDS, label=_label(field, "Your words"), element=element, optional=not field.required)


def _choices(field: Field) -> list[InputBlock]:
    """The field that is chosen in; none where there is nothing to choose."""
    known = {value: label for value, label in field.options if 0 < len(value) <= _LONGEST_VALUE}
    options = [_option(value, label.strip() or value) for value, label in list(known.items())[:_MOST_OPTIONS]]
    if not options:
        return []
    first = set(field.value.split(",")) if field.several else {field.value}
    chosen = [each for each in options if each.value in first]
    element = _several(options, chosen) if field.several else _one(options, chosen)
    label = _label(field, "Your choice")
    return [InputBlock(block_id=_CHOICES, label=label, element=element, optional=not field.required)]


def _option(value: str, label: str) -> Option:
    """An option; the end of a long label stands below it in small letters."""
    if len(label) <= _LONGEST_OPTION:
        return Option(value=value, text=PlainTextObject(text=label))
    first = label[:_LONGEST_OPTION].rpartition(" ")[0] or label[:_LONGEST_OPTION]
    rest = PlainTextObject(text=cut(label[len(first) :].strip(), _LONGEST_OPTION))
    return Option(value=value, text=PlainTextObject(text=first), description=rest)


def _one(options: Sequence[Option], chosen: Sequence[Option]) -> StaticSelectElement:
    return StaticSelectElement(action_id=_CHOICES, options=options, initial_option=chosen[0] if chosen else None)


def _several(options: Sequence[Option], chosen: Sequence[Option]) -> CheckboxesElement | StaticMultiSelectElement:
    first = chosen or None
    if len(options) <= _MOST_BOXES:
        return CheckboxesElement(action_id=_CHOICES, options=options, initial_options=first)
    return StaticMultiSelectElement(
        action_id=_CHOICES, options=options, initial_options=first, max_selected_items=_MOST_CHOICES
    )


def _label(field: Field, otherwise: str) -> PlainTextObject:
    return PlainTextObject(text=cut(field.label.strip() or otherwise, _LONGEST_LABEL))


def _title(text: str) -> PlainTextObject:
    return PlainTextObject(text=cut(" ".join(text.split()) or "Clearpost", _LONGEST_TITLE))


def _meta(action: Action, below: Below) -> str:
    """Where the card is; without the address of its answers where that is too long to be kept."""
    named = {"act": action.act, "on": action.on, "choice": action.choice}
    told = json.dumps({**named, "below": asdict(below)}, ensure_ascii=False)
    if len(told) <= _LONGEST_META:
        return told
    return json.dumps({**named, "below": asdict(replace(below, response_url=""))}, ensure_ascii=False)


__all__ = ["FORM", "form_view", "missing", "submitted", "told_view", "waiting_view"]
