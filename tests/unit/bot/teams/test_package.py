"""The app package: valid by Microsoft's own schema, with icons as Teams wants them."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from bot.channels.teams.package import MANIFEST_VERSION, TeamsPackage, manifest, write_package
from bot.errors import SettingsError, SurfaceError
from tests.unit.bot.teams.scene import APP

PACKAGE: Final = TeamsPackage(APP, "https://bot.example.com")
SCHEMAS: Final = Path("tests/platform/node_modules/@microsoft/app-manifest/build/json-schemas/teams")
needs_schema = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="Microsoft's schemas are not installed; `make test-platform` installs them"
)


@needs_schema
def test_manifest_is_valid() -> None:
    """The manifest is valid by Microsoft's schema of its version."""
    schema = json.loads((SCHEMAS / f"v{MANIFEST_VERSION}" / "MicrosoftTeams.schema.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(manifest(PACKAGE))


@needs_schema
def test_manifest_is_current() -> None:
    """The version is the newest that Microsoft's package ships."""
    numbered = [each.name[1:].split(".") for each in SCHEMAS.glob("v[0-9]*")]
    assert max(numbered, key=lambda each: tuple(map(int, each))) == MANIFEST_VERSION.split(".")


def test_manifest_names_the_app_everywhere() -> None:
    """One id is the app's, the bot's and the message extension's; the host is where the server is."""
    written: dict[str, Any] = manifest(TeamsPackage(APP.upper(), "https://bot.example.com/"))
    assert {written["id"], written["bots"][0]["botId"], written["composeExtensions"][0]["botId"]} == {APP}
    assert written["validDomains"] == ["bot.example.com"] and written["webApplicationInfo"]["id"] == APP
    assert written["developer"]["websiteUrl"] == "https://bot.example.com"


def test_commands_suggest_questions() -> None:
    """Suggested prompts are commands, in every sort of conversation; titles fit the menu of a phone."""
    written: dict[str, Any] = manifest(PACKAGE)
    bot = written["bots"][0]
    (commands,) = bot["commandLists"]
    assert commands["scopes"] == bot["scopes"] == ["personal", "team", "groupChat"]
    assert len(commands["commands"]) >= 3 and all(len(each["title"]) <= 32 for each in commands["commands"])


def test_message_extension_opens_a_dialog() -> None:
    """The command "Ask Clearpost" is an action on a message whose dialog comes from the bot."""
    written: dict[str, Any] = manifest(PACKAGE)
    (command,) = written["composeExtensions"][0]["commands"]
    assert command["title"] == "Ask Clearpost" and command["type"] == "action" and command["fetchTask"] is True
    assert "message" in command["context"]


def test_written_package(tmp_path: Path) -> None:
    """The zip holds the manifest and both icons at its top, and is the same each time."""
    path, again = tmp_path / "clearpost.zip", tmp_path / "again.zip"
    write_package(path, PACKAGE)
    write_package(again, PACKAGE)
    assert path.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest(PACKAGE)
        for name, side in (("color.png", 192), ("outline.png", 32)):
            png = archive.read(name)
            assert png.startswith(b"\x89PNG\r\n\x1a\n") and struct.unpack(">II", png[16:24]) == (side, side)


@pytest.mark.parametrize("app_id", ["", "clearpost", APP[:-1], f"{APP}0", f"{{{APP}}}"])
def test_id_that_is_none(app_id: str, tmp_path: Path) -> None:
    """What is no id is refused before anything is written."""
    with pytest.raises(SettingsError, match="CLEARPOST_TEAMS_APP_ID"):
        write_package(tmp_path / "p.zip", TeamsPackage(app_id, "https://bot.example.com"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bot.example.com",
        "http://bot.example.com",
        "https://localhost",
        "https://",
        "https://bot.example.com:8443",
        "https://bot.example.com:port",
        "https://u:p@bot.example.com",
    ],
)
def test_address_that_teams_cannot_reach(address: str, tmp_path: Path) -> None:
    """An address without https or a public name is refused with what one looks like."""
    with pytest.raises(SettingsError, match=r"CLEARPOST_PUBLIC_URL.*https://bot\.example\.com"):
        write_package(tmp_path / "p.zip", TeamsPackage(APP, address))


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Where the file cannot be written, the error names it."""
    with pytest.raises(SurfaceError, match="name another file"):
        write_package(tmp_path / "missing" / "p.zip", PACKAGE)
