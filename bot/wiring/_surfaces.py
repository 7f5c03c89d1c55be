"""Which of Slack and Teams are on: whole sets of settings, or an error that names what is missing."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.settings import Settings, secret

if TYPE_CHECKING:
    from bot.channels.slack.app import SlackConfig
    from bot.channels.teams.parts import TeamsConfig


def slack_config(settings: Settings) -> SlackConfig | None:
    """What the Slack surface is set to; ``None`` where it is off.

    Raises:
        SettingsError: where only a part of what it needs is set.
    """
    given = {
        "slack_signing_secret": secret(settings.slack_signing_secret),
        "slack_bot_token": secret(settings.slack_bot_token),
        "slack_app_token": secret(settings.slack_app_token),
        "slack_client_id": settings.slack_client_id,
        "slack_client_secret": secret(settings.slack_client_secret),
    }
    if not any(given.values()):
        return None
    needed: dict[str, object] = {}
    if not given["slack_app_token"]:  # Socket Mode is authenticated by its own token
        needed["slack_signing_secret"] = given["slack_signing_secret"]
    if given["slack_client_id"] or given["slack_client_secret"]:
        needed |= {name: given[name] for name in ("slack_client_id", "slack_client_secret", "slack_signing_secret")}
        needed |= {"encryption_keys": settings.encryption_keys, "public_url": settings.public_url}
    else:
        needed["slack_bot_token"] = given["slack_bot_token"]
    _refuse_half("Slack", needed)
    from bot.channels.slack.app import SlackConfig

    return SlackConfig(
        signing_secret=given["slack_signing_secret"],
        bot_token=given["slack_bot_token"],
        app_token=given["slack_app_token"],
        client_id=given["slack_client_id"],
        client_secret=given["slack_client_secret"],
        allowed=settings.slack_workspaces,
        api_url=settings.slack_api_url,
        public_url=settings.public_url.rstrip("/"),
        coe_group=settings.slack_coe_group,
    )


def teams_config(settings: Settings) -> TeamsConfig | None:
    """What the Teams surface is set to; ``None`` where it is off.

    Raises:
        SettingsError: where only a part of what it needs is set, or the playground is offered to a network.
    """
    password = secret(settings.teams_app_password)
    if settings.teams_playground:
        if settings.teams_app_id or password:
            raise SettingsError("CLEARPOST_TEAMS_PLAYGROUND goes without an app; unset it or CLEARPOST_TEAMS_APP_ID")
        if not _is_this_machine(settings.host):
            raise SettingsError("CLEARPOST_TEAMS_PLAYGROUND asks nobody who calls; set CLEARPOST_HOST to 127.0.0.1")
    elif not settings.teams_app_id and not password:
        return None
    else:
        _refuse_half("Teams", {"teams_app_id": settings.teams_app_id, "teams_app_password": password})
    from bot.channels.teams.parts import TeamsConfig

    return TeamsConfig(
        app_id=settings.teams_app_id,
        app_password=password,
        app_type="SingleTenant" if settings.teams_app_tenant else "MultiTenant",
        app_tenant=settings.teams_app_tenant,
        tenants=settings.teams_tenants,
        catalog_app_id=settings.teams_catalog_app_id,
        unauthenticated=settings.teams_playground,
        coe_team=settings.teams_coe_team,
    )


def write_teams_package(path: Path, settings: Settings) -> None:
    """Write the app package for Teams.

    Raises:
        SettingsError: where the app's id or the public address is not set, or of no use.
        SurfaceError: where the file cannot be written.
    """
    from bot.channels.teams.package import TeamsPackage, write_package

    needed = {"teams_app_id": settings.teams_app_id, "public_url": settings.public_url}
    missing = [f"CLEARPOST_{name.upper()}" for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(f"the package names the app and its address; set {' and '.join(missing)}")
    write_package(path, TeamsPackage(app_id=settings.teams_app_id, public_url=settings.public_url))


def _refuse_half(surface: str, needed: Mapping[str, object]) -> None:
    missing = [f"CLEARPOST_{name.upper()}" for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            f"{surface} is only half set up: set {' and '.join(missing)}, or unset the other settings of {surface}"
        )


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


__all__ = ["slack_config", "teams_config", "write_teams_package"]
