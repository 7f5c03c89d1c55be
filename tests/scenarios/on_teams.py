"""Scenarios in Teams: messages, presses, forms and dialogs as activities, before a fake of Microsoft's side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import httpx2
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.teams.app import TeamsConfig, TeamsParts, TeamsSurface
from bot.channels.teams.desk import Desk
from bot.channels.words import HELPED, NOT_HELPED
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Place, Profile
from tests.scenarios.overheard import World
from tests.scenarios.scenario import Step, Who, moment_said
from tests.scenarios.teams_reader import Came, Reader, Seen, form_lines, words_of
from tests.unit.bot.teams.scene import (
    APP,
    CHANNEL,
    INES,
    NAMES,
    OMAR,
    SERVICE,
    WORKSPACE,
    FakeTransport,
    chat_of,
    member_of,
)

ACCOUNTS: Final[Mapping[Who, str]] = {"Ines": INES, "Omar": OMAR}

_MARKS: Final = {"Large": "# ", "ExtraLarge": "# "}
_PATIENCE: Final = 60.0  # seconds for one answer
_FORM: Final = "Action.ShowCard"
_REFERENCE: Final = {"serviceUrl": SERVICE, "conversation": {"id": CHANNEL, "conversationType": "channel"}}
"""What Teams needs to write to the channel, as it was told when the app was added to the team."""


def on_teams(steps: Sequence[Step], world: World) -> str:
    """What people see in their personal chats with the bot after each step."""
    return asyncio.run(_play(steps, world))


async def _play(steps: Sequence[Step], world: World) -> str:
    background = Background()
    transport = FakeTransport(
        profiles={
            member_of(account): Profile(NAMES[account], f"{name.lower()}@example.com")
            for name, account in ACCOUNTS.items()
        }
    )
    world.state.places.keep(WORKSPACE, Place(CHANNEL, "channel", _REFERENCE), world.clock())
    surface = TeamsSurface(Desk(_parts(world, background), transport))
    app = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
    async with httpx2.AsyncClient(transport=app, base_url="http://test") as client:

        async def arrive(sent: Mapping[str, Any]) -> httpx2.Response:
            answer = await client.post("/api/messages", json=dict(sent))
            await background.finish(_PATIENCE)
            return answer

        people = {name: Reader(account, arrive, lambda: cards(transport)) for name, account in ACCOUNTS.items()}
        shown = [
            await (_time(step, world, transport, surface) if step.until else _step(step, world, people[step.by]))
            for step in steps
        ]
        return "\n\n".join(shown) + "\n"


def _parts(world: World, background: Background) -> TeamsParts:
    state = world.state
    return TeamsParts(
        config=TeamsConfig(APP, "secret"),
        converse=world.overheard.converse,
        records=state.records,
        people=state.people,
        workspaces=state.workspaces,
        places=state.places,
        inbox=state.inbox,
        audit=state.audit,
        staff=state.staff,
        desks=state.desks,
        clock=world.clock,
        background=background,
        examples=EXAMPLES,
    )


def cards(transport: FakeTransport) -> list[Seen]:
    """The cards of all conversations, as they stand now."""
    found = {
        f"m{number}": Seen(each.conversation, f"m{number}", each.post.card)
        for number, each in enumerate(transport.sent, 1)
        if each.post.card is not None
    }
    for conversation, message, post in transport.updated:
        if post.card is not None:
            found[message] = Seen(conversation, message, post.card, found[message].edits + 1)
    return list(found.values())


async def _step(step: Step, world: World, person: Reader) -> str:
    """Take a step; the card that came of it."""
    world.pass_a_minute()
    before = {each.message for each in person.cards()}
    lines, came = await _taken(step, person)
    fresh = [each for each in person.cards() if each.message not in before]
    assert len(fresh) <= 1 and all(each.conversation == chat_of(person.account) for each in fresh)
    if came.line:
        lines.append(f"Teams says to {step.by}: {came.line}")
    if came.card is not None:
        assert not fresh, "what was pressed changes, and nothing is written besides"
        lines += ["In the dialog:" if person.dialog else "The card changes:", *_lines(came.card)]
    assert fresh or came.line or came.card, "each step shows something"
    return "\n".join([*lines, *(line for each in fresh for line in _lines(each.card))])


async def _time(step: Step, world: World, transport: FakeTransport, surface: TeamsSurface) -> str:
    """Time goes on; the cards that came meanwhile, by whom they came to."""
    assert step.until is not None
    before = {each.message: each.edits for each in cards(transport)}
    async for _ in world.passing_until(step.until):
        await world.post.carry(surface)
    came = world.post.taken()
    assert came == tuple(sorted(step.comes)), f"until {step.until} there came {came}"
    parts = [f"({moment_said(step.until)})"]
    for each in cards(transport):
        if before.get(each.message) == each.edits:
            continue
        whose = next((name for name, one in ACCOUNTS.items() if each.conversation == chat_of(one)), "the channel")
        told = f"The card in {whose} changes:" if each.edits else f"To {whose}:"
        parts.append("\n".join([told, *_lines(each.card)]))
    return "\n\n".join(parts)


async def _taken(step: Step, person: Reader) -> tuple[list[str], Came]:
    """Take a step: what somebody did, with the form that they filled in, and what came of it."""
    if step.say is not None:
        await person.says(step.say)
        return [f"{step.by}: {step.say}"], Came()
    if step.about is not None:
        form = await person.asks_about(step.about)
        return [f"{step.by} chooses “Ask Clearpost” on a message", *form_lines(form)], Came(card=person.dialog)
    pressed = step.press or step.choose or (HELPED if step.helped else NOT_HELPED)
    came = await person.presses(pressed, step.words, step.pick)
    lines = [f"{step.by} presses [{pressed}]", *(form_lines(came.form) if came.form else ())]
    lines += [f"  {step.by} picks: {each}" for each in step.pick]
    return [*lines, *([f"  {step.by} writes: {step.words}"] if step.words else [])], came


def _lines(node: Mapping[str, Any]) -> Iterator[str]:
    """The words of a card, a line for each text, with its buttons; "…" where one opens a form."""
    if node.get("isVisible") is False:  # shown by a press on "More"
        return
    match node.get("type"):
        case "RichTextBlock":
            yield words_of(node)
        case "TextBlock":
            yield _MARKS.get(node.get("size", ""), "") + node["text"]
        case "ActionSet":
            yield " ".join(f"[{each['title']}{' …' if each['type'] == _FORM else ''}]" for each in node["actions"])
    for name in ("body", "items", "columns"):
        for child in node.get(name, ()):
            if isinstance(child, Mapping):
                yield from _lines(child)
    if node.get("type") == "AdaptiveCard" and node.get("actions"):
        yield " ".join(f"[{action['title']}]" for action in node["actions"])


__all__ = ["ACCOUNTS", "CHANNEL", "INES", "WORKSPACE", "cards", "on_teams"]
