"""Pieces of Adaptive Cards 1.5.

Words that are not ours (policies, names, questions) only ever stand in a ``TextRun``, in a button's title or in an
input's value: none of these reads Markdown, so that nothing in them becomes a link, a mention or an emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.conversation.messages import Act
from bot.conversation.reply import Reply

Element = dict[str, object]

_LONGEST_BUTTON: Final = 30  # characters; clients cut longer titles off
_FUNCTION: Final = re.compile(r"\{\{(?=\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]")
_NOT_IN_LINKS: Final = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "\\": "%5C", " ": "%20"})


def harmless(words: str) -> str:
    """Words without control characters, and without the functions that cards know (``{{DATE(…)}}``)."""
    return _FUNCTION.sub("{\u200b{", _CONTROL.sub("", words))


def shortened(words: str, most: int) -> str:
    """At most so many characters, cut between words where it can be."""
    if len(words) <= most:
        return words
    cut = words[: most - 2]
    return (cut.rsplit(None, 1)[0] if " " in cut[most // 2 :] else cut) + " …"


def heading(words: str, size: str = "Large") -> Element:
    """A heading of our own words."""
    return {"type": "TextBlock", "text": words, "size": size, "weight": "Bolder", "wrap": True, "style": "heading"}


def label(words: str) -> Element:
    """A small line of our own words."""
    return {"type": "TextBlock", "text": words, "weight": "Bolder", "wrap": True, "spacing": "Medium"}


def words(said: str, *, spacing: str = "Default", **look: object) -> Element:
    """Words of others, as they stand; ``look`` is that of a ``TextRun`` (``isSubtle``, ``size``, ``weight``)."""
    run = {"type": "TextRun", "text": harmless(said), **look}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": spacing}


def link(title: str, address: str) -> Element:
    """A link under words of our own."""
    return {
        "type": "TextBlock",
        "text": f"[{title}]({address.translate(_NOT_IN_LINKS)})",
        "wrap": True,
        "spacing": "None",
    }


def container(
    items: Sequence[Element], style: str = "default", *, bleed: bool = False, spacing: str = "Medium"
) -> Element:
    """A box; ``style`` is ``default``, ``emphasis``, ``good``, ``warning``, ``attention`` or ``accent``."""
    box: Element = {"type": "Container", "items": list(items), "spacing": spacing}
    if style != "default":
        box["style"] = style
    if bleed:
        box["bleed"] = True
    return box


def hidden(identifier: str, items: Sequence[Element]) -> Element:
    """A box that a press on ``reveal`` opens."""
    return {**container(items), "id": identifier, "isVisible": False}


def reveal(title: str, identifier: str) -> Element:
    """The button that opens and closes a hidden box."""
    return buttons([{"type": "Action.ToggleVisibility", "title": title, "targetElements": [identifier]}])


def buttons(actions: Sequence[Element]) -> Element:
    """A row of buttons inside of the card."""
    return {"type": "ActionSet", "actions": list(actions)}


def choices(actions: Sequence[Element]) -> list[Element]:
    """Buttons one below the other; as rows that wrap where a title is too long for a button on a phone."""
    if all(len(str(each["title"])) <= _LONGEST_BUTTON for each in actions):
        return [{**buttons([each]), "spacing": "Small"} for each in actions]
    return [_row(each) for each in actions]


def execute(title: str, act: Act, reply: Reply, option: int | None = None) -> Element:
    """A button in a chat: the card is put in place of by what it answers."""
    return {"type": "Action.Execute", "title": harmless(title), "verb": act.value, "data": _data(reply, option)}


def submit(title: str, act: Act, reply: Reply, option: int | None = None) -> Element:
    """A button in a dialog, which knows no ``Action.Execute``."""
    data = {"verb": act.value, **_data(reply, option)}
    return {"type": "Action.Submit", "title": harmless(title), "data": data}


def say(question: str) -> Element:
    """A button that says something for the person, as if typed."""
    data = {"msteams": {"type": "imBack", "value": question}}
    return {"type": "Action.Submit", "title": harmless(question), "data": data}


def send(question: str) -> Element:
    """The same for Microsoft's Playground, which stumbles over ``imBack``."""
    return {"type": "Action.Submit", "title": harmless(question), "data": {"question": question}}


def refresh(reply: str, viewer: str) -> Element:
    """Lets the card ask for its newest state whenever this person sees it."""
    action = {"type": "Action.Execute", "title": "Refresh", "verb": Act.SHOW.value, "data": {"reply": reply}}
    return {"action": action, "userIds": [viewer]}


def _row(action: Element) -> Element:
    """A box that is pressed as a whole; readers hear its title as a button's name."""
    label = words(str(action["title"]), color="Accent")
    return {**container([label], "emphasis", spacing="Small"), "selectAction": dict(action)}


def _data(reply: Reply, option: int | None) -> Mapping[str, object]:
    return {"reply": reply.id} if option is None else {"reply": reply.id, "option": option}


__all__ = [
    "Element",
    "buttons",
    "choices",
    "container",
    "execute",
    "harmless",
    "heading",
    "hidden",
    "label",
    "link",
    "refresh",
    "reveal",
    "say",
    "send",
    "shortened",
    "submit",
    "words",
]
