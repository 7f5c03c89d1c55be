"""The JSON of certificates and of revocation lists.

Shapes after Open Badges 3.0 (1EdTech, appendix B) on Verifiable Credentials 2.0 (W3C), and after Bitstring Status
List 1.0 (W3C); the claims ``iss``, ``jti``, ``sub``, ``nbf`` and ``exp`` after section 8.2.4.1 of the first.
"""

from __future__ import annotations

from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
BADGE_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BADGE_SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"

Types = str | tuple[str, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, validate_by_name=True, alias_generator=to_camel)


class IssuerPart(_Part):
    """Who issued it; ``id`` is the issuer's key."""

    id: str
    type: Types = ("Profile",)
    name: str = ""
    url: str | None = None


class IdentityPart(_Part):
    """What the holder is known by: a name, or a hash of the address with its salt."""

    type: str = "IdentityObject"
    hashed: bool
    identity_hash: str
    identity_type: str
    salt: str | None = None


class CriteriaPart(_Part):
    """What was done for it."""

    narrative: str = ""


class AchievementPart(_Part):
    """The level; ``human_code`` is its id in the curriculum."""

    id: str
    type: Types = ("Achievement",)
    achievement_type: str | None = "Certification"
    human_code: str | None = None
    name: str
    description: str
    criteria: CriteriaPart


class SubjectPart(_Part):
    """The holder and the level."""

    id: str
    type: Types = ("AchievementSubject",)
    identifier: tuple[IdentityPart, ...] = ()
    achievement: AchievementPart


class StatusPart(_Part):
    """Where to look whether it was taken back."""

    id: str | None = None
    type: str
    status_purpose: str = ""
    status_list_index: str = ""
    status_list_credential: str = ""


class SchemaPart(_Part):
    """The JSON schema that it keeps to."""

    id: str = BADGE_SCHEMA
    type: str = "1EdTechJsonSchemaValidator2019"


class Certificate(_Part):
    """A certificate, with the claims of its token."""

    context: tuple[str, ...] = Field((CONTEXT, BADGE_CONTEXT), alias="@context")
    id: str
    type: Types = ("VerifiableCredential", "OpenBadgeCredential")
    name: str = ""
    issuer: IssuerPart
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None
    credential_subject: SubjectPart
    credential_status: StatusPart | None = None
    credential_schema: tuple[SchemaPart, ...] | SchemaPart | None = (SchemaPart(),)
    iss: str
    jti: str
    sub: str
    nbf: int
    exp: int | None = None


class ListPart(_Part):
    """The bits, gzipped, in base64url behind the multibase prefix ``u``."""

    id: str
    type: str = "BitstringStatusList"
    status_purpose: str
    encoded_list: str


class RevocationList(_Part):
    """A revocation list, with the claims of its token."""

    context: tuple[str, ...] = Field((CONTEXT,), alias="@context")
    id: str
    type: Types = ("VerifiableCredential", "BitstringStatusListCredential")
    issuer: str
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None
    credential_subject: ListPart
    iss: str
    jti: str


def is_a(types: Types, kind: str) -> bool:
    """Whether a document's types name a kind."""
    return kind in ((types,) if isinstance(types, str) else types)


__all__ = [
    "BADGE_CONTEXT",
    "BADGE_SCHEMA",
    "CONTEXT",
    "AchievementPart",
    "Certificate",
    "CriteriaPart",
    "IdentityPart",
    "IssuerPart",
    "ListPart",
    "RevocationList",
    "SchemaPart",
    "StatusPart",
    "SubjectPart",
    "Types",
    "is_a",
]
