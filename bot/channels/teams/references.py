"""Conversation references as plain JSON, in the names that Bot Framework and its successors share.

botbuilder writes a tenant as ``tenantID``, Teams and the successors as ``tenantId``; here it is always the latter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.channels.teams.port import Json

_MESSAGE: Final = ";messageid="


def member(value: Json | object, *path: str) -> object:
    """What stands at the end of a path of names in some JSON; ``None`` where the path breaks."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(value: Json | object, *path: str) -> str:
    """The string at the end of a path; empty where there is none."""
    found = member(value, *path)
    return found if isinstance(found, str) else ""


def reference_of(activity: Json, tenant: str) -> dict[str, object]:
    """The reference of the conversation that an activity came in."""
    conversation = {"id": text(activity, "conversation", "id"), "tenantId": tenant}
    kind = text(activity, "conversation", "conversationType")
    if kind:
        conversation["conversationType"] = kind
    return {
        "serviceUrl": text(activity, "serviceUrl"),
        "channelId": text(activity, "channelId"),
        "bot": _account(activity, "recipient"),
        "user": _account(activity, "from"),
        "conversation": conversation,
    }


def in_conversation(reference: Json, conversation: str, kind: str) -> dict[str, object]:
    """The same bot and person in another conversation."""
    tenant = text(reference, "conversation", "tenantId")
    place = {"id": conversation, "tenantId": tenant, "conversationType": kind}
    return {**reference, "conversation": place}


def without_message(conversation: str) -> str:
    """The channel of a thread: what stands before ``;messageid=``."""
    return conversation.partition(_MESSAGE)[0]


def _account(activity: Json, side: str) -> dict[str, object]:
    names = ("id", "name", "aadObjectId")
    return {name: text(activity, side, name) for name in names if text(activity, side, name)}


__all__ = ["in_conversation", "member", "reference_of", "text", "without_message"]
