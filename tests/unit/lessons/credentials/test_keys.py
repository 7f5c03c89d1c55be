"""Keys of issuers and their names."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from lessons.credentials.keys import SigningKey, did_of, key_of, new_signing_key, read_issuer, read_signing_key
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import KEY


def _jwk(key: SigningKey, *, private: bool) -> str:
    def text(data: bytes) -> str:
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    raw = key.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    fields = {"kty": "OKP", "crv": "Ed25519", "x": text(raw)}
    return json.dumps(fields | ({"d": text(key.private.private_bytes_raw())} if private else {}))


def _public_pem(key: SigningKey) -> str:
    return key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_a_key_has_the_name_that_the_method_gives_it() -> None:
    """The public key of 32 zero bytes has the did:key that is published for it."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert did_of(key) == "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


@given(st.binary(min_size=32, max_size=32))
def test_a_name_gives_its_key_back(seed: bytes) -> None:
    """Whatever the key, its name holds it whole."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    assert key_of(did_of(key)) == key


@given(st.text(max_size=70) | st.text("123456789ABCabcxyz0OIl", max_size=60).map("did:key:z".__add__))
def test_no_name_makes_it_fail(name: str) -> None:
    """A name that is none gives no key, or the key that has exactly this name."""
    key = key_of(name)
    assert key is None or did_of(key) == name


def test_two_new_keys_differ() -> None:
    """A new key is of chance."""
    assert new_signing_key().did != new_signing_key().did


@pytest.mark.parametrize("text", [KEY.pem(), _jwk(KEY, private=True)])
def test_a_signing_key_is_read_in_both_forms(text: str) -> None:
    """PEM and JWK give the key that was written."""
    assert read_signing_key(text).did == KEY.did


@pytest.mark.parametrize("text", [KEY.did, KEY.kid, f" {KEY.did}\n", _public_pem(KEY), _jwk(KEY, private=False)])
def test_an_issuer_is_read_in_every_form(text: str) -> None:
    """A did:key, with or without the key's fragment, a public PEM and a public JWK name the same issuer."""
    assert read_issuer(text) == KEY.did


@pytest.mark.parametrize("text", [KEY.pem(), _jwk(KEY, private=True)])
def test_a_private_key_is_not_taken_for_an_issuer(text: str) -> None:
    """Whoever pastes a private key where a public one belongs is told so."""
    with pytest.raises(CredentialError, match="private"):
        read_issuer(text)


def test_a_public_key_is_not_taken_for_a_signing_key() -> None:
    """Nothing can be signed with a public key."""
    with pytest.raises(CredentialError, match="private Ed25519"):
        read_signing_key(_public_pem(KEY))


def test_a_key_of_another_kind_is_refused() -> None:
    """An RSA key signs nothing here."""
    key = rsa.generate_private_key(65537, 2048)
    with pytest.raises(CredentialError, match="Ed25519"):
        read_signing_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@pytest.mark.parametrize(
    "text",
    ["", "rubbish", "{", "{}", "[]", '{"kty":"OKP"}', '{"kty":"OKP","crv":"Ed25519","x":1}', "did:web:example.com",
     "did:key:z6Mk", KEY.did + "1", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    """Rubbish is refused in one line, as an issuer and as a signing key."""
    for read in (read_issuer, read_signing_key):
        with pytest.raises(CredentialError) as caught:
            read(text)
        assert "\n" not in str(caught.value)


def test_a_key_does_not_show_itself() -> None:
    """A key in a log or a traceback does not tell its secret."""
    assert repr(KEY) == "SigningKey()"
