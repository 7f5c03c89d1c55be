"""Messages that are owed: sent once, with the delivery's id in the message's metadata to find it by, or changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from slack_sdk.errors import SlackApiError

from bot.channels.failure import log_unexpected
from bot.channels.slack.blocks import Card, Rendered, render
from bot.channels.slack.calls import BAD_BLOCKS, NETWORK, NOT_THERE, Api, Clients, code, retry_after
from bot.channels.slack.grants import DEAD, Grants
from bot.channels.slack.who import Spot, spot_of
from bot.conversation.kept import from_json
from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Delivery

EVENT: Final = "clearpost_delivery"
"""The type of the metadata that carries a delivery's id."""

_NOT_IN: Final = {"channel_not_found", "not_in_channel"}
_NO_THREAD: Final = NOT_THERE | {"cannot_reply_to_message"}
_NEVER: Final = (
    DEAD
    | BAD_BLOCKS
    | _NO_THREAD
    | {
        *("user_not_found", "users_not_found", "user_disabled", "user_not_visible", "user_is_bot", "cannot_dm_bot"),
        *("messages_tab_disabled", "team_access_not_granted", "no_permission", "not_allowed_token_type"),
        "metadata_too_large",
    }
)
_UNCLEAR: Final = {"", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
"""Failures of Slack itself, which may come after a message was taken."""

_BROKEN: Final = 60.0  # seconds after which Slack is asked again where it failed or could not be reached
_MISSING: Final = 3_600.0  # the same where an administrator has to add a scope first
_EARLY: Final = timedelta(days=1)  # a message is not searched before its due time, give or take the clocks
_PAGES: Final = 10  # of 200 messages each

_Page = Mapping[str, Any]


class Deliveries:
    """Implements ``Channel``: messages to people who may not have written first, and into channels.

    A message's name is ``<channel>/<timestamp>``.
    """

    def __init__(self, grants: Grants, clients: Clients, clock: Callable[[], datetime]) -> None:
        self._grants = grants
        self._clients = clients
        self._clock = clock

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send a delivery, or change a message; its name. Where Slack takes no blocks, the plain words are sent.

        Raises:
            UndeliverableError: the app is gone there, or Slack knows nobody to write to, or no such message.
            TryLaterError: Slack asked for a pause, or could not be asked; nothing was sent.
            UnknowableError: Slack broke off when it had the message.
        """
        api = await self._api(delivery.workspace)
        rendered = render(Card(from_json(delivery.body), self._clock().date()))
        try:
            try:
                return await _write(api, delivery, message, rendered)
            except SlackApiError as error:
                if code(error) not in BAD_BLOCKS or not rendered.blocks:
                    raise
                log_unexpected("slack_blocks_refused", error)
                return await _write(api, delivery, message, Rendered(rendered.text, ()))
        except (SlackApiError, *NETWORK) as error:
            if not _was_refused(error):
                raise UnknowableError(f"Slack broke off while it took {delivery.id}; it has to be looked up") from error
            _give_up(error, delivery.place)

    async def find(self, delivery: Delivery) -> str | None:
        """The message of a delivery, by the id in its metadata; ``None`` where it was not sent.

        Raises:
            UndeliverableError: as ``send``.
            TryLaterError: as ``send``.
            UnknowableError: the bot may not read there, or too much was written since.
        """
        if delivery.place.startswith("#"):
            raise UnknowableError(f"Slack looks into no channel by its name; name {delivery.place} by its id instead")
        api = await self._api(delivery.workspace)
        oldest = (delivery.due - _EARLY).timestamp()
        try:
            found = await _find_in_thread(api, delivery, oldest)
            if found is not None:
                return found
            channel = delivery.place or await api.open_chat(delivery.account)
            return await _search(delivery, channel, lambda cursor: api.history(channel, oldest, cursor))
        except (SlackApiError, *NETWORK) as error:
            if delivery.place and isinstance(error, SlackApiError) and code(error) in {"missing_scope", *_NOT_IN}:
                raise UnknowableError(
                    f"Slack does not let Clearpost read {delivery.place} ({code(error)}); invite it there"
                ) from error
            _give_up(error, delivery.place)

    async def _api(self, workspace: str) -> Api:
        grant = await self._grants.of(workspace)
        if grant is None:
            raise UndeliverableError("Clearpost is not installed in this Slack workspace; install it there again")
        # Not patient: the queue waits better than a worker does, and looks whether the message went out before it
        # is sent again.
        return self._clients.api(grant.token, patient=False)


async def _write(api: Api, delivery: Delivery, message: str, rendered: Rendered) -> str:
    """Change a message, or write one: in a channel, in the person's own thread, or else in their direct messages."""
    if message:
        channel, _, ts = message.rpartition("/")
        await api.update(channel, ts, rendered)
        return message
    spot = _thread_of(delivery)
    if spot is not None:
        try:
            return await _post(api, delivery, rendered, spot.channel, spot.root)
        except SlackApiError as error:
            if code(error) not in _NO_THREAD:
                raise
    return await _post(api, delivery, rendered, delivery.place or await _open_chat(api, delivery.account))


async def _post(api: Api, delivery: Delivery, rendered: Rendered, channel: str, thread: str = "") -> str:
    metadata = {"event_type": EVENT, "event_payload": {"id": delivery.id}}
    return "/".join(await api.deliver(channel, rendered, thread, metadata))


async def _open_chat(api: Api, account: str) -> str:
    try:
        return await api.open_chat(account)
    except (SlackApiError, *NETWORK) as error:  # whatever it is, nothing was sent yet
        _give_up(error)


def _thread_of(delivery: Delivery) -> Spot | None:
    """The person's own thread in their direct messages, where that is where they asked."""
    spot = spot_of(delivery.thread)
    is_theirs = delivery.thread.rpartition("/")[2] == delivery.account
    return spot if delivery.account and spot.personal and spot.root and is_theirs else None


async def _find_in_thread(api: Api, delivery: Delivery, oldest: float) -> str | None:
    spot = _thread_of(delivery)
    if spot is None:
        return None
    try:
        return await _search(
            delivery, spot.channel, lambda cursor: api.replies(spot.channel, spot.root, oldest, cursor)
        )
    except SlackApiError as error:
        if code(error) not in _NO_THREAD:
            raise
        return None


async def _search(delivery: Delivery, channel: str, page_at: Callable[[str], Awaitable[_Page]]) -> str | None:
    """The message of a delivery among the pages of a channel or thread."""
    cursor = ""
    for _ in range(_PAGES):
        page = await page_at(cursor)
        for message in page.get("messages") or ():
            if _id_of(message) == delivery.id:
                return f"{channel}/{message['ts']}"
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return None
    raise UnknowableError(f"too much was written since {delivery.id} was due; look for it in Slack")


def _id_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str((metadata.get("event_payload") or {}).get("id") or "") if metadata.get("event_type") == EVENT else ""


def _was_refused(error: Exception) -> bool:
    """Whether Slack said why it did not take a message; else it may have taken it."""
    if not isinstance(error, SlackApiError):
        return False
    return retry_after(error) is not None or code(error) not in _UNCLEAR


def _give_up(error: Exception, place: str = "") -> NoReturn:
    if not isinstance(error, SlackApiError):
        raise TryLaterError("Slack cannot be reached; check the network", _BROKEN) from error
    pause = retry_after(error)
    if pause is not None:
        raise TryLaterError(f"Slack asks for a pause of {pause:g} s", pause) from error
    told = code(error)
    if place and told in _NOT_IN:
        raise UndeliverableError(f"Slack does not let Clearpost write in {place} ({told}); invite it there") from error
    if told in _NEVER:
        raise UndeliverableError(f"Slack will not deliver this: {told}") from error
    raise TryLaterError(f"Slack failed: {told or 'no reason given'}", _MISSING if told == "missing_scope" else _BROKEN)


__all__ = ["EVENT", "Deliveries"]
