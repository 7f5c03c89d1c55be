"""Whether a certificate is what it claims to be."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.credentials.award import issue
from lessons.credentials.keys import SigningKey
from lessons.credentials.status import StatusList, sign_status_list
from lessons.credentials.verify import State, verify
from tests.unit.lessons.credentials.samples import (
    AWARD,
    EXPIRES,
    ISSUED,
    KEY,
    NOW,
    OTHER,
    TOKEN,
    TRUSTED,
    payload_of,
    revocations,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _part(fields: object) -> str:
    return urlsafe_b64encode(json.dumps(fields).encode()).rstrip(b"=").decode()


def _signed(payload: dict[str, Any], key: SigningKey = KEY, **headers: object) -> str:
    return jwt.encode(payload, key.private, algorithm="EdDSA", headers={"typ": "vc+jwt", "kid": key.kid, **headers})


def _state(token: bytes | str, at: datetime = NOW) -> State:
    return verify(token, at, TRUSTED, None).state


def test_a_certificate_is_valid_and_says_whose_it_is() -> None:
    """A good certificate tells holder, level, issuer and dates."""
    verdict = verify(TOKEN, NOW, TRUSTED, revocations(1, 2))
    assert (verdict.state, verdict.holder, verdict.level, verdict.issuer, verdict.award) == (
        State.VALID, "Ines Example", "green", "Example Works", AWARD.id,
    )  # fmt: skip
    assert (verdict.issued, verdict.expires, verdict.did) == (ISSUED, EXPIRES, KEY.did)
    assert verdict.words == (
        "Valid: Ines Example, Green belt, by Example Works, issued on 20 November 2026, "
        "valid until 20 November 2028; not revoked on 1 February 2027."
    )
    assert verdict.identity is not None and verdict.identity.is_of("ines@example.com")


def test_it_says_when_no_list_was_consulted() -> None:
    """Valid without a revocation list is said to be so."""
    verdict = verify(TOKEN, NOW, TRUSTED, None)
    assert verdict.state is State.VALID
    assert verdict.listed is None
    assert "no revocation list was consulted" in verdict.words


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (ISSUED - timedelta(minutes=6), State.NOT_YET),
        (ISSUED - timedelta(minutes=4), State.VALID),
        (EXPIRES - timedelta(seconds=1), State.VALID),
        (EXPIRES, State.EXPIRED),
    ],
)
def test_it_is_valid_from_its_first_to_its_last_second(at: datetime, state: State) -> None:
    """It begins when it was issued, give or take a clock that is five minutes off, and ends when it expires."""
    assert _state(TOKEN, at) is state


def test_one_without_end_never_expires() -> None:
    """A certificate without an end is valid in a hundred years."""
    token = issue(replace(AWARD, expires=None), KEY)
    assert _state(token, datetime(2126, 1, 1, tzinfo=UTC)) is State.VALID


def test_what_was_taken_back_is_revoked_even_after_its_end() -> None:
    """Its place on the list says so; that it has expired meanwhile does not hide it."""
    for at in (NOW, EXPIRES + timedelta(days=1)):
        verdict = verify(TOKEN, at, TRUSTED, revocations(AWARD.status_index))
        assert verdict.state is State.REVOKED
        assert "taken back" in verdict.words


@pytest.mark.parametrize(
    "listed",
    [
        revocations(AWARD.status_index, issuer=OTHER.did),
        revocations(AWARD.status_index, url="https://elsewhere.example.com/certificates/revoked"),
        replace(revocations(), size=4711),
    ],
)
def test_another_list_is_not_consulted(listed: StatusList) -> None:
    """A list of another issuer or address, or one that ends before the award's place, says nothing about it."""
    verdict = verify(TOKEN, NOW, TRUSTED, listed)
    assert verdict.state is State.VALID
    assert verdict.listed is None


