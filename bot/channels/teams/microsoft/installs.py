"""Adds the app for a person through Microsoft Graph, where the company's administrator has allowed it."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Final

import requests
import structlog

from bot.channels.teams.microsoft.tokens import AppTokens
from bot.errors import DeliveryError

_PATIENCE: Final = 10  # seconds
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_THERE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT, HTTPStatus.CONFLICT})


class GraphInstaller:
    """``catalog_app_id`` is the app's id in the organisation's catalogue, which is not the one of its manifest.

    Needs the application permission ``TeamsAppInstallation.ReadWriteSelfForUser.All``.
    """

    def __init__(self, tokens: AppTokens, catalog_app_id: str, graph: str) -> None:
        self._tokens = tokens
        self._catalog_app_id = catalog_app_id
        self._graph = graph

    async def install(self, tenant: str, account: str) -> bool:
        """Whether the app is there for this person now."""
        if not _GUID.fullmatch(account):  # not a person of the directory
            return False
        try:
            token = await self._tokens.get(self._graph, tenant)
            status = await asyncio.to_thread(self._post, account, token)
        except (DeliveryError, requests.RequestException) as error:
            structlog.get_logger(__name__).warning("teams_install_failed", error=type(error).__name__)
            return False
        if status not in _THERE:
            structlog.get_logger(__name__).warning(
                "teams_install_refused",
                status=status,
                remedy="see “Adding the app for people” in docs/install-teams.md",
            )
        return status in _THERE

    def _post(self, account: str, token: str) -> int:
        app = f"{self._graph}/v1.0/appCatalogs/teamsApps/{self._catalog_app_id}"
        with requests.post(
            f"{self._graph}/v1.0/users/{account}/teamwork/installedApps",
            json={"teamsApp@odata.bind": app},
            headers={"Authorization": f"Bearer {token}"},
            timeout=_PATIENCE,
            allow_redirects=False,
        ) as response:
            return response.status_code


__all__ = ["GraphInstaller"]
