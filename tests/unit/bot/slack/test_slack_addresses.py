"""Slack tells who has an address, and only of people who belong to the workspace that is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import pytest
from slack_sdk.errors import SlackApiError

from bot.channels.slack.addresses import Addresses
from bot.channels.slack.calls import Api, Clients
from bot.channels.slack.grants import Grant
from bot.errors import TryLaterError, UndeliverableError
from bot.ports import Profile
from bot.ports.introductions import Found

INES: Final = "ines@example.com"
PROFILE: Final = {"real_name": "Ines Example", "email": "Ines@Example.com"}
USER: Final[Mapping[str, Any]] = {"id": "U1", "team_id": "T1", "tz": "Europe/Berlin", "profile": PROFILE}
FOUND: Final = Found("U1", Profile("Ines Example", INES, "Europe/Berlin"))


class _Api(Api):
    """Tells of one user, or says no."""

    def __init__(self, told: Mapping[str, Any] | Exception) -> None:
        self._told = told

    async def user_by_email(self, email: str) -> Mapping[str, Any]:
        """The user."""
        assert email == INES
        if isinstance(self._told, Exception):
            raise self._told
        return self._told


class _Slack(Clients):
    """Grants and clients of a Slack that tells one thing; it is installed in one workspace."""

    def __init__(self, told: Mapping[str, Any] | Exception, installed: str = "slack:T1") -> None:
        super().__init__("http://127.0.0.1:9/api/")
        self._told = told
        self._installed = installed

    async def of(self, workspace: str) -> Grant | None:
        """The leave."""
        return Grant(workspace, "xoxb-1", "B1", "U0") if workspace == self._installed else None

    def api(self, token: str, *, patient: bool = True) -> Api:
        """The calls; nothing is tried again while others wait."""
        assert token == "xoxb-1" and not patient
        return _Api(self._told)


async def _look_up(told: Mapping[str, Any] | Exception, workspace: str = "slack:T1") -> Found | None:
    slack = _Slack(told, workspace)
    addresses = Addresses(slack, slack)  # type: ignore[arg-type] # it is asked for nothing but the leave
    addresses.start()
    return await asyncio.to_thread(addresses.look_up, workspace, INES)


def _refusal(error: str, status: int = 200, **headers: str) -> SlackApiError:
    class _Response(dict[str, Any]):
        status_code = status

    response = _Response(ok=False, error=error)
    response.headers = headers  # type: ignore[attr-defined] # as the SDK's own has it
    return SlackApiError("no", response)  # type: ignore[no-untyped-call] # the SDK annotates no results here


async def test_a_member_is_found() -> None:
    """With their account, name, address and time zone."""
    assert await _look_up(USER) == FOUND


@pytest.mark.parametrize(
    "about",
    [
        {"enterprise_user": {"enterprise_id": "E1", "teams": ["T7", "T1"]}, "team_id": "T7"},
        {"enterprise_user": {"enterprise_id": "T1"}, "team_id": "T7"},
    ],
    ids=["another team of theirs", "their enterprise"],
)
async def test_whoever_belongs_to_the_enterprise_is_found(about: Mapping[str, Any]) -> None:
    """In an Enterprise Grid the team that is named may be another one of theirs."""
    assert await _look_up({**USER, **about}) == FOUND


@pytest.mark.parametrize(
    "about",
    [
        {"team_id": "T9"},
        {"team_id": "T9", "enterprise_user": {"enterprise_id": "E9", "teams": ["T9"]}},
        {"is_stranger": True},
        {"deleted": True},
        {"is_bot": True},
        {"profile": {**PROFILE, "email": "other@example.com"}},
        {"profile": {"real_name": "Ines Example"}},
        {"profile": None},
        {"team_id": None},
        {"id": ""},
    ],
)
async def test_nobody_is_guessed(about: Mapping[str, Any]) -> None:
    """Not who belongs to another company, has gone, is no person, or is told of under another address or none."""
    assert await _look_up({**USER, **about}) is None


async def test_an_address_that_nobody_has() -> None:
    """Slack says so, which is an answer and no failure."""
    assert await _look_up(_refusal("users_not_found")) is None


@pytest.mark.parametrize(
    ("error", "after", "words"),
    [
        (_refusal("ratelimited", 429, **{"Retry-After": "42"}), 42, "a pause of 42 s"),
        (_refusal("missing_scope"), 3600, "add the scope"),
        (_refusal("fatal_error"), 300, "fatal_error"),
        (TimeoutError(), 300, "check the network"),
    ],
)
async def test_a_slack_that_cannot_be_asked_now(error: Exception, after: float, words: str) -> None:
    """It says for how long to leave it alone; nobody counts as unknown by that."""
    with pytest.raises(TryLaterError, match=words) as raised:
        await _look_up(error)
    assert raised.value.after == after


async def test_where_it_is_not_installed() -> None:
    """No leave, no question."""
    slack = _Slack(USER)
    addresses = Addresses(slack, slack)  # type: ignore[arg-type] # as above
    addresses.start()
    with pytest.raises(UndeliverableError, match="not installed"):
        await asyncio.to_thread(addresses.look_up, "slack:T2", INES)


def test_before_the_start_it_cannot_be_asked() -> None:
    """Without an event loop nothing is called."""
    slack = _Slack(USER)
    with pytest.raises(TryLaterError):
        Addresses(slack, slack).look_up("slack:T1", INES)  # type: ignore[arg-type] # as above