@given(st.data())
@settings(deadline=None)
def test_no_flipped_bit_is_ever_valid(data: st.DataObject) -> None:
    """A token of which one bit is another is not valid, wherever it stands."""
    token = bytearray(TOKEN, "ascii")
    token[data.draw(st.integers(0, len(token) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert _state(bytes(token)) is not State.VALID


def test_no_other_last_letter_of_the_signature_is_valid() -> None:
    """The last letter carries unused bits; a token spelt with others of them is not the one that was issued."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    valid = [letter for letter in letters if _state(TOKEN[:-1] + letter) is State.VALID]
    assert valid == [TOKEN[-1]]


@given(st.integers(0, len(TOKEN) - 1), st.text("AZaz09-_.= \n+/é", min_size=0, max_size=3))
def test_nothing_can_be_put_in_or_left_out(place: int, put_in: str) -> None:
    """A letter replaced by none or by others inside the token makes it something else than valid."""
    token = TOKEN[:place] + put_in + TOKEN[place + 1 :]
    if token.strip() != TOKEN:
        assert _state(token) is not State.VALID


def test_an_unsigned_token_is_refused() -> None:
    """The algorithm "none" signs nothing."""
    token = f"{_part({'alg': 'none', 'kid': KEY.kid})}.{TOKEN.split('.')[1]}."
    verdict = verify(token, NOW, TRUSTED, None)
    assert verdict.state is State.ALTERED
    assert "anybody could have made it" in verdict.words


@pytest.mark.parametrize(
    "secret",
    [
        KEY.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
        KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        KEY.did.encode(),
    ],
)
def test_a_public_key_is_no_shared_secret(secret: bytes) -> None:
    """A token "signed" by HS256 with the issuer's public key, which everybody has, is refused."""
    signing = f"{_part({'alg': 'HS256', 'typ': 'vc+jwt', 'kid': KEY.kid})}.{TOKEN.split('.')[1]}"
    mac = urlsafe_b64encode(hmac.digest(secret, signing.encode(), hashlib.sha256)).rstrip(b"=").decode()
    assert _state(f"{signing}.{mac}") is State.ALTERED


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    """Who signs with another key, names the issuer's and encloses the other one, is found out."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}
    token = _signed(payload_of(TOKEN), OTHER, kid=KEY.kid, jwk=jwk)
    assert _state(token) is State.ALTERED


def test_another_issuer_is_unknown_and_nothing_it_says_is_repeated() -> None:
    """A certificate well signed by a key that is not trusted shows that key and no names."""
    verdict = verify(issue(AWARD, OTHER), NOW, TRUSTED, None)
    assert (verdict.state, verdict.did) == (State.UNKNOWN_ISSUER, OTHER.did)
    assert (verdict.holder, verdict.level, verdict.issuer) == ("", "", "")
    assert "Ines" not in verdict.words


def test_nobody_can_speak_for_another_trusted_issuer() -> None:
    """Two issuers are trusted; what one signs in the name of the other is not a certificate."""
    token = _signed(payload_of(TOKEN), OTHER)
    assert verify(token, NOW, {KEY.did, OTHER.did}, None).state is State.UNREADABLE


@pytest.mark.parametrize("claim", ["iss", "jti", "sub", "nbf", "exp"])
def test_a_token_that_contradicts_its_credential_is_refused(claim: str) -> None:
    """Section 8.2.6.1: each claim must be what the credential says, and be there."""
    payload = payload_of(TOKEN)
    other = payload[claim] + 1 if isinstance(payload[claim], int) else "https://elsewhere.example.com"
    assert _state(_signed(payload | {claim: other})) is State.UNREADABLE
    assert _state(_signed({name: value for name, value in payload.items() if name != claim})) is State.UNREADABLE


def test_another_document_of_the_issuer_is_no_certificate() -> None:
    """The issuer's revocation list, signed with the same key, is not taken for a certificate."""
    assert _state(sign_status_list(revocations(), KEY)) is State.UNREADABLE


@given(st.sampled_from(sorted(payload_of(TOKEN))), JSON)
@settings(deadline=None)
def test_no_contents_make_it_fail(name: str, value: object) -> None:
    """Whatever a trusted issuer put in a field, there is a verdict, on one line."""
    payload = payload_of(TOKEN) | {name: value}
    token = jwt.api_jws.encode(json.dumps(payload).encode(), KEY.private, "EdDSA", headers={"kid": KEY.kid})
    assert "\n" not in verify(token, NOW, TRUSTED, revocations()).words


@given(st.sampled_from(["identifier", "achievement", "id", "type"]), JSON)
@settings(deadline=None)
def test_no_subject_makes_it_fail(name: str, value: object) -> None:
    """The same for what is said of the holder."""
    payload = payload_of(TOKEN)
    payload["credentialSubject"][name] = value
    token = jwt.api_jws.encode(json.dumps(payload).encode(), KEY.private, "EdDSA", headers={"kid": KEY.kid})
    assert "\n" not in verify(token, NOW, TRUSTED, revocations()).words


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_beyond_the_calendar_is_no_certificate(year: str) -> None:
    """A date that has no place in UTC makes it unreadable, and nothing fail."""
    seconds = int(datetime.fromisoformat(year).timestamp())
    assert _state(_signed(payload_of(TOKEN) | {"validFrom": year, "nbf": seconds})) is State.UNREADABLE


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), JSON))
def test_no_header_makes_it_fail(header: dict[str, object]) -> None:
    """Whatever a header holds, the verdict is not valid."""
    assert _state(f"{_part(header)}.{TOKEN.split('.', 1)[1]}") is not State.VALID


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_rubbish_is_unreadable(rubbish: bytes | str) -> None:
    """Anything at all gets a verdict that is not valid, on one line."""
    verdict = verify(rubbish, NOW, TRUSTED, None)
    assert verdict.state in {State.UNREADABLE, State.ALTERED}
    assert len(verdict.words.splitlines()) == 1


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 200_000, f"{urlsafe_b64encode(b'[' * 60_000).decode()}.AAAA.AAAA", "9" * 9000]
)
def test_deep_and_long_rubbish_is_unreadable(text: str) -> None:
    """Brackets without end and numbers without end are refused as quickly as the rest."""
    assert _state(text) is State.UNREADABLE


def test_a_huge_file_is_not_looked_into() -> None:
    """A file of more than 5 MB is refused, even if it ends in a good certificate."""
    verdict = verify(b" " * 5_000_001 + TOKEN.encode(), NOW, TRUSTED, None)
    assert verdict.state is State.UNREADABLE
    assert "5 MB" in verdict.words


def test_names_cannot_break_the_line() -> None:
    """A holder's name with line ends and invisible characters is told on one line, without them."""
    token = issue(replace(AWARD, holder_name="Ines\nExample\u202e\x07"), KEY)
    verdict = verify(token, NOW, TRUSTED, None)
    assert verdict.holder == "Ines Example"
    assert "\n" not in verdict.words
