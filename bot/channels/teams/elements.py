"""Pieces of Adaptive Cards 1.5.

Words that are not ours (policies, names, questions) only ever stand in a ``TextRun``, in a button's title or in an
input's value: none of these reads Markdown, so that nothing in them becomes a link, a mention or an emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.channels.words import linked as pieces
from bot.conversation.messages import Act

Element = dict[str, object]

_FUNCTION: Final = re.compile(r"\{\{(?=\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]")
_MARKDOWN: Final = re.compile(r"[\[\]()*_`<>#~|\\{}\x00-\x1f]|://|www\.")
_NOT_IN_LINKS: Final = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "\\": "%5C", " ": "%20"})


def harmless(words: str) -> str:
    """Words without control characters, and without the functions that cards know (``{{DATE(…)}}``)."""
    return _FUNCTION.sub("{\u200b{", _CONTROL.sub("", words))


def shortened(words: str, most: int) -> str:
    """At most so many characters, cut between words where it can be."""
    if len(words) <= most:
        return words
    cut = words[: max(most - 2, 0)]
    return (cut.rsplit(None, 1)[0] if " " in cut[most // 2 :] else cut) + " …"


def heading(words: str, size: str = "Large") -> Element:
    """A heading; words that could be read as Markdown, say, in somebody's name, stand in a text run instead."""
    if _MARKDOWN.search(words):
        return _run(words, "Default", size=size, weight="Bolder")
    return {"type": "TextBlock", "text": words, "size": size, "weight": "Bolder", "wrap": True, "style": "heading"}


def label(words: str) -> Element:
    """A small line of our own words."""
    return {"type": "TextBlock", "text": words, "weight": "Bolder", "wrap": True, "spacing": "Medium"}


def words(said: str, *, spacing: str = "Default", **look: object) -> Element:
    """Words of others, as they stand; ``look`` is that of a ``TextRun`` (``isSubtle``, ``size``, ``weight``)."""
    return _run(said, spacing, **look)


def _run(said: str, spacing: str, **look: object) -> Element:
    run = {"type": "TextRun", "text": harmless(said), **look}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": spacing}


def fact(name: str, value: str) -> Element:
    """A name and its value in one line; not a ``FactSet``, which reads Markdown."""
    named: Element = {"type": "TextRun", "text": f"{harmless(name)}: ", "weight": "Bolder"}
    return {"type": "RichTextBlock", "inlines": [named, *_runs(value)], "spacing": "Small"}


def linked(said: str, *, spacing: str = "Default") -> Element:
    """Words of others, as they stand, with their addresses as links."""
    return {"type": "RichTextBlock", "inlines": _runs(said), "spacing": spacing}


def _runs(said: str) -> list[Element]:
    return [
        _link(each.words, each.link) if each.link else {"type": "TextRun", "text": harmless(each.words)}
        for each in pieces(said)
    ]


def _link(shown: str, address: str) -> Element:
    """An address that leads somewhere; on a phone it breaks behind a slash, as Teams breaks no word by itself."""
    breakable = harmless(shown).replace("/", "/\u200b")
    return {"type": "TextRun", "text": breakable, "selectAction": {"type": "Action.OpenUrl", "url": address}}


def moment(at: datetime) -> Element:
    """A time, which Teams shows in the reader's own zone and language."""
    said = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    look = {"wrap": True, "isSubtle": True, "size": "Small"}
    return {"type": "TextBlock", "text": f"{{{{DATE({said}, SHORT)}}}} {{{{TIME({said})}}}}", **look}


def ends(first: Element, last: Element) -> Element:
    """Two elements at both ends of a line."""
    return _row("Center", ("stretch", first), ("auto", last))


def link(title: str, address: str) -> Element:
    """A link under words of our own."""
    return {
        "type": "TextBlock",
        "text": f"[{title}]({address.translate(_NOT_IN_LINKS)})",
        "wrap": True,
        "spacing": "None",
    }


