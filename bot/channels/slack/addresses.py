"""Slack as an address book: the account behind an e-mail address, in the workspace that is asked alone."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot.channels.slack.calls import NETWORK, NOBODY, Clients, code, retry_after
from bot.channels.slack.grants import SURFACE, Grants
from bot.errors import TryLaterError, UndeliverableError
from bot.ports import Profile
from bot.ports.introductions import Found

_BROKEN: Final = 300.0  # seconds after which Slack is asked again where it failed or could not be reached
_MISSING: Final = 3_600.0  # the same where an administrator has to do something first
_PATIENCE: Final = 30.0  # seconds for one answer; a client gives up before that


class Addresses:
    """Implements ``AddressBook`` in threads, over calls that are made on the event loop it was started on."""

    def __init__(self, grants: Grants, clients: Clients) -> None:
        self._grants = grants
        self._clients = clients
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Take the event loop that runs."""
        self._loop = asyncio.get_running_loop()

    def look_up(self, workspace: str, email: str) -> Found | None:
        """The account of exactly this address in a workspace; see ``AddressBook``.

        Raises:
            UndeliverableError: Clearpost is not installed there.
            TryLaterError: Slack cannot be asked now.
        """
        if self._loop is None:
            raise TryLaterError("Slack is not connected yet; it is asked later", _BROKEN)
        asked = asyncio.run_coroutine_threadsafe(self._look_up(workspace, email), self._loop)
        try:
            return asked.result(_PATIENCE)
        except concurrent.futures.TimeoutError as error:
            asked.cancel()
            raise TryLaterError("Slack does not answer; check the network", _BROKEN) from error

    async def _look_up(self, workspace: str, email: str) -> Found | None:
        grant = await self._grants.of(workspace)
        if grant is None:
            raise UndeliverableError("Clearpost is not installed in this Slack workspace; install it there again")
        try:
            user = await self._clients.api(grant.token, patient=False).user_by_email(email)
        except SlackApiError as error:
            if code(error) == NOBODY:
                return None
            raise _later(error) from error
        except NETWORK as error:
            raise TryLaterError("Slack cannot be reached; check the network", _BROKEN) from error
        return _found(user, workspace.removeprefix(f"{SURFACE}:"), email)


def _found(user: Mapping[str, Any], home: str, email: str) -> Found | None:
    """The person whom Slack tells of, if it is one of this team or enterprise, of this address and still there."""
    profile = user.get("profile") or {}
    told = str(profile.get("email") or "").strip().lower()
    gone = user.get("deleted") or user.get("is_bot") or user.get("is_stranger")
    if gone or not user.get("id") or told != email.strip().lower() or home not in _homes(user):
        return None
    name = str(profile.get("real_name") or user.get("real_name") or "")
    return Found(str(user["id"]), Profile(name, told, str(user.get("tz") or ""), str(user.get("locale") or "")))


def _homes(user: Mapping[str, Any]) -> set[str]:
    """The teams that somebody belongs to, and their enterprise."""
    enterprise = user.get("enterprise_user") or {}
    homes = {user.get("team_id"), enterprise.get("enterprise_id"), *(enterprise.get("teams") or ())}
    return {str(each) for each in homes if each}


def _later(error: SlackApiError) -> TryLaterError:
    pause = retry_after(error)
    if pause is not None:
        return TryLaterError(f"Slack asks for a pause of {pause:g} s", pause)
    told = code(error)
    if told == "missing_scope":
        return TryLaterError("the app lacks users:read.email; add the scope, then install the app again", _MISSING)
    return TryLaterError(f"Slack does not tell who has an address: {told or 'no reason given'}", _BROKEN)


__all__ = ["Addresses"]
