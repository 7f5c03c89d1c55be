"""A Slack of a few methods that keeps what people would see, and people who read it and press what they see."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.background import Background
from bot.channels.words import without_emoji
from tests.platform.slack.client import SlackClient, buttons
from tests.platform.slack.standin import Answer, StandIn

TEAM: Final = "T000000001"
BOT: Final = "U0CLEARPOST"
_PATIENCE: Final = 60.0  # seconds for one answer
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot, as it stands now: where, and to whom alone (empty: to everybody there).

    ``changed`` orders messages by when they were last written; ``edits`` counts how often one was changed.
    """

    channel: str
    ts: str
    thread: str
    blocks: Sequence[dict[str, Any]]
    text: str
    changed: int
    to: str = ""
    edits: int = 0

    @property
    def pressable(self) -> list[tuple[str, dict[str, Any]]]:
        """Its buttons with the words that stand for them, on them or beside them, without emoji."""
        beside = {
            block["accessory"]["action_id"]: str(block["text"]["text"])
            for block in self.blocks
            if block["type"] == "section" and "accessory" in block
        }
        found = buttons(list(self.blocks))
        return [(without_emoji(beside.get(name) or each["text"]["text"]), each) for name, each in found.items()]


class LittleSlack(StandIn):
    """Slack without its emulator: ``names`` are the people in it, by account."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__({})
        self.names = names
        self.messages: dict[tuple[str, str], Shown] = {}
        self.views: list[dict[str, Any]] = []
        self._stamps = (f"1700000000.{number:06}" for number in itertools.count(1))
        self._changes = itertools.count(1)
        self._modals = itertools.count(1)

    def seen_by(self, account: str) -> list[Shown]:
        """What somebody sees, what was written last at the end: their own chat with the bot, and the channels."""
        mine = [
            each
            for each in self.messages.values()
            if each.to in ("", account) and (each.channel.startswith("C") or each.channel == chat_of(account))
        ]
        return sorted(mine, key=lambda each: each.changed)

    async def _answered(self, method: str, token: str, raw: bytes, request: Request) -> Answer:
        del token, request
        body: dict[str, Any] = json.loads(raw) if raw.startswith(b"{") else dict(parse_qsl(raw.decode()))
        return 200, self._does(method, body), {}

    def _does(  # noqa: PLR0911 - one return for each method
        self, method: str, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        match method:
            case "auth.test":
                who = {"team_id": TEAM, "team": "Example", "user_id": BOT, "bot_id": "B0CLEARPOST"}
                return {"ok": True, "url": "https://example.slack.com/", **who}
            case "users.info":
                name = self.names[body["user"]]
                email = f"{name.split()[0].lower()}@example.com"
                profile = {"real_name": name, "email": email}
                return {"ok": True, "user": {"id": body["user"], "tz": "UTC", "locale": "en-GB", "profile": profile}}
            case "conversations.open":
                return {"ok": True, "channel": {"id": chat_of(body["users"])}}
            case "chat.postMessage" | "chat.postEphemeral":
                return self._write(body)
            case "chat.update":
                return self._change((body["channel"], body["ts"]), body)
            case "views.open":
                self.views.append({**body["view"], "id": f"V{next(self._modals)}"})
                return {"ok": True, "view": self.views[-1]}
        known = method.startswith("assistant.threads.")
        return {"ok": True} if known else {"ok": False, "error": "unknown_method"}

    def _write(self, body: Mapping[str, Any]) -> dict[str, Any]:
        channel, ts, account = str(body["channel"]), next(self._stamps), str(body.get("user") or "")
        told = (body.get("thread_ts") or "", body.get("blocks") or (), body.get("text") or "", next(self._changes))
        self.messages[channel, ts] = Shown(channel, ts, *told, to=account)
        return {"ok": True, "channel": channel, "ts": ts}

    def _change(self, which: tuple[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        before = self.messages.get(which)
        if before is None:
            return {"ok": False, "error": "message_not_found"}
        self.messages[which] = replace(
            before,
            blocks=body.get("blocks") or (),
            text=body.get("text") or "",
            changed=next(self._changes),
            edits=before.edits + 1,
        )
        return {"ok": True, "channel": which[0], "ts": which[1]}

    async def _respond(self, request: Request) -> Response:
        answer = await super()._respond(request)
        body, (channel, _, ts) = json.loads(await request.body()), request.path_params["name"].partition("-")
        if body.get("replace_original"):
            self._change((channel, ts), body)
        else:
            before = self.messages[channel, ts]
            self._write({**body, "channel": channel, "thread_ts": before.thread, "user": before.to})
        return answer


def chat_of(account: str) -> str:
    """The direct messages of somebody with the bot."""
    return f"D{account[1:]}"


@dataclass(slots=True)
class Reader:
    """A person in Slack: reads what the bot wrote, and presses what stands there."""

    slack: LittleSlack
    client: SlackClient
    background: Background
    said: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    root: str = ""

    @property
    def account(self) -> str:
        """Who."""
        return self.client.user

    def sees(self, label: str) -> Shown:
        """The newest message with a button."""
        seen = self.slack.seen_by(self.account)
        found = next((each for each in reversed(seen) if _found(each, label)), None)
        assert found is not None, (
            f"no message has {label}, but {[[words for words, _ in each.pressable] for each in seen]}"
        )
        return found

    async def says(self, text: str) -> None:
        """Write to the bot; as people do, go on in the thread of the first question."""
        ts = f"{next(self.said)}.000100"
        began = {"thread_ts": self.root} if self.root else {}
        self.root = self.root or ts
        await self.client.message(chat_of(self.account), text, ts, **began)
        await self.settle()

    async def presses(self, label: str, words: str = "", pick: Sequence[str] = ()) -> Mapping[str, Any] | None:
        """Press what has this label, in the newest message that has it; the form that opened and was filled in."""
        below = self.sees(label)
        await self.presses_on(below, _found(below, label) or {})
        return await self.fills_in(words, pick)

    async def presses_on(self, below: Shown, button: Mapping[str, Any]) -> None:
        """Press a button of a message."""
        self.slack.views.clear()
        address = self.slack.response_url(f"{below.channel}-{below.ts}")
        where = (button, below.channel, below.ts)
        await self.client.press(*where, ephemeral=bool(below.to), thread=below.thread, response_url=address)
        await self.settle()

    async def asks_about(self, message: str, channel: str, words: str = "") -> Mapping[str, Any] | None:
        """Choose "Ask Clearpost about this" in the menu of somebody's message; the form that opened."""
        self.slack.views.clear()
        payload = {
            "type": "message_action",
            "callback_id": "ask_about_message",
            "channel": {"id": channel, "name": "launches"},
            "message": {"type": "message", "user": "U0SOMEBODY", "text": message, "ts": f"{next(self.said)}.000200"},
        }
        await self.client.interact(payload)
        await self.settle()
        return await self.fills_in(words, ())

    async def fills_in(self, words: str, pick: Sequence[str]) -> Mapping[str, Any] | None:
        """Fill in the form that is open, and send it; ``None`` where there is none."""
        if not self.slack.views:
            return None
        view = self.slack.views.pop()
        values = dict(_values(view["blocks"], words, pick))
        await self.client.interact({"type": "view_submission", "view": {**view, "state": {"values": values}}})
        await self.settle()
        return view

    async def settle(self) -> None:
        """Wait until all that was acknowledged is done."""
        async with asyncio.timeout(_PATIENCE):
            while len(self.background):  # noqa: ASYNC110 - work begins more work; there is no one event to wait for
                await asyncio.sleep(0.005)