def small(said: str) -> Element:
    """Words of others in small, quiet letters."""
    return words(said, spacing="Small", isSubtle=True, size="Small")


def bullets(said: Sequence[str]) -> list[Element]:
    """Words of others, one below the other; the second line of each stands below its first."""
    return [_row("Top", ("auto", words("•")), ("stretch", words(each))) for each in said]


def choice(said: str, verb: str, action: Element) -> Element:
    """Words of others in full with a short button beside them, where their own button would be cut on a phone."""
    action = {**action, "title": verb, "tooltip": shortened(harmless(said), 60)}
    return _row("Center", ("stretch", words(said)), ("auto", buttons([action])))


def beside(lines: Sequence[Element], button: Element) -> Element:
    """Some lines with a button beside them."""
    return _row("Center", ("stretch", *lines), ("auto", button))


def _row(align: str, *columns: tuple[object, ...]) -> Element:
    """Columns, each a width and what stands in it."""
    return {
        "type": "ColumnSet",
        "spacing": "Small",
        "columns": [
            {"type": "Column", "width": width, "items": items, "spacing": "Small", "verticalContentAlignment": align}
            for width, *items in columns
        ],
    }


def pressable(said: str, action: Element) -> Element:
    """Words that can be pressed, shown in full."""
    return {"type": "Container", "spacing": "Small", "selectAction": action, "items": [words(said, color="Accent")]}


def container(
    items: Sequence[Element],
    style: str = "default",
    *,
    bleed: bool = False,
    separator: bool = False,
    spacing: str = "Medium",
) -> Element:
    """A box; ``style`` is ``default``, ``emphasis``, ``good``, ``warning``, ``attention`` or ``accent``."""
    box: Element = {"type": "Container", "items": list(items), "spacing": spacing}
    if style != "default":
        box["style"] = style
    if bleed:
        box["bleed"] = True
    if separator:
        box["separator"] = True
    return box


def hidden(identifier: str, items: Sequence[Element]) -> Element:
    """A box that a press on ``reveal`` opens."""
    return {**container(items), "id": identifier, "isVisible": False}


def reveal(title: str, identifier: str) -> Element:
    """The words that open and close a hidden box."""
    return pressable(title, {"type": "Action.ToggleVisibility", "title": title, "targetElements": [identifier]})


def buttons(actions: Sequence[Element], *, spacing: str = "Small") -> Element:
    """A row of buttons inside of the card."""
    return {"type": "ActionSet", "actions": list(actions), "spacing": spacing}


def execute(title: str, verb: str, data: Mapping[str, object]) -> Element:
    """A button in a chat: the card is put in place of by what it answers."""
    return {"type": "Action.Execute", "title": harmless(title), "verb": str(verb), "data": dict(data)}


def submit(title: str, verb: str, data: Mapping[str, object]) -> Element:
    """A button in a dialog, which knows no ``Action.Execute``."""
    return {"type": "Action.Submit", "title": harmless(title), "data": {"verb": str(verb), **data}}


def say(question: str) -> Element:
    """A button that says something for the person, as if typed."""
    data = {"msteams": {"type": "imBack", "value": question}}
    return {"type": "Action.Submit", "title": harmless(question), "data": data}


def send(question: str) -> Element:
    """The same for Microsoft's Playground, which stumbles over ``imBack``."""
    return {"type": "Action.Submit", "title": harmless(question), "data": {"question": question}}


def refresh(data: Mapping[str, object], viewer: str) -> Element:
    """Lets the card ask for its newest state whenever this person sees it."""
    return {"action": execute("Refresh", Act.SHOW, data), "userIds": [viewer]}


__all__ = [
    "Element",
    "beside",
    "bullets",
    "buttons",
    "choice",
    "container",
    "ends",
    "execute",
    "fact",
    "harmless",
    "heading",
    "hidden",
    "label",
    "link",
    "linked",
    "moment",
    "pressable",
    "refresh",
    "reveal",
    "say",
    "send",
    "shortened",
    "small",
    "submit",
    "words",
]
