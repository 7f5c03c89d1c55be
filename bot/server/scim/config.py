"""Who may keep which people, and what the groups of the identity provider say of their members."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.errors import SettingsError
from bot.ports.directory import Field
from lessons.models import Track

_SHORTEST: Final = 32  # characters of a token
_NAME: Final = "CLEARPOST_SCIM_GROUPS"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a group says of its members: that they are on a track, or in a unit."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class ScimConfig:
    """``tokens`` are by organisation, and each opens the people of its own alone; without any, there are no routes.

    ``groups`` are by name, each ``track:partners`` or ``unit:Sales``. ``address`` is the server's own as the identity
    provider knows it (``https://clearpost.example.com``); empty takes it from the request.

    Raises:
        SettingsError: a token is short or stands there twice, or a group says neither a track nor a unit.
    """

    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    groups: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    def __post_init__(self) -> None:
        for organisation, token in self.tokens.items():
            if len(token) < _SHORTEST:
                raise SettingsError(
                    f"the SCIM token of '{organisation}' is too short; take {_SHORTEST} characters or more, such "
                    "as 'openssl rand -hex 32' prints"
                )
        if len(set(self.tokens.values())) < len(self.tokens):
            raise SettingsError("two organisations have the same SCIM token; give each one of its own")
        for name, said in self.groups.items():
            _meaning(name, said)

    def organisation(self, token: str) -> str | None:
        """Whose people a token opens; how long it takes tells nothing of the tokens that there are."""
        given = _digest(token)
        found: str | None = None
        for organisation, each in self.tokens.items():
            if hmac.compare_digest(given, _digest(each)):
                found = organisation
        return found

    @property
    def meanings(self) -> Sequence[tuple[str, Meaning]]:
        """Every group that says something of its members, by its name."""
        return [(name, _meaning(name, said)) for name, said in self.groups.items()]

    def meaning(self, group: str) -> Meaning | None:
        """What a group says of its members, by its name in whatever case; ``None`` where it says nothing."""
        wanted = group.strip().casefold()
        return next((_meaning(name, said) for name, said in self.groups.items() if name.casefold() == wanted), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _meaning(name: str, said: str) -> Meaning:
    kind, _, value = (part.strip() for part in said.partition(":"))
    if kind == "unit" and value:
        return Meaning("unit", value)
    if kind == "track" and value in tuple(Track):
        return Meaning("track", value)
    tracks = ", ".join(f"track:{track}" for track in Track)
    raise SettingsError(f"{_NAME}: '{said}' says nothing of the members of '{name}'; take unit:NAME or one of {tracks}")


__all__ = ["Meaning", "ScimConfig"]
