"""The app package that is uploaded to Teams: a manifest and two icons in a zip."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.errors import SettingsError, SurfaceError

MANIFEST_VERSION: Final = "1.30"

_SCHEMA: Final = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
_ICONS: Final = Path(__file__).parent / "package"
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same settings give the same file
_SCOPES: Final = ["personal", "team", "groupChat"]
_COMMANDS: Final = (
    ("May I post photos from work?", "Pictures and videos of people, places and products"),
    ("A journalist wrote to me", "Who answers the press, and what to do until then"),
    ("May I praise our products?", "What you have to say about where you work"),
    ("My lessons", "What is due, how far you are, and the level that you hold"),
    ("My level", "What you need to be certified, and your certificates"),
    ("Help", "What Clearpost can do for you"),
)


@dataclass(frozen=True, slots=True)
class TeamsPackage:
    """What is in the package: ``app_id`` is the bot's Microsoft app id, ``public_url`` where the server is reached."""

    app_id: str
    public_url: str


def write_package(path: Path, package: TeamsPackage) -> None:
    """Write the package as a zip file.

    Raises:
        SettingsError: where the id is no id, or the address is none that Teams can reach.
        SurfaceError: where the file cannot be written.
    """
    written = json.dumps(manifest(package), indent=2, ensure_ascii=False) + "\n"
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("manifest.json", _EPOCH), written)
            for name in ("color.png", "outline.png"):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), (_ICONS / name).read_bytes())
    except OSError as error:
        raise SurfaceError(f"'{path}' cannot be written ({error.strerror}); name another file") from error


def manifest(package: TeamsPackage) -> dict[str, object]:
    """The manifest, as JSON.

    Raises:
        SettingsError: where the id is no id, or the address is none that Teams can reach.
    """
    app_id, address = package.app_id.strip().lower(), package.public_url.strip().rstrip("/")
    if not _GUID.fullmatch(app_id):
        raise SettingsError("CLEARPOST_TEAMS_APP_ID must be the app's id, such as 00000000-0000-4000-8000-000000000000")
    host = _host(address)
    return {
        "$schema": _SCHEMA,
        "manifestVersion": MANIFEST_VERSION,
        "version": version("clearpost"),
        "id": app_id,
        "developer": {
            "name": "Clearpost",
            "websiteUrl": address,
            "privacyUrl": address,
            "termsOfUseUrl": address,
        },
        "name": {"short": "Clearpost", "full": "Clearpost: can I post this?"},
        "description": {
            "short": "“Can I post this?” Answered from our policies, word for word.",
            "full": (
                "Tell Clearpost what you would like to post, or what happened online. It looks up the company's "
                "social-media policies and answers yes, yes if, ask first or no, with the sentence that the answer "
                "rests on, and names a person to ask. It makes nothing up, and only you see what you ask: asked in a "
                "channel, it answers in your personal chat."
            ),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#0F6168",
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [
            {
                "botId": app_id,
                "scopes": _SCOPES,
                "commandLists": [
                    {
                        "scopes": _SCOPES,
                        "commands": [{"title": title, "description": about} for title, about in _COMMANDS],
                    }
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "commands": [
                    {
                        "id": "ask",
                        "type": "action",
                        "title": "Ask Clearpost",
                        "description": "Ask about this message; only you see the answer",
                        "context": ["message", "compose", "commandBox"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [host],
        "webApplicationInfo": {"id": app_id, "resource": f"api://{host}/botid-{app_id}"},
    }


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        usable = parts.scheme == "https" and "." in host and not parts.username and parts.port in (None, 443)
    except ValueError:  # such as a port that is no number
        usable, host = False, ""
    if not usable:
        raise SettingsError(
            "CLEARPOST_PUBLIC_URL must be where Teams reaches the server, such as https://bot.example.com"
        )
    return host


__all__ = ["MANIFEST_VERSION", "TeamsPackage", "manifest", "write_package"]
