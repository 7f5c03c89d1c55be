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
from tests.scenarios.little_slack import TEAM, LittleSlack, Reader, Shown, chat_of, form_lines, moment, newest
from tests.scenarios.overheard import World
from tests.scenarios.scenario import Step, Who, moment_said

INES: Final = "U000000001"
ACCOUNTS: Final[Mapping[Who, str]] = {"Ines": INES, "Omar": "U000000002"}
WORKSPACE: Final = f"slack:{TEAM}"
CHANNEL: Final = "C000000002"
"""Where contacts answer."""

_ELSEWHERE: Final = "C000000001"  # where somebody's message is asked about
_PATIENCE: Final = 60.0  # seconds for one answer


def on_slack(steps: Sequence[Step], world: World) -> str:
    """What people see in their direct messages with the bot after each step."""
    return asyncio.run(_play(steps, world))


async def _play(steps: Sequence[Step], world: World) -> str:
    slack, background = LittleSlack({each: f"{name} Example" for name, each in ACCOUNTS.items()}), Background()
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
        people: dict[Who, Reader] = {}
        for name, account in ACCOUNTS.items():
            client = _Client(http, account, TEAM, slack.response_url("press"))
            client.clock = world.clock
            people[name] = Reader(slack, client, background)
        shown = [
            await (_time(step, world, slack, surface) if step.until else _step(step, world, people[step.by]))
            for step in steps
        ]
        return "\n\n".join(shown) + "\n"


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


async def _step(step: Step, world: World, person: Reader) -> str:
    """Take a step; the message that came of it."""
    world.pass_a_minute()
    before = moment(person.slack)
    lines = await _taken(step, person)
    shown = newest(person.slack, person.account, before)
    assert len(shown) == 1, f"each step shows one message: {[each.text for each in shown]}"
    return "\n".join([*lines, *_where(shown[0], step.by), *_lines(shown[0].blocks)])


async def _time(step: Step, world: World, slack: LittleSlack, surface: SlackSurface) -> str:
    """Time goes on; the messages that came meanwhile, by whom they came to."""
    assert step.until is not None
    before = moment(slack)
    async for _ in world.passing_until(step.until):
        await world.post.carry(surface)
    came = world.post.taken()
    assert came == tuple(sorted(step.comes)), f"until {step.until} there came {came}"
    fresh = sorted((each for each in slack.messages.values() if each.changed > before), key=lambda each: each.changed)
    parts = [f"({moment_said(step.until)})"]
    for each in fresh:
        whose = next((name for name, account in ACCOUNTS.items() if each.channel == chat_of(account)), "the channel")
        told = f"The message in {whose} changes:" if each.edits else f"To {whose}:"
        parts.append("\n".join([told, *_lines(each.blocks)]))
    return "\n\n".join(parts)


async def _taken(step: Step, person: Reader) -> list[str]:
    """Take a step; what somebody did, with the form that they filled in."""
    if step.say is not None:
        await person.says(step.say)
        return [f"{step.by}: {step.say}"]
    if step.about is not None:
        form = await person.asks_about(step.about, _ELSEWHERE)
        assert form is not None
        return [f"{step.by} chooses “Ask Clearpost about this” on a message", *form_lines(form)]
    label = step.press or step.choose or (HELPED if step.helped else NOT_HELPED)
    form = await person.presses(label, step.words, step.pick)
    assert form is not None or not (step.words or step.pick), "no form was opened"
    filled = [*form_lines(form), *_filled(step)] if form else []
    return [f"{step.by} presses [{label}]", *filled]


def _filled(step: Step) -> Iterator[str]:
    yield from (f"  {step.by} picks: {each}" for each in step.pick)
    if step.words:
        yield f"  {step.by} writes: {step.words}"


def _where(shown: Shown, whose: Who) -> Iterator[str]:
    if shown.to:
        yield f"Only {whose} sees this:"
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


__all__ = ["ACCOUNTS", "CHANNEL", "INES", "WORKSPACE", "on_slack"]
