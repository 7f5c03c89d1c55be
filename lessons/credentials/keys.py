"""Ed25519 keys of issuers, and their names as ``did:key``, which hold the public key itself and so need no look-up.

The encoding is that of the did:key method: multibase base58btc (``z``) of the multicodec 0xed01 and the 32 bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from jwt.algorithms import OKPAlgorithm
from jwt.exceptions import InvalidKeyError

from lessons.errors import CredentialError

_METHOD: Final = "did:key:z"
_MULTICODEC: Final = b"\xed\x01"
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST: Final = 64
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of an issuer; it never appears in its ``repr``."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def did(self) -> str:
        """The issuer's name, which is also its public key: ``did:key:z6Mk…``."""
        return did_of(self.private.public_key())

    @property
    def kid(self) -> str:
        """The name of the key in the header of a token: the issuer's, with the key as the fragment."""
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def pem(self) -> str:
        """The key as unencrypted PKCS #8 in PEM, for a file that only the bot may read."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def new_signing_key() -> SigningKey:
    """A new key, from the operating system's randomness."""
    return SigningKey(Ed25519PrivateKey.generate())


def read_signing_key(text: str) -> SigningKey:
    """The key of an unencrypted PKCS #8 file in PEM, or of a JSON Web Key.

    Raises:
        CredentialError: where it is no private Ed25519 key.
    """
    key = _read(text)
    if not isinstance(key, Ed25519PrivateKey):
        raise CredentialError("the signing key is a public one; give the private Ed25519 key, as PEM or as a JWK")
    return SigningKey(key)


def read_issuer(text: str) -> str:
    """The name of an issuer that is trusted, from its ``did:key:…``, its public key in PEM or its public JWK.

    Raises:
        CredentialError: where it is none of these, or a private key, which belongs to the issuer alone.
    """
    name = text.strip()
    if name.startswith("did:"):
        did = name.partition("#")[0]
        if key_of(did) is None:
            raise CredentialError(f"'{did[:80]}' names no Ed25519 key; copy the issuer's did:key:z6Mk… as a whole")
        return did
    key = _read(name)
    if isinstance(key, Ed25519PrivateKey):
        raise CredentialError("this is a private key, which nobody but its issuer may have; give the public one")
    return did_of(key)


def did_of(key: Ed25519PublicKey) -> str:
    """The ``did:key`` of a public key."""
    return _METHOD + _to_base58(_MULTICODEC + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def key_of(did: str) -> Ed25519PublicKey | None:
    """The public key of a ``did:key``; ``None`` where it names no Ed25519 key."""
    if not did.startswith(_METHOD) or len(did) > _LONGEST:
        return None
    data = _from_base58(did.removeprefix(_METHOD))
    if data is None or len(data) != len(_MULTICODEC) + _KEY_BYTES or not data.startswith(_MULTICODEC):
        return None
    return Ed25519PublicKey.from_public_bytes(data.removeprefix(_MULTICODEC))


def _read(text: str) -> Ed25519PrivateKey | Ed25519PublicKey:
    try:
        if text.lstrip().startswith("{"):
            return _okp(OKPAlgorithm.from_jwk(json.loads(text)))
        data = text.strip().encode("utf-8")
        return _okp(load_pem_private_key(data, None) if b"PRIVATE" in data else load_pem_public_key(data))
    except (ValueError, TypeError, AttributeError, RecursionError, UnsupportedAlgorithm, InvalidKeyError) as error:
        raise CredentialError(
            "this is no Ed25519 key; give it unencrypted, as PEM (PKCS #8) or as a JWK with kty OKP and crv Ed25519"
        ) from error


def _okp(key: object) -> Ed25519PrivateKey | Ed25519PublicKey:
    if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        return key
    raise InvalidKeyError("another kind of key")


def _to_base58(data: bytes) -> str:
    number, digits = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _from_base58(text: str) -> bytes | None:
    number = 0
    for each in text:
        place = _ALPHABET.find(each)
        if place < 0:
            return None
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


__all__ = ["SigningKey", "did_of", "key_of", "new_signing_key", "read_issuer", "read_signing_key"]
