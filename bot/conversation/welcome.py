"""The first words to whoever added Clearpost: owed once to each person, however often they add it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Delivery

_WELCOME: Final = (
    "Hello, I am Clearpost. Tell me what you would like to post, or what happened online, in your own words. I look up "
    "our policies and tell you yes, yes if, ask first or no, with the sentence behind it and a person to ask. Only you "
    "see what you ask here."
)


def first_words(examples: Sequence[str] = EXAMPLES) -> Reply:
    """Who Clearpost is and what to ask it, with questions to try."""
    return Reply(ReplyKind.WELCOME, _WELCOME, examples=tuple(examples))


def welcome(workspace: str, account: str, at: datetime) -> Delivery:
    """The welcome that is owed to an account, due now."""
    return Delivery(f"welcome:{workspace}:{account}", workspace, account, "welcome", to_json(first_words()), at)


__all__ = ["first_words", "welcome"]
