"""People in Teams: they read the cards of the bot, press what stands there and fill in forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from bot.channels.words import without_emoji
from tests.unit.bot.teams.scene import TENANT, activity, chat_of

Arrive = Callable[[Mapping[str, Any]], Awaitable[httpx2.Response]]
"""Sends an activity; its work is done when this returns."""

_OPEN: Final = "Open"  # on the button of a form below a long label
_CHOOSE: Final = "Choose"  # on a button beside the words that it stands for
_FORM: Final = "Action.ShowCard"
_LONGEST_PIECE: Final = 40  # characters of a label that suffice to know one that was cut


@dataclass(frozen=True, slots=True)
class Seen:
    """A card in a conversation, as it stands now; ``edits`` counts how often it was changed."""

    conversation: str
    message: str
    card: Mapping[str, Any]
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a press: a line for whoever pressed, or the card in its new state, and the form that was sent."""

    line: str = ""
    card: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Reader:
    """A person in Teams; ``cards`` are those in every conversation, oldest first."""

    account: str
    arrive: Arrive
    cards: Callable[[], Sequence[Seen]]
    dialog: Mapping[str, Any] | None = None
    _about: dict[str, Any] = field(default_factory=dict)

    async def says(self, text: str) -> None:
        """Write to the bot in one's own chat."""
        self.dialog = None
        answer = await self.arrive(activity(account=self.account, text=text))
        assert answer.status_code == 200, answer.text

    def sees(self, label: str, where: str = "personal") -> Seen:
        """The newest card there with a button."""
        there = [each for each in reversed(self.cards()) if self._is_there(each, where)]
        found = next((each for each in there if _found(each.card, label)), None)
        assert found is not None, f"no card has {label}, but {[_labels(each.card) for each in there]}"
        return found

    async def presses(self, label: str, words: str = "", pick: Sequence[str] = (), where: str = "personal") -> Came:
        """Press what has this label, in the dialog if it is open, else in the newest card that has it."""
        if self.dialog is not None:
            button = _found(self.dialog, label)
            assert button is not None, f"the dialog has no {label}"
            form, data = _filled(button, words, pick)
            return Came(card=await self._submits(data), form=form)
        below = self.sees(label, where)
        return await self.presses_on(below, label, words, pick, where)

    async def presses_on(
        self, below: Seen, label: str, words: str = "", pick: Sequence[str] = (), where: str = "personal"
    ) -> Came:
        """Press what has this label in a card, which may have changed since it was seen."""
        button = _found(below.card, label)
        assert button is not None, f"the card has no {label}"
        form, data = _filled(button, words, pick)
        sent = form["actions"][0] if form else button
        value = {"action": {"type": sent["type"], "verb": sent["verb"], "data": data}, "trigger": "manual"}
        thread = f"{below.conversation};messageid={below.message}" if where == "channel" else below.conversation
        conversation = {"id": thread, "conversationType": where, "tenantId": TENANT}
        told = {"name": "adaptiveCard/action", "value": value, "replyToId": below.message, "conversation": conversation}
        answer = await self.arrive(activity("invoke", self.account, where, **told))
        assert answer.status_code == 200, answer.text
        came = answer.json()
        assert came["statusCode"] == 200, came
        if came["type"] == "application/vnd.microsoft.activity.message":
            return Came(line=came["value"], form=form)
        return Came(card=came["value"], form=form)

    async def asks_about(self, message: str, words: str = "") -> Mapping[str, Any]:
        """Choose "Ask Clearpost" in the menu of somebody's message; the form that opened."""
        self._about = {"id": "1700", "body": {"contentType": "text", "content": message}}
        task = await self._invokes("composeExtension/fetchTask", {"commandContext": "message"})
        form: Mapping[str, Any] = task["value"]["card"]["content"]
        button = form["actions"][0]
        self.dialog = await self._submits({**button["data"], "question": words})
        return form

    async def _submits(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        task = await self._invokes("composeExtension/submitAction", {"data": data})
        assert task["type"] == "continue", task
        self.dialog = task["value"]["card"]["content"]
        assert self.dialog is not None
        return self.dialog

    async def _invokes(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        told = {"commandId": "ask", "messagePayload": self._about, **value}
        answer = await self.arrive(activity("invoke", self.account, "channel", name=name, value=told))
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["task"])

    def _is_there(self, seen: Seen, where: str) -> bool:
        is_mine = seen.conversation == chat_of(self.account)
        return is_mine if where == "personal" else seen.conversation.startswith("19:")


def _found(card: Mapping[str, Any], label: str) -> Mapping[str, Any] | None:
    """The button with a label; its words may stand beside it, or be cut."""
    wanted = without_emoji(label)
    for words, action in _pressable(card.get("body", ())):
        shown = without_emoji(words)
        if shown == wanted or (shown.endswith("…") and wanted.startswith(shown[:_LONGEST_PIECE].rstrip(" …"))):
            return action
    return None


def _labels(card: Mapping[str, Any]) -> list[str]:
    return [words for words, _ in _pressable(card.get("body", ()))]


def _pressable(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What can be pressed in a card, with the words that stand for it."""
    above = ""
    for node in nodes:
        if node.get("isVisible") is False:
            continue
        match node["type"]:
            case "RichTextBlock" | "TextBlock":
                above = words_of(node)
            case "ActionSet":
                for action in node["actions"]:
                    opens = action["title"] == _OPEN and action["type"] == _FORM
                    yield above if opens else action["title"], action
            case "ColumnSet":
                yield from _beside(node["columns"])
            case "Container":
                if "selectAction" in node:
                    yield " ".join(words_of(item) for item in node["items"]), node["selectAction"]
                yield from _pressable(node["items"])


def _beside(columns: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What can be pressed in a row, where a button may stand beside the words that tell what it does."""
    told = " ".join(words_of(item) for column in columns for item in column["items"]).strip()
    for column in columns:
        for title, action in _pressable(column["items"]):
            yield told if title == _CHOOSE else title, action


def words_of(node: Mapping[str, Any]) -> str:
    """The words of a text; empty for what is none. Where an address may break is nothing that one sees."""
    if node["type"] == "RichTextBlock":
        return "".join(run if isinstance(run, str) else run["text"] for run in node["inlines"]).replace("\u200b", "")
    return str(node["text"]) if node["type"] == "TextBlock" else ""


def _filled(
    button: Mapping[str, Any], words: str, pick: Sequence[str]
) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """The form that a button opens, if it does, and the data that are sent."""
    if button["type"] != _FORM:
        assert not words and not pick, "no form was opened"
        return None, dict(button["data"])
    form = button["card"]
    inputs = dict(_inputs(form["body"], words, pick))
    return form, {**form["actions"][0]["data"], **inputs}


def _inputs(body: Sequence[Mapping[str, Any]], words: str, pick: Sequence[str]) -> Iterator[tuple[str, str]]:
    for node in body:
        if node["type"] == "Input.Text":
            value = words or node.get("value", "")
            assert value or not node.get("isRequired"), "Teams sends no form without what is needed"
            yield node["id"], value
        elif node["type"] == "Input.ChoiceSet":
            offered = {each["title"]: each["value"] for each in node["choices"]}
            yield node["id"], ",".join(offered[label] for label in pick) or node.get("value", "")


def form_lines(form: Mapping[str, Any]) -> Iterator[str]:
    """The words of a form."""
    yield "  Form:"
    for node in form["body"]:
        if node["type"].startswith("Input."):
            held, hint = node.get("value", ""), node.get("placeholder", "")
            optional = "" if node.get("isRequired") else " (optional)"
            yield f"  {node['label']}{optional}: {f'“{held}”' if held else f'[{hint}]'}"
            yield from (f"    ( ) {each['title']}" for each in node.get("choices", ()))
        elif node["type"] == "Container":
            yield from (f"  {words_of(item)}" for item in node["items"])
        else:
            yield f"  {words_of(node)}"
    yield f"  [{form['actions'][0]['title']}]"


__all__ = ["Arrive", "Came", "Reader", "Seen", "form_lines", "words_of"]
