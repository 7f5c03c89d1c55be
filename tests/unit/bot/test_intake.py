"""The door of the conversation: bounded, and never silent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.conversation.intake import Intake
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Reply, ReplyKind

HELLO = Message("test", LOCAL, "ines", "t1", datetime(2026, 11, 2, tzinfo=UTC), text="May I?")


async def test_so_many_are_let_in() -> None:
    """While a few are in work, one more is told at once to ask again; afterwards everybody is let in."""
    gate = asyncio.Event()

    async def slowly(message: Message) -> Reply:
        await gate.wait()
        return Reply(ReplyKind.ANSWER, message.text)

    intake = Intake(slowly, 2)
    inside = [asyncio.create_task(intake(HELLO)) for _ in range(2)]
    await asyncio.sleep(0)
    outside = await intake(HELLO)
    assert (outside.kind, intake.in_work, intake.turned_away) == (ReplyKind.BUSY, 2, 1)
    assert "ask again" in outside.text
    gate.set()
    assert [reply.kind for reply in await asyncio.gather(*inside)] == [ReplyKind.ANSWER] * 2
    assert (await intake(HELLO)).kind is ReplyKind.ANSWER


async def test_a_failure_gives_its_place_back() -> None:
    """What fails inside does not keep the door closed."""

    async def fail(message: Message) -> Reply:
        raise RuntimeError("on purpose")

    intake = Intake(fail, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await intake(HELLO)
    assert (intake.in_work, intake.turned_away) == (0, 0)
