"""Messages that are owed: sent once, with the delivery's id in the message's metadata to find it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from slack_sdk.errors import SlackApiError

from bot.channels.slack.blocks import Card, render
from bot.channels.slack.calls import NETWORK, Api, Clients, code, retry_after
from bot.channels.slack.grants import DEAD, Grants
from bot.conversation.kept import from_json
from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Delivery

EVENT: Final = "clearpost_delivery"
"""The type of the metadata that carries a delivery's id."""

_NEVER: Final = DEAD | {
    *("user_not_found", "users_not_found", "user_disabled", "user_not_visible", "user_is_bot", "cannot_dm_bot"),
    *("channel_not_found", "is_archived", "not_in_channel", "messages_tab_disabled", "restricted_action"),
    *("method_not_supported_for_channel_type", "team_access_not_granted", "no_permission", "not_allowed_token_type"),
    *("invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "metadata_too_large"),
}
_UNCLEAR: Final = {"", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""Failures of Slack itself, which may come after a message was taken."""

_BROKEN: Final = 60.0  # seconds after which Slack is asked again where it failed or could not be reached
_MISSING: Final = 3_600.0  # the same where an administrator has to add a scope first
_EARLY: Final = timedelta(days=1)  # a message is not searched before its due time, give or take the clocks
_PAGES: Final = 10  # of 200 messages: the bot's direct messages with one person


class Deliveries:
    """Implements ``Channel``: direct messages to people who may not have written first."""

    def __init__(self, grants: Grants, clients: Clients, clock: Callable[[], datetime]) -> None:
        self._grants = grants
        self._clients = clients
        self._clock = clock

    async def send(self, delivery: Delivery) -> str:
        """Send a delivery; ``<channel>/<timestamp>`` of the message.

        Raises:
            UndeliverableError: the app is gone there, or Slack knows nobody to write to.
            TryLaterError: Slack asked for a pause, or could not be asked; nothing was sent.
            UnknowableError: Slack broke off when it had the message.
        """
        api = await self._api(delivery.workspace)
        message = render(Card(from_json(delivery.body), self._clock().date()))
        try:
            channel = await api.open_chat(delivery.account)
        except (SlackApiError, *NETWORK) as error:
            _give_up(error)
        metadata = {"event_type": EVENT, "event_payload": {"id": delivery.id}}
        try:
            return f"{channel}/{await api.post(channel, message, metadata=metadata)}"
        except (SlackApiError, *NETWORK) as error:
            if not _was_refused(error):
                raise UnknowableError(f"Slack broke off while it took {delivery.id}; it has to be looked up") from error
            _give_up(error)

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery, by the id in its metadata; ``None`` where it was not sent.

        Raises:
            UndeliverableError: as ``send``.
            TryLaterError: as ``send``.
        """
        api = await self._api(delivery.workspace)
        oldest = (delivery.due - _EARLY).timestamp()
        try:
            channel = await api.open_chat(delivery.account)
            cursor = ""
            for _ in range(_PAGES):
                page = await api.history(channel, oldest, cursor)
                for message in page.get("messages") or ():
                    if _id_of(message) == delivery.id:
                        return f"{channel}/{message['ts']}"
                cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return None
        except (SlackApiError, *NETWORK) as error:
            _give_up(error)
        return None

    async def _api(self, workspace: str) -> Api:
        grant = await self._grants.of(workspace)
        if grant is None:
            raise UndeliverableError("Clearpost is not installed in this Slack workspace; install it there again")
        # Not patient: the queue waits better than a worker does, and looks whether the message went out before it
        # is sent again.
        return self._clients.api(grant.token, patient=False)


def _id_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str((metadata.get("event_payload") or {}).get("id") or "") if metadata.get("event_type") == EVENT else ""


def _was_refused(error: Exception) -> bool:
    """Whether Slack said why it did not take a message; else it may have taken it."""
    if not isinstance(error, SlackApiError):
        return False
    return retry_after(error) is not None or code(error) not in _UNCLEAR


def _give_up(error: Exception) -> NoReturn:
    if not isinstance(error, SlackApiError):
        raise TryLaterError("Slack cannot be reached; check the network", _BROKEN) from error
    pause = retry_after(error)
    if pause is not None:
        raise TryLaterError(f"Slack asks for a pause of {pause:g} s", pause) from error
    told = code(error)
    if told in _NEVER:
        raise UndeliverableError(f"Slack will not deliver this: {told}") from error
    raise TryLaterError(f"Slack failed: {told or 'no reason given'}", _MISSING if told == "missing_scope" else _BROKEN)


__all__ = ["EVENT", "Deliveries"]
