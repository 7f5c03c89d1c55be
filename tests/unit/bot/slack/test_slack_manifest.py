"""The manifest: valid by Slack's own schema, no scope too few and none too many."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml

from bot.channels.slack.app import EVENTS
from bot.channels.slack.listeners import commands, shortcuts
from bot.channels.slack.oauth import REDIRECT, SCOPES

ROOT: Final = Path(__file__).parents[4]
SLACK: Final = ROOT / "bot" / "channels" / "slack"
SCHEMA: Final = ROOT.parent / "shared" / "data" / "slack-manifest.schema.1.0.0.json"
PUBLIC: Final = "https://clearpost.example.com"

# https://docs.slack.dev/reference/methods/<method>: "Scopes", bot token; an empty set where none is needed.
METHODS: Final[dict[str, set[str]]] = {
    "assistant.threads.setStatus": {"chat:write"},  # since 2026-03-05 by its changelog, before: assistant:write
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    # Of direct messages, and of channels that cases are brought to.
    "conversations.history": {"im:history", "channels:history", "groups:history"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"im:history"},  # of threads in direct messages
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read", "users:read.email"},  # the second one for profile.email
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}

# https://docs.slack.dev/reference/events/<event>: "Required scopes".
EVENTS_NEED: Final[dict[str, set[str]]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_left": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
}
FEATURES_NEED: Final = {"commands"}  # slash commands and shortcuts


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The manifest as Slack reads it."""
    return dict(yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8")))


def _source() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(SLACK.rglob("*.py")))


def test_slack_takes_it(manifest: dict[str, Any]) -> None:
    """Slack's own schema of manifests finds nothing wrong."""
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not beside this checkout (../shared/data); it is not ours to copy")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(manifest)


def test_every_method_has_its_scopes(manifest: dict[str, Any]) -> None:
    """Each method that the code calls is known here, and its scopes are asked for."""
    called = set(re.findall(r'self\._(?:call|form)\(\s*"([\w.]+)"', (SLACK / "calls.py").read_text("utf-8")))
    assert called == set(METHODS)
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert all(needed <= scopes for needed in METHODS.values())


def test_no_call_goes_past_the_list() -> None:
    """No other module calls a method of the Web API by itself."""
    sdk = re.findall(r"\.((?:chat|users|views|conversations|assistant|auth|files|team)_\w+)\(", _source())
    assert sdk == []
    assert _source().count("api_call(") == 2


def test_every_scope_is_used(manifest: dict[str, Any]) -> None:
    """Each scope is needed by a method, an event or a feature, and OAuth asks for the same ones."""
    scopes = manifest["oauth_config"]["scopes"]
    needed = set[str]().union(FEATURES_NEED, *METHODS.values(), *EVENTS_NEED.values())
    assert set(scopes) == {"bot"}
    assert set(scopes["bot"]) == needed
    assert tuple(scopes["bot"]) == SCOPES == tuple(sorted(SCOPES))


def test_every_scope_says_why() -> None:
    """Each scope has its reason on the line above."""
    lines = (ROOT / "manifest.yml").read_text("utf-8").splitlines()
    for scope in SCOPES:
        at = lines.index(f"      - {scope}")
        assert lines[at - 1].strip().startswith("# "), scope


def test_the_document_asks_for_the_same() -> None:
    """What administrators are asked for is what the manifest holds."""
    document = (ROOT / "docs" / "install-slack.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `([\w.:]+)` \|", document, re.MULTILINE))[: len(SCOPES)] == SCOPES


def test_every_event_is_listened_to(manifest: dict[str, Any]) -> None:
    """The events that are asked for are those with a listener."""
    asked = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert set(asked) == set(EVENTS_NEED)
    heard = set(re.findall(r'@app\.event\("(\w+)"\)', _source()))
    assert {event.partition(".")[0] for event in asked} == heard


def test_addresses_and_names_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    """Every address leads to a route, every command and shortcut to its listener."""
    settings, features = manifest["settings"], manifest["features"]
    (command,) = features["slash_commands"]
    addresses = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        command["url"],
    }
    assert addresses == {PUBLIC + EVENTS}
    assert manifest["oauth_config"]["redirect_urls"] == [PUBLIC + REDIRECT]
    assert command["command"] == commands.COMMAND
    told = {(each["type"], each["callback_id"]) for each in features["shortcuts"]}
    assert told == {("message", shortcuts.ABOUT_MESSAGE), ("global", shortcuts.ANYWHERE)}
    assert settings["org_deploy_enabled"] and settings["token_rotation_enabled"]
    assert (ROOT / "manifest.yml").read_text("utf-8").count("# your address") == 4
