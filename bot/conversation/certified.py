"""Rules that are for certified people alone: what they say where nobody knows who asks, or where everybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.reply import Reply
from knowledge.models import Verdict
from lessons.certification.levels import Belt, Levels

CERTIFIED: Final = "Certified"
"""The name of the fact that tells an asker how they stand with the level that a rule asks for."""

Heed = Callable[[Reply, tuple[str, ...]], Reply]
"""A section's reply in, with the names of the levels that the section asks for; what may be said to who asks out."""


def if_certified(levels: Levels) -> Heed:
    """What is said where nobody knows who asks: the level is a condition."""
    return lambda reply, names: conditional(levels, reply, names)


def conditional(levels: Levels, reply: Reply, names: Sequence[str]) -> Reply:
    """A reply that permits under the condition that the asker has one of some levels."""
    if reply.verdict is None or not reply.verdict.permits:
        return reply
    return _under(replace(reply, certified=in_words(levels, names)))


def in_public(reply: Reply) -> Reply:
    """A reply as others than the asker may read it: the asker's level is not theirs."""
    if not reply.certified:
        return reply
    neutral = replace(
        reply, facts=tuple(each for each in reply.facts if each[0] != CERTIFIED), actions=(), certified=""
    )
    if reply.verdict is None or not reply.verdict.permits or _condition(reply) in reply.conditions:
        return neutral
    return _under(replace(neutral, certified=reply.certified))


def in_words(levels: Levels, names: Sequence[str]) -> str:
    """Levels as a policy names them, in words: "Green", or "“Editor of the house” (Yellow)"."""
    return " or ".join(_in_words(levels, each) for each in names)


def _under(reply: Reply) -> Reply:
    return replace(reply, verdict=Verdict.YES_IF, conditions=(_condition(reply), *reply.conditions))


def _condition(reply: Reply) -> str:
    return f"you are certified {reply.certified}"


def _in_words(levels: Levels, name: str) -> str:
    level = levels.find(name)
    if level is not None:
        return f"“{level.name}” ({levels.look(level).name})"
    look = levels.looks.get(Belt(name)) if name in set(Belt) else None
    return look.name if look else name.capitalize()


__all__ = ["CERTIFIED", "Heed", "conditional", "if_certified", "in_public", "in_words"]
