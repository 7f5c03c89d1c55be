"""The ids of groups: made of their names, so that a group is known again although nothing is kept of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

_CHECK: Final = 6  # bytes by which a made-up id is told from one that was given out


def group_id(name: str) -> str:
    """The id of a group with this name."""
    words = name.encode()
    return base64.urlsafe_b64encode(_check(words) + words).rstrip(b"=").decode()


def group_name(identifier: str) -> str | None:
    """The name of the group with an id; ``None`` where no group can have it."""
    try:
        whole = base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4))
        name = whole[_CHECK:].decode()
    except (binascii.Error, ValueError):
        return None
    is_ours = hmac.compare_digest(whole[:_CHECK], _check(whole[_CHECK:])) and group_id(name) == identifier
    return name if name and is_ours else None


def _check(words: bytes) -> bytes:
    return hashlib.sha256(b"clearpost:scim:group:" + words).digest()[:_CHECK]


__all__ = ["group_id", "group_name"]
