"""Scenarios in Slack: direct messages and presses as signed requests, before a stand-in of Slack."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx2
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.conversation.reply import Reply
from bot.conversation.small_talk import EXAMPLES
from tests.fakes.state import MemoryState
from tests.platform.slack.client import SECRET, SlackClient, buttons
from tests.platform.slack.standin import Answer, StandIn
from tests.scenarios.overheard import Clock, Overheard
from tests.scenarios.scenario import Step

_TEAM: Final = "T000000001"
_CHAT: Final = "D000000001"
_FIRST: Final = "1.000100"  # the timestamp of the first message
_PATIENCE: Final = 60.0  # seconds for one answer
_WRITES: Final = ("chat.postMessage", "chat.update")


def on_slack(steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
    """What Ines sees in her direct messages with the bot after each step."""
    return asyncio.run(_play(steps, overheard, clock))


async def _play(steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
    standin, background = StandIn({}), Background()
    standin.scripted.update(_slack_says())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(standin.served())
        surface = _surface(overheard, clock, standin.api_url, background)
        stack.push_async_callback(surface.close)
        stack.push_async_callback(background.finish, _PATIENCE)
        await surface.start()
        transport = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        http = httpx2.AsyncClient(transport=transport, base_url="https://clearpost.example.com")
        await stack.enter_async_context(http)
        ines = _Ines(http, "U000000001", _TEAM, standin.response_url("press"))
        ines.clock = clock
        return "\n\n".join([await _step(step, overheard, ines, standin, background) for step in steps]) + "\n"


def _surface(overheard: Overheard, clock: Clock, api_url: str, background: Background) -> SlackSurface:
    state = MemoryState()
    return slack_surface(
        SlackParts(
            config=SlackConfig(signing_secret=SECRET, bot_token="xoxb-example", api_url=api_url),
            converse=overheard.converse,
            records=state.records,
            people=state.people,
            workspaces=state.workspaces,
            inbox=state.inbox,
            installations=state.installations,
            once=state.once,
            jobs=state.jobs,
            audit=state.audit,
            clock=clock,
            background=background,
            examples=EXAMPLES,
            contact=lambda: None,
        )
    )


class _Ines(SlackClient):
    """Signs at the time of the scenario."""

    clock: Clock

    async def post(self, body: str | bytes, content_type: str = "application/json", **more: Any) -> httpx2.Response:
        """A request, signed now."""
        return await super().post(body, content_type, **{**more, "age": time.time() - self.clock().timestamp()})


async def _step(step: Step, overheard: Overheard, ines: _Ines, standin: StandIn, background: Background) -> str:
    """Take a step; the message that came of it."""
    before = _written(standin)
    if step.say is not None:
        said = f"Ines: {step.say}\n"
        began = {"thread_ts": _FIRST} if before else {}  # as people do: they go on in the thread of their question
        await ines.message(_CHAT, step.say, f"{len(before) + 1}.000100", **began)
    else:
        last = before[-1]
        found = buttons(last["blocks"])[_action(step, overheard.replies[-1])]
        said = f"Ines presses [{step.choose or found['text']['text']}]\n"
        await ines.press(found, _CHAT, last["ts"])
    async with asyncio.timeout(_PATIENCE):
        while len(background):  # noqa: ASYNC110 - work begins more work; there is no one event to wait for
            await asyncio.sleep(0.005)
    after = _written(standin)
    assert len(after) == len(before) + 1, "each step has one message of the bot"
    return said + "\n".join(_lines(after[-1]["blocks"]))


def _written(standin: StandIn) -> list[dict[str, Any]]:
    return [
        {**call.body, "ts": call.body.get("ts") or call.answer["ts"]}
        for call in standin.calls
        if call.method in _WRITES and call.answer["ok"]
    ]


def _action(step: Step, last: Reply) -> str:
    """What the button of a step is called in Slack."""
    if step.choose is not None:
        return f"choose_{[option.label for option in last.options].index(step.choose)}"
    return "helped" if step.helped else "not_helped"


def _lines(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The words of a message, a line or more for each block, with a mark for what it is."""
    for block in blocks:
        match block["type"]:
            case "header":
                yield f"# {block['text']['text']}"
            case "context":
                yield " ".join(f"({element['text']})" for element in block["elements"])
            case "actions":
                yield " ".join(f"[{element['text']['text']}]" for element in block["elements"])
            case "divider":
                yield "---"
            case "rich_text":
                yield from (f"{_MARKS[part['type']]}{_words(part)}" for part in _parts(block))
            case "section" if "accessory" in block:
                yield f"{_words(block['text'])} [{_words(block['accessory']['text'])}]"
            case _:
                yield _words(block)


_MARKS: Final = {"rich_text_quote": "> ", "rich_text_section": "", "item": "- ", "rich_text_preformatted": "    "}


def _parts(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            yield from ({**item, "type": "item"} for item in part["elements"])
        else:
            yield part


def _words(node: object) -> str:
    """All words below a node."""
    if isinstance(node, Mapping):
        own = node.get("text")
        if isinstance(own, str):
            return own
        return "".join(_words(value) for value in node.values())
    if isinstance(node, list):
        return "".join(_words(value) for value in node)
    return ""


def _slack_says() -> dict[str, Callable[[], Answer]]:
    stamps = (f"1700000000.{number:06}" for number in itertools.count(1))
    who = {"team_id": _TEAM, "team": "Example", "user_id": "U0CLEARPOST", "bot_id": "B0CLEARPOST"}
    user = {"id": "U000000001", "tz": "UTC", "profile": {"real_name": "Ines Example"}}
    return {
        "auth.test": lambda: (200, {"ok": True, "url": "https://example.slack.com/", **who}, {}),
        "users.info": lambda: (200, {"ok": True, "user": user}, {}),
        "chat.postMessage": lambda: (200, {"ok": True, "channel": _CHAT, "ts": next(stamps)}, {}),
        "chat.update": lambda: (200, {"ok": True, "channel": _CHAT}, {}),
    }


__all__ = ["on_slack"]
