"""What Slack sends: signed requests with the payloads of its documentation, as its people cause them."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from slack_sdk.signature import SignatureVerifier

SECRET = "example-signing-secret"

_COUNT = itertools.count(1)


@dataclass(slots=True)
class SlackClient:
    """A person in Slack. ``responses`` is where the app's answers to commands and presses go."""

    http: httpx2.AsyncClient
    user: str
    team: str
    responses: str
    enterprise: str | None = None
    org: bool = False
    secret: str = SECRET
    last: dict[str, Any] = field(default_factory=dict)

    async def post(
        self,
        body: str | bytes,
        content_type: str = "application/json",
        *,
        age: float = 0,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """A request, signed ``age`` seconds ago."""
        stamp = str(int(time.time() - age))
        raw = body.encode() if isinstance(body, str) else body
        signed = self._signature(stamp, raw)
        told = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signed if signature is None else signature,
            **(headers or {}),
        }
        encoded = {name.encode(): value.encode() for name, value in told.items()}
        return await self.http.post("/slack/events", content=raw, headers=encoded)

    def _signature(self, stamp: str, raw: bytes) -> str:
        """By Slack's own SDK; it signs text alone, so that other bytes are signed by Slack's recipe here."""
        try:
            return str(SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=raw))
        except UnicodeDecodeError:
            return "v0=" + hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()

    async def event(self, event: Mapping[str, Any], **outer: Any) -> httpx2.Response:
        """An event of the Events API; ``last`` keeps its body, to be sent again."""
        self.last = {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A0CLEARPOST",
            "event_id": f"Ev{next(_COUNT):08d}",
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": self.enterprise, "team_id": self.team, "user_id": "U0CLEARPOST", "is_bot": True}
                | {"is_enterprise_install": self.org}
            ],
            "event": {"user": self.user, **event},
            **outer,
        }
        return await self.post(json.dumps(self.last))

    async def again(self) -> httpx2.Response:
        """The last event once more, as Slack does where it heard nothing in time."""
        told = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
        return await self.post(json.dumps(self.last), headers=told)

    async def message(self, channel: str, text: str, ts: str, **more: Any) -> httpx2.Response:
        """A message that the bot can read."""
        kind = "im" if channel.startswith("D") else "channel"
        told = {"type": "message", "channel": channel, "channel_type": kind, "text": text, "ts": ts, "event_ts": ts}
        return await self.event({**told, **more})

    async def mention(self, channel: str, text: str, ts: str, **more: Any) -> httpx2.Response:
        """A mention of the bot."""
        told = {"type": "app_mention", "channel": channel, "text": f"<@U0CLEARPOST> {text}", "ts": ts, "event_ts": ts}
        return await self.event({**told, **more})

    async def command(self, text: str, channel: str = "C000000001", channel_name: str = "general") -> httpx2.Response:
        """The slash command."""
        told = {
            "command": "/clearpost",
            "text": text,
            "team_id": self.team,
            "user_id": self.user,
            "channel_id": channel,
            "channel_name": channel_name,
            "response_url": f"{self.responses}/command",
            "trigger_id": f"trigger.{next(_COUNT)}",
            "is_enterprise_install": str(self.org).lower(),
        }
        if self.enterprise:
            told["enterprise_id"] = self.enterprise
        return await self.post(urlencode(told), "application/x-www-form-urlencoded")

    async def interact(self, payload: Mapping[str, Any]) -> httpx2.Response:
        """A press, a shortcut or a modal."""
        told = {
            "team": None if self.org else {"id": self.team, "domain": "example"},
            "enterprise": {"id": self.enterprise, "name": "Example"} if self.enterprise else None,
            "is_enterprise_install": self.org,
            "user": {"id": self.user, "team_id": self.team},
            "api_app_id": "A0CLEARPOST",
            "trigger_id": f"trigger.{next(_COUNT)}",
            **payload,
        }
        return await self.post(urlencode({"payload": json.dumps(told)}), "application/x-www-form-urlencoded")

    async def press(
        self,
        button: Mapping[str, Any],
        channel: str,
        ts: str,
        *,
        ephemeral: bool = False,
        thread: str = "",
        stamp: str = "",
        **more: Any,
    ) -> httpx2.Response:
        """A press on a button of a message; ``button`` is the element, with its block's id as ``block_id``."""
        container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral}
        if thread:
            container["thread_ts"] = thread
        action = {**button, "action_ts": stamp or f"{time.time():.6f}.{next(_COUNT)}"}
        told = {
            "type": "block_actions",
            "container": container,
            "channel": {"id": channel},
            "actions": [action],
            "response_url": f"{self.responses}/press",
        }
        return await self.interact({**told, **more})


def buttons(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The buttons of a message by their action, each with its block's id."""
    return {
        element["action_id"]: {**element, "block_id": block.get("block_id", "x")}
        for block in blocks
        for element in [*(block["elements"] if block["type"] == "actions" else ()), block.get("accessory", {})]
        if "action_id" in element
    }


def told(blocks: list[dict[str, Any]]) -> str:
    """All words of a message."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks)
    return " ".join(found)


__all__ = ["SECRET", "SlackClient", "buttons", "told"]
