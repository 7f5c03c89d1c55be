"""What is certified, and the certificate's token."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lessons.credentials.document import (
    AchievementPart,
    Certificate,
    CriteriaPart,
    IdentityPart,
    IssuerPart,
    StatusPart,
    SubjectPart,
)
from lessons.credentials.keys import SigningKey
from lessons.credentials.signature import sign
from lessons.errors import CredentialError

REVOCATION: Final = "revocation"
STATUS_ENTRY: Final = "BitstringStatusListEntry"

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_HASH: Final = "sha256$"


@dataclass(frozen=True, slots=True)
class Identity:
    """A holder's address as a certificate carries it: ``sha256$…`` of the address and the salt, and the salt."""

    hash: str
    salt: str

    def is_of(self, email: str) -> bool:
        """Whether it was made of this address."""
        return hmac.compare_digest(self.hash.encode("utf-8"), hash_identity(email, self.salt).hash.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Award:
    """A level that somebody reached.

    ``id`` is the last part of the address where it is verified: letters, digits, ``-`` and ``_``. ``criteria`` is
    what was done for it. ``issuer_url`` is where the installation is reached from outside, without a closing slash.
    ``expires`` is ``None`` where it is valid for ever. ``status_index`` is its place on the revocation list.
    """

    id: str
    level_id: str
    level_name: str
    description: str
    criteria: str
    holder_name: str
    holder_email_hash: Identity
    organisation_name: str
    issuer_url: str
    issued: datetime
    expires: datetime | None
    status_index: int

    @property
    def address(self) -> str:
        """Where it can be verified."""
        return f"{self.issuer_url}/verify/{self.id}"


def hash_identity(email: str, salt: str) -> Identity:
    """The identity of an address, whose case and outer blanks do not matter, with a salt of the award's own.

    After Open Badges 3.0, section "IdentityHash": SHA-256 of the address followed by the salt.
    """
    digest = hashlib.sha256((email.strip().lower() + salt).encode("utf-8")).hexdigest()
    return Identity(_HASH + digest, salt)


def status_list_url(issuer_url: str) -> str:
    """Where an installation publishes its revocation list."""
    return f"{issuer_url}/certificates/revoked"


def issue(award: Award, key: SigningKey) -> str:
    """The certificate as a compact JWS, signed by the issuer's key. The same award and key give the same token.

    Raises:
        CredentialError: where the award cannot be certified as it is.
    """
    _check(award)
    issued = award.issued.astimezone(UTC).replace(microsecond=0)
    expires = award.expires.astimezone(UTC).replace(microsecond=0) if award.expires else None
    holder = f"{award.address}#holder"
    certificate = Certificate(
        id=award.address,
        name=award.level_name,
        issuer=IssuerPart(id=key.did, name=award.organisation_name, url=award.issuer_url),
        valid_from=issued,
        valid_until=expires,
        credential_subject=SubjectPart(
            id=holder,
            identifier=(
                IdentityPart(hashed=False, identity_hash=award.holder_name, identity_type="name"),
                IdentityPart(
                    hashed=True,
                    identity_hash=award.holder_email_hash.hash,
                    identity_type="emailAddress",
                    salt=award.holder_email_hash.salt,
                ),
            ),
            achievement=AchievementPart(
                id=f"{award.issuer_url}/levels/{award.level_id}",
                human_code=award.level_id,
                name=award.level_name,
                description=award.description,
                criteria=CriteriaPart(narrative=award.criteria),
            ),
        ),
        credential_status=_status(award),
        iss=key.did,
        jti=award.address,
        sub=holder,
        nbf=int(issued.timestamp()),
        exp=int(expires.timestamp()) if expires else None,
    )
    return sign(certificate, key)


def _status(award: Award) -> StatusPart:
    url = status_list_url(award.issuer_url)
    return StatusPart(
        id=f"{url}#{award.status_index}",
        type=STATUS_ENTRY,
        status_purpose=REVOCATION,
        status_list_index=str(award.status_index),
        status_list_credential=url,
    )


def _check(award: Award) -> None:
    if not _ID.fullmatch(award.id) or not _ID.fullmatch(award.level_id):
        raise CredentialError("an award and its level are named by up to 100 letters, digits, - and _; rename it")
    if not award.issuer_url.startswith(("https://", "http://")) or award.issuer_url.endswith("/"):
        raise CredentialError("certificates need the installation's public address, https://… without a closing slash")
    if not award.holder_name.strip() or not award.level_name.strip() or not award.organisation_name.strip():
        raise CredentialError("a certificate names its holder, level and organisation; fill in what is empty")
    if award.issued.tzinfo is None or (award.expires and award.expires.tzinfo is None):
        raise CredentialError("the dates of a certificate need a time zone; give both in UTC")
    if award.expires and award.expires <= award.issued:
        raise CredentialError("the certificate would end before it begins; give the level a longer validity")
    if award.status_index < 0:
        raise CredentialError("the place on the revocation list is below 0; choose one with free_index")


__all__ = ["REVOCATION", "STATUS_ENTRY", "Award", "Identity", "hash_identity", "issue", "status_list_url"]
