"""Scenarios in Slack: direct messages, presses, forms and shortcuts as signed requests, before a little Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx2
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.channels.words import HELPED, NOT_HELPED
from bot.conversation.small_talk import EXAMPLES
from bot.jobs import Ledger
from tests.contract.owed import Clock
from tests.platform.slack.client import SECRET, SlackClient
from tests.scenarios.little_slack import TEAM, LittleSlack, Reader, Shown, form_lines, moment, newest
from tests.scenarios.overheard import World
from tests.scenarios.scenario import Step

INES: Final = "U000000001"
WORKSPACE: Final = f"slack:{TEAM}"
CHANNEL: Final = "C000000002"
"""Where contacts answer."""

_ELSEWHERE: Final = "C000000001"  # where somebody's message is asked about
_PATIENCE: Final = 60.0  # seconds for one answer


def on_slack(steps: Sequence[Step], world: World) -> str:
    """What Ines sees in her direct messages with the bot after each step."""
    return asyncio.run(_play(steps, world))


async def _play(steps: Sequence[Step], world: World) -> str:
    slack, background = LittleSlack({INES: "Ines Example"}), Background()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(slack.served())
        surface = _surface(world, slack.api_url, background)
        stack.push_async_callback(surface.close)
        stack.push_async_callback(background.finish, _PATIENCE)
        stack.push_async_callback(surface.stop)
        await surface.start()
        transport = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        http = httpx2.AsyncClient(transport=transport, base_url="https://clearpost.example.com")
        await stack.enter_async_context(http)
        client = _Client(http, INES, TEAM, slack.response_url("press"))
        client.clock = world.clock
        ines = Reader(slack, client, background)
        return "\n\n".join([await _step(step, world, ines) for step in steps]) + "\n"


def _surface(world: World, api_url: str, background: Background) -> SlackSurface:
    state = world.state
    return slack_surface(
        SlackParts(
            config=SlackConfig(signing_secret=SECRET, bot_token="xoxb-example", api_url=api_url),
            converse=world.overheard.converse,
            records=state.records,
            people=state.people,
            workspaces=state.workspaces,
            inbox=state.inbox,
            installations=state.installations,
            once=state.once,
            jobs=Ledger(state.engine, world.clock),
            audit=state.audit,
            clock=world.clock,
            background=background,
            examples=EXAMPLES,
            contact=lambda: None,
            staff=state.staff,
            desks=state.desks,
        )
    )


class _Client(SlackClient):
    """Signs at the time of the scenario."""

    clock: Clock

    async def post(self, body: str | bytes, content_type: str = "application/json", **more: Any) -> httpx2.Response:
        """A request, signed now."""
        return await super().post(body, content_type, **{**more, "age": time.time() - self.clock().timestamp()})


async def _step(step: Step, world: World, ines: Reader) -> str:
    """Take a step; the message that came of it."""
    world.pass_a_minute()
    before = moment(ines.slack)
    lines = await _taken(step, ines)
    shown = newest(ines.slack, INES, before)
    assert len(shown) == 1, f"each step shows one message: {[each.text for each in shown]}"
    return "\n".join([*lines, *_where(shown[0]), *_lines(shown[0].blocks)])


async def _taken(step: Step, ines: Reader) -> list[str]:
    """Take a step; what Ines did, with the form that she filled in."""
    if step.say is not None:
        await ines.says(step.say)
        return [f"Ines: {step.say}"]
    if step.about is not None:
        form = await ines.asks_about(step.about, _ELSEWHERE)
        assert form is not None
        return ["Ines chooses “Ask Clearpost about this” on a message", *form_lines(form)]
    label = step.press or step.choose or (HELPED if step.helped else NOT_HELPED)
    form = await ines.presses(label, step.words, step.pick)
    assert form is not None or not (step.words or step.pick), "no form was opened"
    filled = [*form_lines(form), *_filled(step)] if form else []
    return [f"Ines presses [{label}]", *filled]


def _filled(step: Step) -> Iterator[str]:
    yield from (f"  Ines picks: {each}" for each in step.pick)
    if step.words:
        yield f"  Ines writes: {step.words}"


def _where(shown: Shown) -> Iterator[str]:
    if shown.to:
        yield "Only Ines sees this:"
    elif shown.edits:
        yield "The message changes:"


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
        own = node.get("text", node.get("fallback"))
        if isinstance(own, str):
            return own
        return "".join(_words(value) for value in node.values())
    if isinstance(node, list):
        return "".join(_words(value) for value in node)
    return ""


__all__ = ["CHANNEL", "INES", "WORKSPACE", "on_slack"]
