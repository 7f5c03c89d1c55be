"""The calls to Slack's Web API that Clearpost makes, and what Slack's errors mean for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.slack.blocks import Rendered

NETWORK: Final = (aiohttp.ClientError, TimeoutError, OSError)
"""Slack is out of reach, or does not answer."""

NOT_THERE: Final = frozenset(
    "cant_update_message channel_not_found edit_window_closed is_archived message_not_found "
    "method_not_supported_for_channel_type not_in_channel restricted_action thread_not_found "
    "user_not_in_channel".split()
)
"""Errors that say: not in this conversation, or no longer."""

TOO_LATE: Final = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
"""Errors that say: no modal opens by this trigger any more."""

NOBODY: Final = "users_not_found"
"""The error that says: nobody has this e-mail address."""

BAD_BLOCKS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Errors that say: such blocks cannot be shown."""

_TIMEOUT: Final = 10  # seconds; an answer that Slack does not take by then goes out another way or not at all
_RETRIES: Final = 2  # after a 429, each after as long as Slack asks for


class Clients:
    """Clients of one Slack, which share their connections. Used within one event loop."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._session: aiohttp.ClientSession | None = None

    def web(self, token: str | None = None, *, patient: bool = True) -> AsyncWebClient:
        """A client for a token; a patient one tries again where Slack says that it is too much (429) or hangs up."""
        handlers: list[AsyncRetryHandler] = []
        if patient:
            handlers += [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES)]
        return AsyncWebClient(
            token=token, base_url=self.api_url, timeout=_TIMEOUT, session=self._shared(), retry_handlers=handlers
        )

    def api(self, token: str, *, patient: bool = True) -> Api:
        """The calls for a token."""
        return Api(self.web(token, patient=patient), self._shared())

    def _shared(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT))
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class Api:
    """The Web API for one workspace.

    Every call raises ``SlackApiError`` where Slack says no, one of ``NETWORK`` where it cannot be reached. A missing
    scope is logged by its name, as only an administrator can mend it.
    """

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def post(self, channel: str, message: Rendered, thread: str = "") -> str:
        """Write a message; its timestamp."""
        _, ts = await self.deliver(channel, message, thread)
        return ts

    async def deliver(
        self, channel: str, message: Rendered, thread: str = "", metadata: Mapping[str, object] | None = None
    ) -> tuple[str, str]:
        """Write a message, into a channel that may go by its name; the channel's id and the message's timestamp."""
        told = {**_message(message, thread), "unfurl_links": False, "unfurl_media": False, "metadata": metadata}
        answer = await self._call("chat.postMessage", channel=channel, **told)
        return str(answer.get("channel") or channel), str(answer["ts"])

    async def post_ephemeral(self, channel: str, account: str, message: Rendered, thread: str = "") -> None:
        """Write a message that one person alone sees. Slack shows one in a thread only where the thread has begun."""
        await self._call("chat.postEphemeral", channel=channel, user=account, **_message(message, thread))

    async def update(self, channel: str, ts: str, message: Rendered) -> None:
        """Show a message in a new state; without blocks those that it had are taken away."""
        await self._call("chat.update", channel=channel, ts=ts, text=message.text, blocks=list(message.blocks))

    async def open_chat(self, account: str) -> str:
        """The direct messages with a person; the channel."""
        answer = await self._call("conversations.open", users=account)
        return str(answer["channel"]["id"])

    async def history(self, channel: str, oldest: float, cursor: str = "") -> Mapping[str, Any]:
        """Messages of a channel with their metadata, newest first."""
        return await self._form(
            "conversations.history",
            channel=channel,
            oldest=f"{oldest:.6f}",
            limit=200,
            include_all_metadata=True,
            cursor=cursor or None,
        )

    async def replies(self, channel: str, thread: str, oldest: float, cursor: str = "") -> Mapping[str, Any]:
        """Messages of a thread with their metadata, oldest first."""
        return await self._form(
            "conversations.replies",
            channel=channel,
            ts=thread,
            oldest=f"{oldest:.6f}",
            limit=200,
            include_all_metadata=True,
            cursor=cursor or None,
        )

    async def set_status(self, channel: str, thread: str, status: str) -> None:
        """Say below a thread what the bot does; an empty status takes it away."""
        await self._call("assistant.threads.setStatus", channel_id=channel, thread_ts=thread, status=status)

    async def set_prompts(self, channel: str, title: str, prompts: Sequence[tuple[str, str]]) -> None:
        """Suggest questions in the direct messages, as pairs of a title and the question.

        Without a thread: Slack ignores a call with one from an app that has an ``agent_view``.
        """
        told = [{"title": title, "message": message} for title, message in prompts]
        await self._call("assistant.threads.setSuggestedPrompts", channel_id=channel, title=title, prompts=told)

    async def open_view(self, trigger: str, view: Mapping[str, Any]) -> str:
        """Open a modal, within three seconds of the press that gave the trigger; its id."""
        answer = await self._call("views.open", trigger_id=trigger, view=view)
        return str((answer.get("view") or {}).get("id") or "")

    async def update_view(self, modal: str, view: Mapping[str, Any]) -> None:
        """Show something else in an open modal."""
        await self._call("views.update", view_id=modal, view=view)

    async def publish_home(self, account: str, view: Mapping[str, Any]) -> None:
        """Show a person's Home tab."""
        await self._call("views.publish", user_id=account, view=view)

    async def user(self, account: str) -> Mapping[str, Any]:
        """What Slack knows of a person."""
        answer = await self._form("users.info", user=account, include_locale=True)
        return dict(answer["user"])

    async def user_by_email(self, email: str) -> Mapping[str, Any]:
        """What Slack knows of whoever has an e-mail address; an error with the code ``NOBODY`` where nobody has it."""
        answer = await self._form("users.lookupByEmail", email=email)
        return dict(answer["user"])

    async def group_members(self, group: str) -> list[str]:
        """The accounts in a user group that is in use."""
        answer = await self._form("usergroups.users.list", usergroup=group)
        return [str(account) for account in answer.get("users") or ()]

    async def identity(self) -> Mapping[str, Any]:
        """Whose token this is: team, enterprise, bot."""
        return await self._form("auth.test")

    async def respond(self, url: str, message: Rendered, *, replace: bool = False, public: bool = False) -> bool:
        """Answer a press or a command by its ``response_url``; whether Slack took it (five times in half an hour)."""
        body = {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": replace,
            "text": message.text,
            "blocks": list(message.blocks),
        }
        client = AsyncWebhookClient(url, timeout=_TIMEOUT, session=self._session)
        try:
            answer = await client.send_dict(body)
        except NETWORK:
            return False
        return answer.status_code == 200

    async def _call(self, method: str, **arguments: object) -> Mapping[str, Any]:
        body = {name: value for name, value in arguments.items() if value is not None}
        try:
            return (await self._client.api_call(method, json=body)).data  # type: ignore[return-value] # JSON objects alone
        except SlackApiError as error:
            _log(method, error)
            raise

    async def _form(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """The same for methods that read no JSON."""
        body = {name: value for name, value in arguments.items() if value is not None}
        try:
            return (await self._client.api_call(method, data=body)).data  # type: ignore[return-value] # JSON objects alone
        except SlackApiError as error:
            _log(method, error)
            raise


def code(error: SlackApiError) -> str:
    """What Slack calls an error; empty where it said nothing that can be read."""
    data = error.response.data if hasattr(error.response, "data") else error.response
    found = data.get("error") if isinstance(data, Mapping) else None
    return str(found or "")


def retry_after(error: SlackApiError) -> float | None:
    """For how many seconds Slack wants to be left alone; ``None`` where it asks for nothing of the kind."""
    response = error.response
    if getattr(response, "status_code", 200) != 429 and code(error) not in ("ratelimited", "rate_limited"):
        return None
    headers = {str(name).lower(): value for name, value in dict(getattr(response, "headers", None) or {}).items()}
    told = headers.get("retry-after", "1")
    told = told[0] if isinstance(told, list) else told
    try:
        return max(1.0, float(told))
    except ValueError:
        return 1.0


def _log(method: str, error: SlackApiError) -> None:
    log = structlog.get_logger(__name__)
    if code(error) == NOBODY:  # an answer like any other
        return
    if code(error) == "missing_scope":
        needed = str(error.response.get("needed") or "")
        log.error(
            "slack_missing_scope", method=method, scope=needed, remedy="add the scope, then install the app again"
        )
    else:
        log.info("slack_refused", method=method, error=code(error))


def _message(message: Rendered, thread: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"text": message.text}
    if message.blocks:
        told["blocks"] = list(message.blocks)
    return {**told, "thread_ts": thread} if thread else told


__all__ = ["BAD_BLOCKS", "NETWORK", "NOBODY", "NOT_THERE", "TOO_LATE", "Api", "Clients", "code", "retry_after"]
