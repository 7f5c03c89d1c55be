"""An issuer, an award and its certificate, for the tests of certificates."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lessons.credentials.award import Award, hash_identity, issue, status_list_url
from lessons.credentials.keys import SigningKey
from lessons.credentials.status import StatusList

KEY: Final = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER: Final = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
TRUSTED: Final = frozenset({KEY.did})
ISSUED: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW: Final = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
EXPIRES: Final = datetime(2028, 11, 20, 9, 0, tzinfo=UTC)
URL: Final = "https://clearpost.example.com"
AWARD: Final = Award(
    id="2026-green-7f3k",
    level_id="green",
    level_name="Green belt",
    description="Knows when to answer, when to pass it on, and to whom.",
    criteria="Twelve lessons, and a scenario exam passed with 9 of 10.",
    holder_name="Ines Example",
    holder_email_hash=hash_identity("ines@example.com", "salt-of-this-award"),
    organisation_name="Example Works",
    issuer_url=URL,
    issued=ISSUED,
    expires=EXPIRES,
    status_index=4711,
)
TOKEN: Final = issue(AWARD, KEY)


def revocations(*places: int, issuer: str = KEY.did, url: str = status_list_url(URL)) -> StatusList:
    """A revocation list of the issuer, of 1 February 2027."""
    return StatusList(url, issuer, frozenset(places), datetime(2027, 2, 1, tzinfo=UTC))


def payload_of(token: str) -> dict[str, Any]:
    """What a token holds."""
    part = token.split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


__all__ = [
    "AWARD", "EXPIRES", "ISSUED", "KEY", "NOW", "OTHER", "TOKEN", "TRUSTED", "URL", "payload_of", "revocations",
]  # fmt: skip
