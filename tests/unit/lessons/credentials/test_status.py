"""The revocation list, held against Bitstring Status List 1.0."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gzip import compress, decompress
from random import Random
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.credentials.status import SMALLEST, free_index, read_status_list, sign_status_list
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import KEY, NOW, OTHER, TOKEN, TRUSTED, payload_of, revocations


def _bits(token: str) -> bytes:
    encoded = payload_of(token)["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    return decompress(urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))


def _with(**subject: object) -> str:
    payload: dict[str, Any] = payload_of(sign_status_list(revocations(), KEY))
    payload["credentialSubject"] |= subject
    return jwt.encode(payload, KEY.private, algorithm="EdDSA", headers={"typ": "vc+jwt", "kid": KEY.kid})


@given(st.frozensets(st.integers(0, SMALLEST - 1), max_size=50))
@settings(deadline=None)
def test_a_list_comes_back_as_it_was(places: frozenset[int]) -> None:
    """Signed and read, the list names the same places, address, issuer and date."""
    listed = revocations(*places)
    assert read_status_list(sign_status_list(listed, KEY), TRUSTED, NOW) == listed


def test_the_first_place_is_the_leftmost_bit() -> None:
    """Place 0 is the highest bit of the first byte, the last place the lowest of the last."""
    bits = _bits(sign_status_list(revocations(0, 9, SMALLEST - 1), KEY))
    assert len(bits) * 8 == SMALLEST
    assert (bits[0], bits[1], bits[-1]) == (0b1000_0000, 0b0100_0000, 0b0000_0001)


def test_the_list_of_the_standard_can_be_read() -> None:
    """Example 3 of the standard is a list of 131,072 places, none of them revoked."""
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    listed = read_status_list(_with(encodedList=encoded), TRUSTED, NOW)
    assert (listed.size, listed.revoked) == (SMALLEST, frozenset())


def test_it_is_a_credential_of_its_own() -> None:
    """The list has the types and the purpose that the standard names."""
    payload = payload_of(sign_status_list(revocations(5), KEY))
    assert payload["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert payload["credentialSubject"]["type"] == "BitstringStatusList"
    assert payload["credentialSubject"]["statusPurpose"] == "revocation"
    assert payload["issuer"] == payload["iss"] == KEY.did


def test_an_outdated_list_is_still_read() -> None:
    """What was revoked stays so; that a newer list is due can be seen."""
    due = datetime(2027, 2, 8, tzinfo=UTC)
    token = sign_status_list(replace(revocations(3), expires=due), KEY)
    listed = read_status_list(token, TRUSTED, NOW)
    assert (listed.revoked, listed.expires) == (frozenset({3}), due)


def test_a_list_of_somebody_else_is_refused() -> None:
    """A list that no trusted issuer signed cannot revoke, nor hide a revocation."""
    token = sign_status_list(revocations(issuer=OTHER.did), OTHER)
    with pytest.raises(CredentialError, match="not trusted"):
        read_status_list(token, TRUSTED, NOW)


def test_an_altered_list_is_refused() -> None:
    """A list with one letter changed is refused."""
    token = sign_status_list(revocations(), KEY)
    with pytest.raises(CredentialError):
        read_status_list(token.replace(".e", ".f", 1), TRUSTED, NOW)


def test_a_list_of_tomorrow_is_refused() -> None:
    """A list from the future cannot be right."""
    with pytest.raises(CredentialError, match="clock"):
        read_status_list(sign_status_list(revocations(), KEY), TRUSTED, revocations().issued - timedelta(hours=1))


def test_a_certificate_is_no_list() -> None:
    """A certificate handed in as a list is refused."""
    with pytest.raises(CredentialError, match="revocation"):
        read_status_list(TOKEN, TRUSTED, NOW)


def _packed(data: bytes) -> str:
    return "u" + urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "z6Mk",
        "u",
        "u!!!!",
        _packed(b"rubbish"),
        _packed(compress(bytes(SMALLEST // 8 - 1))),
        _packed(compress(bytes(SMALLEST // 8))[:-9]),
        _packed(zlib.compress(bytes(SMALLEST // 8))),
        _packed(compress(bytes(50_000_000))),
    ],
    ids=["empty", "other base", "prefix", "no base64", "no gzip", "too short", "cut off", "zlib", "bomb"],
)
def test_bits_that_cannot_be_right_are_refused(encoded: str) -> None:
    """No multibase, no gzip, cut off, too short, or a bomb of 50 MB: each is refused in one line."""
    with pytest.raises(CredentialError, match="cannot be read"):
        read_status_list(_with(encodedList=encoded), TRUSTED, NOW)


def test_a_list_for_suspending_is_not_one_for_revoking() -> None:
    """The purpose must be revocation."""
    with pytest.raises(CredentialError, match="no list of revocations"):
        read_status_list(_with(statusPurpose="suspension"), TRUSTED, NOW)


def test_only_its_issuer_can_sign_a_list() -> None:
    """A list that names another issuer is not signed, nor one with a place beyond its end."""
    with pytest.raises(CredentialError, match="another issuer"):
        sign_status_list(revocations(), OTHER)
    with pytest.raises(CredentialError, match="size"):
        sign_status_list(revocations(SMALLEST), KEY)


@given(st.frozensets(st.integers(0, 99), max_size=89), st.integers())
def test_a_new_place_is_free(taken: frozenset[int], seed: int) -> None:
    """A place given out is within the list and nobody's."""
    place = free_index(taken, Random(seed).randrange, 100)
    assert 0 <= place < 100
    assert place not in taken


def test_a_full_list_is_said_to_be_full() -> None:
    """Rather than to search for ever, it asks for a larger list."""
    with pytest.raises(CredentialError, match="double"):
        free_index(frozenset(range(90)), Random(1).randrange, 100)
