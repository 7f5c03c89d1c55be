"""Slack and Teams are on with a whole set of settings, off with none, and refused with half a set."""

from __future__ import annotations

import pytest

from bot import wiring
from bot.errors import SettingsError
from bot.settings import load_settings

SLACK = {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1"}
OAUTH = {
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "c",
    "ENCRYPTION_KEYS": '["k"]',
    "PUBLIC_URL": "https://bot.example.com/",
}
SOCKET = {"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1"}
TEAMS = {"TEAMS_APP_ID": "id", "TEAMS_APP_PASSWORD": "p"}


def _set(environment: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        environment.setenv(f"CLEARPOST_{name}", value)


def test_nothing_set_is_off(bare_environment: pytest.MonkeyPatch) -> None:
    """Without any of their settings, both are off."""
    assert wiring.slack_config(load_settings()) is None
    assert wiring.teams_config(load_settings()) is None


@pytest.mark.parametrize("whole", [SLACK, OAUTH, SOCKET], ids=["token", "oauth", "socket"])
def test_a_whole_set_turns_slack_on(bare_environment: pytest.MonkeyPatch, whole: dict[str, str]) -> None:
    """One workspace by token, several by OAuth, or Socket Mode: each is enough by itself."""
    _set(bare_environment, whole)
    config = wiring.slack_config(load_settings())
    assert config is not None and config.api_url == "https://slack.com/api/"
    assert config.public_url in ("", "https://bot.example.com")


@pytest.mark.parametrize(
    ("whole", "missing"),
    [
        *((SLACK, name) for name in SLACK),
        *((OAUTH, name) for name in OAUTH),
        (SOCKET, "SLACK_BOT_TOKEN"),
    ],
)
def test_half_of_slack_is_an_error(bare_environment: pytest.MonkeyPatch, whole: dict[str, str], missing: str) -> None:
    """The error names what is missing, and none of the secrets that are there."""
    _set(bare_environment, {name: value for name, value in whole.items() if name != missing})
    with pytest.raises(SettingsError, match=f"set CLEARPOST_{missing}, or unset") as caught:
        wiring.slack_config(load_settings())
    assert "xoxb-1" not in str(caught.value)


@pytest.mark.parametrize("missing", TEAMS)
def test_half_of_teams_is_an_error(bare_environment: pytest.MonkeyPatch, missing: str) -> None:
    """The error names what is missing."""
    _set(bare_environment, {name: value for name, value in TEAMS.items() if name != missing})
    with pytest.raises(SettingsError, match=f"set CLEARPOST_{missing}, or unset"):
        wiring.teams_config(load_settings())


@pytest.mark.parametrize(("tenant", "kind"), [("", "MultiTenant"), ("t1", "SingleTenant")])
def test_teams_is_on(bare_environment: pytest.MonkeyPatch, tenant: str, kind: str) -> None:
    """An app with a tenant is a single-tenant one."""
    _set(bare_environment, TEAMS | {"TEAMS_APP_TENANT": tenant})
    config = wiring.teams_config(load_settings())
    assert config is not None
    assert (config.app_type, config.app_tenant, config.unauthenticated) == (kind, tenant, False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "bot.example.com"])  # noqa: S104 - refused, not bound
def test_the_playground_is_for_this_machine(bare_environment: pytest.MonkeyPatch, host: str) -> None:
    """What asks nobody who calls is never offered to a network."""
    _set(bare_environment, {"TEAMS_PLAYGROUND": "true", "HOST": host})
    with pytest.raises(SettingsError, match=r"set CLEARPOST_HOST to 127\.0\.0\.1"):
        wiring.teams_config(load_settings())


def test_the_playground_goes_without_an_app(bare_environment: pytest.MonkeyPatch) -> None:
    """A real app and the playground exclude one another."""
    _set(bare_environment, {"TEAMS_PLAYGROUND": "true"})
    config = wiring.teams_config(load_settings())
    assert config is not None and config.unauthenticated
    _set(bare_environment, TEAMS)
    with pytest.raises(SettingsError, match="unset it or CLEARPOST_TEAMS_APP_ID"):
        wiring.teams_config(load_settings())
