"""Signs a document as a compact JWS with Ed25519, and opens what was signed so.

After "Securing Verifiable Credentials using JOSE and COSE" (W3C, 2025), section 3.1: the payload is the credential
itself, without a ``vc`` claim; ``typ`` is ``vc+jwt``. One algorithm is known; what else a header asks for is refused.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

import jwt
from pydantic import BaseModel, ConfigDict

from lessons.credentials.keys import SigningKey, key_of
from lessons.errors import CredentialError

ALGORITHM: Final = "EdDSA"
TYPE: Final = "vc+jwt"

# Open Badges 3.0 wrote "JWT" before VC-JOSE-COSE became a recommendation; its issuers still do.
_TYPES: Final = frozenset({TYPE, f"application/{TYPE}", "jwt", ""})
_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


class AlteredError(CredentialError):
    """A document whose signature does not fit, or that asks for another way of signing."""


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    alg: str
    kid: str
    typ: str = ""
    crit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """A document whose signature fits the key that it names: the issuer's ``did`` and the JSON."""

    did: str
    payload: bytes


def sign(document: BaseModel, key: SigningKey) -> str:
    """The document, with its own names of fields and without what it lacks, as a compact JWS."""
    return jwt.encode(
        document.model_dump(mode="json", by_alias=True, exclude_none=True),
        key.private,
        algorithm=ALGORITHM,
        headers={"typ": TYPE, "kid": key.kid},
    )


def open_signed(token: str) -> Signed:
    """The document of a token whose signature fits the key named in its header, whoever that is.

    Raises:
        CredentialError: where it is no token.
        AlteredError: where the signature does not fit or is of another kind.
    """
    parts = _COMPACT.fullmatch(token)
    if parts is None:
        raise CredentialError("this is no signed credential; give the certificate as it was issued")
    header = _header(parts[1])
    # Unused bits of the last character make several spellings of one signature; only one of them was issued.
    if not _is_canonical(parts[3]):
        raise AlteredError("the signature is not spelt as it was issued; ask the holder for the original file")
    did = header.kid.partition("#")[0]
    key = key_of(did)
    if key is None:
        raise CredentialError("the key that signed this is named in a way unknown here; ask its issuer for a did:key")
    try:
        payload: bytes = jwt.api_jws.decode(token, key, algorithms=[ALGORITHM])
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise AlteredError("the signature does not fit the contents; ask the holder for the original file") from error
    return Signed(did, payload)


def _header(part: str) -> _Header:
    try:
        fields = json.loads(_bytes(part))
        # The algorithm is looked at first: a token without a signature need not name a key.
        if isinstance(fields, dict) and fields.get("alg") != ALGORITHM:
            raise AlteredError(f"it is not signed with {ALGORITHM}, so anybody could have made it; ask its issuer")
        header = _Header.model_validate_json(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise CredentialError("its header cannot be read; give the certificate as it was issued") from error
    if header.crit or header.typ.lower() not in _TYPES:
        raise CredentialError("it is a token of another kind; give the certificate as it was issued")
    return header


def _is_canonical(part: str) -> bool:
    try:
        return urlsafe_b64encode(_bytes(part)).rstrip(b"=") == part.encode("ascii")
    except ValueError:
        return False


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


__all__ = ["ALGORITHM", "TYPE", "AlteredError", "Signed", "open_signed", "sign"]
