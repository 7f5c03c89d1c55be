"""What a rule for certified people says to whoever asks: the verdict for those with the level, else whom to ask.

It never permits what the section does not permit. Whoever is known and has no such level is told to ask first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.certified import CERTIFIED, Heed, conditional, in_words
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.learn.certification.certify import BESIDE, LEVEL
from bot.conversation.messages import LOCAL, Message
from bot.conversation.precedents.cards import day
from bot.conversation.reply import Action, Reply
from bot.ports import Person
from bot.ports.certificates import Certificate
from knowledge.models import Verdict
from lessons.certification import Level

_ASK: Final = "Ask {who} before you post: only those who are certified {level} may do this alone."
_SOMEBODY: Final = "the social media team"
_HELD: Final = "You hold {name} (until {day})"
_NOT_YET: Final = "Not yet. Write “my level” to see what is missing, or “lessons” to go on."
_OVER: Final = "No longer: {name} ended on {day}. Write “my level” to see what to do."
_ELSEWHERE: Final = "Not yet. It is a level of another track than yours, so the Center of Excellence has to help."
_NO_LEVEL: Final = "Nobody is yet, as there is no such level. The Center of Excellence knows about it."


def heed(academy: Academy, message: Message) -> Heed:
    """What rules for certified people say to the sender of a message."""
    return lambda reply, names: _said(academy, message, reply, names)


def _said(academy: Academy, message: Message, reply: Reply, names: Sequence[str]) -> Reply:
    if reply.verdict is None or not reply.verdict.permits:
        return reply  # a level takes nothing away from a "no"
    enough = {level.id: level for name in names for level in academy.levels.enough_for(name)}
    person = academy.school.people.find(message.workspace, message.account)
    own = [each for each in academy.in_force(person.id) if each.level in enough] if person else []
    words = in_words(academy.levels, names)
    held = [each for each in own if each.issued <= message.at <= each.expires]
    if held:
        best = max(held, key=lambda each: (enough[each.level].belt.rank, each.expires))
        name = _name(academy, enough[best.level])
        return _with(reply, words, _HELD.format(name=name, day=day(best.expires)))
    if message.workspace == LOCAL:  # nobody has shown there who they are
        return conditional(academy.levels, reply, names)
    how, is_own = _how(academy, person, own, enough)
    who = reply.person.name if reply.person else _SOMEBODY
    lacking = replace(reply, verdict=Verdict.ASK_FIRST, text=_ASK.format(who=who, level=words))
    actions = (*reply.actions, Action(LEVEL, BESIDE, "What is missing?")) if is_own else reply.actions
    return replace(_with(lacking, words, how), actions=actions)


def _how(
    academy: Academy, person: Person | None, own: Sequence[Certificate], enough: Mapping[str, Level]
) -> tuple[str, bool]:
    """How somebody without the level stands with it, and whether their own track leads to it."""
    track = person.track if person else ""
    on_track = any(each.track == track for each in enough.values())
    if own:
        last = max(own, key=lambda each: each.expires)
        return _OVER.format(name=_name(academy, enough[last.level]), day=day(last.expires)), on_track
    if on_track:
        return _NOT_YET, True
    return (_ELSEWHERE if enough else _NO_LEVEL), False


def _with(reply: Reply, words: str, fact: str) -> Reply:
    return replace(reply, certified=words, facts=(*reply.facts, (CERTIFIED, fact)))


def _name(academy: Academy, level: Level) -> str:
    return f"{academy.levels.look(level).name}, “{level.name}”"


__all__ = ["heed"]
