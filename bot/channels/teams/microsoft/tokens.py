"""Tokens: the keys that Microsoft signs incoming ones with, and the ones that the app itself shows.

botbuilder fetches both in the middle of the event loop, without a time limit, and a token for every message anew.
Here they are fetched in a thread, with one, and kept.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
import structlog
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError
from msal import ConfidentialClientApplication

from bot.errors import SurfaceError, TryLaterError

Clock = Callable[[], datetime]

_PATIENCE: Final = 5.0  # seconds for one answer of a server of Microsoft's
_FRESH: Final = timedelta(hours=12)
_USABLE: Final = timedelta(hours=36)
_AGAIN: Final = timedelta(minutes=5)  # an unknown key is looked for no sooner, or anybody could make us ask all day
_AFTER_FAILURE: Final = timedelta(seconds=10)
_EARLY: Final = timedelta(minutes=5)  # a token is renewed this long before it ends
_LONGEST_AGO: Final = datetime.min.replace(tzinfo=UTC)
_AADSTS: Final = re.compile(r"AADSTS\d+")


class KeysUnreachableError(SurfaceError):
    """Microsoft's signing keys cannot be had now, so nobody's token can be told from a forged one."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key, in the shape that botbuilder reads; ``endorsements`` are the channels that it may speak for."""

    public_key: Any  # cryptography's type, of no interest here
    endorsements: tuple[str, ...]


class SigningKeys:
    """The keys behind one OpenID document; takes the place of botbuilder's own cache of them."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched = _LONGEST_AGO
        self._failed = _LONGEST_AGO
        self._lock = threading.Lock()

    async def get(self, key_id: object) -> SigningKey:
        """The key of an id.

        Raises:
            PermissionError: there is none.
            KeysUnreachableError: that cannot be told now.
        """
        age = self._clock() - self._fetched
        if age > _FRESH or (key_id not in self._keys and age > _AGAIN):
            await asyncio.to_thread(self._refresh, self._fetched)
        if self._clock() - self._fetched > _USABLE:
            raise KeysUnreachableError(
                "Microsoft's signing keys cannot be fetched; is login.botframework.com reachable?"
            )
        key = self._keys.get(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise PermissionError("the token is signed with an unknown key")
        return key

    def _refresh(self, seen: datetime) -> None:
        """Fetch the keys, unless another thread just did or just failed to. Blocking."""
        with self._lock:
            now = self._clock()
            if self._fetched != seen or now - self._failed < _AFTER_FAILURE:
                return
            try:
                self._keys = _fetch(self._url)
            except (requests.RequestException, PyJWTError, ValueError, KeyError, TypeError) as error:
                self._failed = now
                structlog.get_logger(__name__).warning("teams_keys_unreachable", error=type(error).__name__)
            else:
                self._fetched = now


class AppTokens:
    """The app's own tokens by tenant and scope, kept until shortly before they end.

    ``login`` is Microsoft's sign-in, with a slash at its end; ``home`` the tenant that tokens for Teams come from.
    ``http_client`` is msal's parameter of that name: what fetches, for tests.
    """

    def __init__(
        self, app_id: str, password: str, login: str, home: str, clock: Clock, http_client: object | None = None
    ) -> None:
        self._app_id = app_id
        self._password = password
        self._login = login
        self._home = home
        self._clock = clock
        self._http_client = http_client
        self._kept: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    async def get(self, scope: str, tenant: str = "") -> str:
        """A token for a scope, from the app's home or another tenant.

        Raises:
            TryLaterError: Microsoft gives none now.
        """
        key = (tenant or self._home, scope)
        return self._known(key) or await asyncio.to_thread(self._renewed, key)

    def _known(self, key: tuple[str, str]) -> str:
        token, until = self._kept.get(key, ("", _LONGEST_AGO))
        return token if self._clock() < until else ""

    def _renewed(self, key: tuple[str, str]) -> str:
        """A new token, unless another thread just got one. Blocking."""
        with self._lock:
            if not self._known(key):
                self._kept[key] = self._fetch(*key)
            return self._kept[key][0]

    def _fetch(self, tenant: str, scope: str) -> tuple[str, datetime]:
        now = self._clock()
        try:
            app = ConfidentialClientApplication(
                self._app_id,
                client_credential=self._password,
                authority=self._login + tenant,
                instance_discovery=False,  # whom to ask is ours to say
                timeout=_PATIENCE,
                http_client=self._http_client,
            )
            answer = app.acquire_token_for_client(scopes=[f"{scope}/.default"])
        except (requests.RequestException, ValueError) as error:  # msal's word for an authority that is none
            raise TryLaterError("Microsoft's sign-in cannot be reached to get the app's token", 30) from error
        if "access_token" not in answer:
            reason = " ".join(_AADSTS.findall(str(answer.get("error_description", "")))[:1])
            structlog.get_logger(__name__).error(
                "teams_token_refused",
                error=str(answer.get("error", ""))[:60],
                reason=reason,
                remedy="check CLEARPOST_TEAMS_APP_ID, _APP_PASSWORD (has it expired?) and _APP_TENANT",
            )
            raise TryLaterError("Microsoft gives the app no token; its password may have expired", 60)
        lifetime = timedelta(seconds=int(answer.get("expires_in", 0)))
        return str(answer["access_token"]), now + max(lifetime - _EARLY, timedelta(seconds=30))


def _fetch(url: str) -> dict[str, SigningKey]:
    """The keys that an OpenID document points to. Blocking."""
    keys = _json(str(_json(url)["jwks_uri"]))["keys"]
    return {
        str(each["kid"]): SigningKey(RSAAlgorithm.from_jwk(dict(each)), tuple(each.get("endorsements") or ()))
        for each in keys
        if each.get("kty") == "RSA" and "kid" in each
    }


def _json(url: str) -> Any:  # noqa: ANN401 - what a server sends; every step into it may fail and is caught above
    response = requests.get(url, timeout=_PATIENCE)
    response.raise_for_status()
    return response.json()


__all__ = ["AppTokens", "KeysUnreachableError", "SigningKey", "SigningKeys"]
