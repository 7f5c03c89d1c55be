"""A reply as JSON and back, for what is kept in the state and what is owed to a person."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter, ValidationError

from bot.conversation.reply import Reply
from bot.errors import StateError

_REPLY: Final = TypeAdapter(Reply)


def to_json(reply: Reply) -> str:
    """A reply as JSON."""
    return _REPLY.dump_json(reply, exclude_defaults=True).decode()


def from_json(body: str) -> Reply:
    """The reply of some JSON.

    Raises:
        StateError: where it is none.
    """
    try:
        return _REPLY.validate_json(body)
    except ValidationError as error:
        raise StateError("a kept reply cannot be read; it was written by another version of Clearpost") from error


__all__ = ["from_json", "to_json"]
