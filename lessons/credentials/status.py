"""The revocation list: one bit for each award, gzipped and signed, so that it can be checked without a network.

After Bitstring Status List 1.0 (W3C, 2025): at least 131,072 entries, so that one of them says little about anybody;
the first entry is the leftmost bit; places are given out at random.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from gzip import compress
from typing import Final

from pydantic import ValidationError

from lessons.credentials.award import REVOCATION
from lessons.credentials.baking import extract
from lessons.credentials.document import ListPart, RevocationList, is_a
from lessons.credentials.keys import SigningKey
from lessons.credentials.signature import open_signed, sign
from lessons.errors import CredentialError

SMALLEST: Final = 131_072
LARGEST: Final = 16_777_216


@dataclass(frozen=True, slots=True)
class StatusList:
    """Which awards of an issuer were taken back, by their places; ``url`` is where the list is published.

    ``issuer`` is the issuer's ``did:key``. ``expires`` is when a newer list should be looked for.
    """

    url: str
    issuer: str
    revoked: frozenset[int]
    issued: datetime
    expires: datetime | None = None
    size: int = SMALLEST


def free_index(taken: Collection[int], draw: Callable[[int], int], size: int = SMALLEST) -> int:
    """A place on the list that no award has; ``draw(n)`` gives a number below n, as ``secrets.randbelow`` does.

    Raises:
        CredentialError: where more than nine places of ten are taken.
    """
    if len(taken) * 10 >= size * 9:
        raise CredentialError(f"the revocation list of {size} places is nearly full; double its size")
    while (place := draw(size)) in taken:
        pass
    return place


def sign_status_list(listed: StatusList, key: SigningKey) -> str:
    """The list as a signed BitstringStatusListCredential, a compact JWS.

    Raises:
        CredentialError: where it is another issuer's list or a place lies beyond its size.
    """
    if listed.issuer != key.did:
        raise CredentialError("the revocation list is of another issuer; sign it with the key that signed the awards")
    if not SMALLEST <= listed.size <= LARGEST or not all(0 <= place < listed.size for place in listed.revoked):
        raise CredentialError(f"a revocation list has {SMALLEST} to {LARGEST} places; give it a size that holds all")
    document = RevocationList(
        id=listed.url,
        issuer=key.did,
        valid_from=_second(listed.issued),
        valid_until=_second(listed.expires) if listed.expires else None,
        credential_subject=ListPart(
            id=f"{listed.url}#list", status_purpose=REVOCATION, encoded_list=_pack(listed.revoked, listed.size)
        ),
        iss=key.did,
        jti=listed.url,
    )
    return sign(document, key)


def read_status_list(document: bytes | str, trusted: Collection[str], at: datetime) -> StatusList:
    """The list of a file or an answer from the web. An outdated one is read: what it revoked stays revoked.

    Raises:
        CredentialError: where it is no revocation list, is altered, not from a trusted issuer, or from the future.
    """
    signed = open_signed(extract(document))
    if signed.did not in trusted:
        raise CredentialError(f"the revocation list is signed by {signed.did}, which is not trusted here")
    try:
        listed = RevocationList.model_validate_json(signed.payload)
        issued = _second(listed.valid_from)
    except (ValidationError, ValueError, OverflowError, RecursionError) as error:
        raise CredentialError("this is no revocation list; fetch it from the address in the certificate") from error
    part = listed.credential_subject
    if (
        not is_a(listed.type, "BitstringStatusListCredential")
        or part.status_purpose != REVOCATION
        or {listed.issuer, listed.iss} != {signed.did}
        or listed.jti != listed.id
    ):
        raise CredentialError("this is no list of revocations; fetch it from the address in the certificate")
    if issued > at + timedelta(minutes=5):
        raise CredentialError("the revocation list is dated in the future; check this computer's clock")
    bits = _unpack(part.encoded_list)
    return StatusList(listed.id, signed.did, _places(bits), issued, listed.valid_until, len(bits) * 8)


def _pack(revoked: Collection[int], size: int) -> str:
    bits = bytearray((size + 7) // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + urlsafe_b64encode(compress(bytes(bits), mtime=0)).rstrip(b"=").decode("ascii")


def _unpack(text: str) -> bytes:
    wrong = CredentialError("the bits of the revocation list cannot be read; fetch it again")
    if not text.startswith("u"):
        raise wrong
    try:
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        opener = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        bits = opener.decompress(packed, LARGEST // 8)
    except (ValueError, zlib.error) as error:
        raise wrong from error
    if not opener.eof or len(bits) * 8 < SMALLEST:
        raise wrong
    return bits


def _places(bits: bytes) -> frozenset[int]:
    return frozenset(
        place * 8 + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & (0x80 >> bit)
    )


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


__all__ = ["LARGEST", "SMALLEST", "StatusList", "free_index", "read_status_list", "sign_status_list"]
