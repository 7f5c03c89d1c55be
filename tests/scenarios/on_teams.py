"""Scenarios in Teams: messages and presses in the personal chat, as activities, before a fake of Microsoft's side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.conversation.small_talk import EXAMPLES
from tests.scenarios.overheard import Clock, Overheard
from tests.scenarios.scenario import Step
from tests.unit.bot.teams.scene import INES, Scene, activity, chat_of, press, scene

_MARKS: Final = {"Large": "# ", "ExtraLarge": "# "}


def on_teams(steps: Sequence[Step], overheard: Overheard, clock: Clock) -> str:
    """What Ines sees in her personal chat with the bot after each step; the scene keeps a time of its own."""
    return asyncio.run(_play(steps, overheard))


async def _play(steps: Sequence[Step], overheard: Overheard) -> str:
    async with scene(converse=overheard.converse, examples=EXAMPLES) as teams:
        return "\n\n".join([await _step(step, overheard, teams) for step in steps]) + "\n"


async def _step(step: Step, overheard: Overheard, teams: Scene) -> str:
    """Take a step; the card that came of it."""
    if step.say is not None:
        before = len(teams.transport.messages(chat_of(INES)))
        assert (await teams.arrive(activity(text=step.say))).status_code == 200
        said = teams.transport.messages(chat_of(INES))
        assert len(said) == before + 1, "each message has one answer"
        card = said[-1].card
        assert card is not None
        return "\n".join([f"Ines: {step.say}", *_lines(card)])
    last = overheard.replies[-1]
    if step.choose is not None:
        number = [option.label for option in last.options].index(step.choose)
        answer = await teams.arrive(press("choose", last.id, option=number))
        pressed = step.choose
    else:
        answer = await teams.arrive(press("helped" if step.helped else "not_helped", last.id))
        pressed = "Helpful" if step.helped else "Not helpful"
    return "\n".join([f"Ines presses [{pressed}]", *_lines(answer.json()["value"])])


def _lines(node: Mapping[str, Any]) -> Iterator[str]:
    """The words of a card, a line for each text, with its buttons."""
    if node.get("isVisible") is False:  # shown by a press on "More"
        return
    match node.get("type"):
        case "RichTextBlock":
            yield "".join(run if isinstance(run, str) else run["text"] for run in node["inlines"])
        case "TextBlock":
            yield _MARKS.get(node.get("size", ""), "") + node["text"]
        case "ActionSet":
            yield " ".join(f"[{action['title']}]" for action in node["actions"])
    for name in ("body", "items", "columns"):
        for child in node.get(name, ()):
            if isinstance(child, Mapping):
                yield from _lines(child)
    if node.get("type") == "AdaptiveCard" and node.get("actions"):
        yield " ".join(f"[{action['title']}]" for action in node["actions"])


__all__ = ["on_teams"]