def _values(blocks: Sequence[Mapping[str, Any]], words: str, pick: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What Slack sends of a form: the words go into the first field for words, other fields keep what they hold."""
    unsaid, picked = words, False
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        if element["type"] == "plain_text_input":
            value = unsaid or element.get("initial_value")
            unsaid = ""
            yield block["block_id"], {element["action_id"]: {"type": element["type"], "value": value}}
        else:
            picked = True
            yield block["block_id"], {element["action_id"]: {"type": element["type"], **_chosen(element, pick)}}
    assert not unsaid, "there is no field for these words"
    assert picked or not pick, "there is nothing to pick from"


def _chosen(element: Mapping[str, Any], pick: Sequence[str]) -> dict[str, Any]:
    offered = {each["text"]["text"]: each for each in element["options"]}
    chosen = [offered[label] for label in pick]
    if element["type"] in ("checkboxes", "multi_static_select"):
        return {"selected_options": chosen or element.get("initial_options") or []}
    return {"selected_option": chosen[0] if chosen else element.get("initial_option")}


def _found(shown: Shown, label: str) -> dict[str, Any] | None:
    wanted = without_emoji(label)
    for words, button in shown.pressable:
        if words == wanted or (words.endswith(_CUT) and wanted.startswith(words.removesuffix(_CUT))):
            return button
    return None


def form_lines(view: Mapping[str, Any]) -> Iterator[str]:
    """The words of a form."""
    yield f"  Form: {view['title']['text']}"
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            hint = (element.get("placeholder") or {}).get("text", "")
            optional = " (optional)" if block.get("optional") else ""
            held = element.get("initial_value") or ((element.get("initial_option") or {}).get("text") or {}).get("text")
            yield f"  {block['label']['text']}{optional}: {f'“{held}”' if held else f'[{hint}]'}"
            yield from (f"    ( ) {each['text']['text']}" for each in element.get("options", ()))
        else:
            yield "  " + str(block.get("text", {}).get("text", ""))
    yield f"  [{view['submit']['text']}]"


def newest(slack: LittleSlack, account: str, since: int) -> list[Shown]:
    """What somebody sees that was written or changed after a moment."""
    return [each for each in slack.seen_by(account) if each.changed > since]


def moment(slack: LittleSlack) -> int:
    """The moment of the last change."""
    return max((each.changed for each in slack.messages.values()), default=0)


__all__ = ["BOT", "TEAM", "LittleSlack", "Reader", "Shown", "chat_of", "form_lines", "moment", "newest"]
