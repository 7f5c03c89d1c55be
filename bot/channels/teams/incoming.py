"""An activity as the surface understands it: who, where, which words, which button."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from bot.channels.teams.port import Json, RefusedError
from bot.channels.teams.references import member, reference_of, text, without_message
from bot.conversation.messages import Act, Press

PLAYGROUND_TENANT: Final = "playground"
"""Stands for a tenant where Microsoft's Playground names none."""

_SCOPES: Final = {"personal": "personal", "groupChat": "group", "channel": "channel"}
_LONGEST_ID: Final = 200
_MOST_OPTIONS: Final = 100
_SPACE: Final = re.compile(r"[ \t\u00a0]+")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One activity. ``scope`` is ``personal``, ``group`` or ``channel``; ``sender`` is Teams' own id of ``account``."""

    kind: str
    name: str
    id: str
    tenant: str
    workspace: str
    account: str
    sender: str
    sender_name: str
    conversation: str
    scope: str
    reply_to: str
    text: str
    activity: Json
    reference: Json

    @property
    def thread(self) -> str:
        """The conversation's name of this thread: one's own where others read along."""
        return self.conversation if self.scope == "personal" else f"{self.conversation} {self.account}"

    @property
    def place(self) -> str:
        """The channel or group chat, without its thread; empty in a chat of two."""
        return "" if self.scope == "personal" else without_message(self.conversation)


def read(activity: Json, *, unauthenticated: bool = False) -> Incoming:
    """An activity, read.

    Raises:
        RefusedError: where it says not who sent it (400) or names no tenant (403).
    """
    tenant = tenant_of(activity) or (PLAYGROUND_TENANT if unauthenticated else "")
    if not tenant:
        raise RefusedError(403, "the activity names no tenant")
    sender, conversation = text(activity, "from", "id"), text(activity, "conversation", "id")
    account = text(activity, "from", "aadObjectId") or sender
    if not account or not conversation:
        raise RefusedError(400, "the activity names no sender or no conversation")
    return Incoming(
        kind=text(activity, "type"),
        name=text(activity, "name"),
        id=text(activity, "id"),
        tenant=tenant,
        workspace=f"teams:{tenant}",
        account=account,
        sender=sender,
        sender_name=text(activity, "from", "name"),
        conversation=conversation,
        scope=_scope(activity),
        reply_to=text(activity, "replyToId"),
        text=_words(activity),
        activity=activity,
        reference=reference_of(activity, tenant),
    )


def tenant_of(activity: Json) -> str:
    """The tenant, in small letters; botbuilder's own model drops the one of the conversation."""
    found = text(activity, "channelData", "tenant", "id") or text(activity, "conversation", "tenantId")
    return found.strip().lower()


def origin_of(thread: str, account: str) -> str:
    """The conversation of a thread that others read along; empty for any other thread."""
    conversation, _, owner = thread.rpartition(" ")
    return conversation if owner == account else ""


def press_of(verb: object, data: object) -> Press | None:
    """The button of a card; ``None`` where it is none of ours."""
    reply, option = text(data, "reply"), member(data, "option")
    if not isinstance(verb, str) or verb not in set(Act) or not 0 < len(reply) <= _LONGEST_ID:
        return None
    if option is None:
        return Press(reply, Act(verb))
    if isinstance(option, bool) or not isinstance(option, int) or not 0 <= option < _MOST_OPTIONS:
        return None
    return Press(reply, Act(verb), option)


def words_of_message(payload: object) -> str:
    """The words of the message that "Ask Clearpost" was chosen on; Teams sends them as HTML."""
    content = text(payload, "body", "content")
    if text(payload, "body", "contentType") != "html":
        return content.strip()
    reader = _Html()
    reader.feed(content)
    reader.close()
    return _squeezed("".join(reader.parts))


def time_zone_of(activity: Json) -> str:
    """The sender's time zone, as ``Europe/Berlin``; empty where Teams does not tell."""
    return text(activity, "localTimezone")


def locale_of(activity: Json) -> str:
    """The sender's language, as ``en-GB``; empty where Teams does not tell."""
    return text(activity, "locale")


def members(activity: Json, name: str) -> tuple[str, ...]:
    """The ids of ``membersAdded`` or ``membersRemoved``."""
    found = member(activity, name)
    return tuple(text(each, "id") for each in found) if isinstance(found, list) else ()


def _scope(activity: Json) -> str:
    kind = text(activity, "conversation", "conversationType")
    if kind in _SCOPES:
        return _SCOPES[kind]
    return "group" if member(activity, "conversation", "isGroup") is True else "personal"


def _words(activity: Json) -> str:
    """What was typed, without the mention of the bot; other people's names stay, without their tags."""
    typed = text(activity, "text") or text(activity, "value", "question")
    bot = text(activity, "recipient", "id")
    entities = member(activity, "entities")
    for entity in entities if isinstance(entities, list) else ():
        said = text(entity, "text")
        if text(entity, "type") == "mention" and said:
            name = "" if text(entity, "mentioned", "id") == bot else text(entity, "mentioned", "name")
            typed = typed.replace(said, name)
    return _squeezed(html.unescape(typed))


def _squeezed(typed: str) -> str:
    lines = [_SPACE.sub(" ", line).strip() for line in typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Html(HTMLParser):
    """The words of a message; blocks end with a line break."""

    _BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "pre"})
    _HIDDEN: Final = frozenset({"script", "style", "attachment"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A line break where a block begins; the words of a picture."""
        self._hidden += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.parts.append("\n")
        if tag in ("img", "emoji"):
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """A line break where a block ends."""
        self._hidden = max(0, self._hidden - (tag in self._HIDDEN))
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._hidden:
            self.parts.append(data)


def mapping(value: object) -> Mapping[str, object]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


__all__ = [
    "PLAYGROUND_TENANT",
    "Incoming",
    "locale_of",
    "mapping",
    "members",
    "origin_of",
    "press_of",
    "read",
    "tenant_of",
    "time_zone_of",
    "words_of_message",
]
