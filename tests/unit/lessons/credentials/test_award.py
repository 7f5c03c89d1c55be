"""What a certificate says, held against Open Badges 3.0."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from lessons.credentials.award import Award, Identity, hash_identity, issue
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import AWARD, EXPIRES, ISSUED, KEY, TOKEN, URL, payload_of


def test_the_header_names_algorithm_key_and_type() -> None:
    """The header has what VC-JOSE-COSE asks for and, as Open Badges demands, nothing else."""
    part = TOKEN.split(".", maxsplit=1)[0]
    header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert header == {"alg": "EdDSA", "typ": "vc+jwt", "kid": KEY.kid}


def test_contexts_and_types_come_first_and_in_order() -> None:
    """The two contexts stand in the order that appendix B.1.2 sets, the types name both formats."""
    payload = payload_of(TOKEN)
    assert payload["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert payload["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "vc" not in payload


def test_the_claims_of_the_token_are_those_of_the_credential() -> None:
    """Section 8.2.6.1: iss, jti, sub, nbf and exp repeat what the credential says."""
    payload = payload_of(TOKEN)
    assert payload["iss"] == payload["issuer"]["id"] == KEY.did
    assert payload["jti"] == payload["id"] == f"{URL}/verify/{AWARD.id}"
    assert payload["sub"] == payload["credentialSubject"]["id"]
    assert (payload["validFrom"], payload["nbf"]) == ("2026-11-20T09:00:00Z", int(ISSUED.timestamp()))
    assert (payload["validUntil"], payload["exp"]) == ("2028-11-20T09:00:00Z", int(EXPIRES.timestamp()))


def test_the_holder_is_named_and_the_address_is_hashed() -> None:
    """The name is readable, the address only as a salted hash."""
    name, address = payload_of(TOKEN)["credentialSubject"]["identifier"]
    assert (name["identityType"], name["identityHash"], name["hashed"]) == ("name", "Ines Example", False)
    assert (address["identityType"], address["hashed"], address["salt"]) == ("emailAddress", True, "salt-of-this-award")
    assert "ines@example.com" not in json.dumps(payload_of(TOKEN))


def test_the_place_on_the_revocation_list_is_told_as_the_format_wants_it() -> None:
    """The index is a decimal string; the entry's id is not the list's address."""
    status = payload_of(TOKEN)["credentialStatus"]
    assert (status["type"], status["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert status["statusListIndex"] == "4711"
    assert status["id"] != status["statusListCredential"] == f"{URL}/certificates/revoked"


def test_the_hash_is_the_one_of_the_standard() -> None:
    """The example of the standard, section IdentityHash: a@example.com with the salt Kosher."""
    digest = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert hash_identity("a@example.com", "Kosher") == Identity(digest, "Kosher")


def test_a_holder_is_known_by_the_address_however_it_is_written() -> None:
    """Case and blanks of an address do not matter; another address is another person."""
    assert AWARD.holder_email_hash.is_of(" Ines@Example.com ")
    assert not AWARD.holder_email_hash.is_of("jo@example.com")


def test_the_same_award_gives_the_same_token() -> None:
    """Issuing is repeatable, in whatever zone the time is told."""
    elsewhere = AWARD.issued.astimezone(timezone(timedelta(hours=9)))
    assert issue(replace(AWARD, issued=elsewhere), KEY) == TOKEN


def test_a_certificate_without_end_says_no_end() -> None:
    """Neither the credential nor the token has an end."""
    payload = payload_of(issue(replace(AWARD, expires=None), KEY))
    assert not {"validUntil", "exp"} & set(payload)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (replace(AWARD, id="a/b"), "rename"),
        (replace(AWARD, level_id=""), "rename"),
        (replace(AWARD, issuer_url="ftp://example.com"), "https"),
        (replace(AWARD, issuer_url=f"{URL}/"), "slash"),
        (replace(AWARD, holder_name="  "), "holder"),
        (replace(AWARD, issued=datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001  (what is to be refused)
        (replace(AWARD, expires=ISSUED), "before it begins"),
        (replace(AWARD, status_index=-1), "below 0"),
    ],
)
def test_what_cannot_be_certified_is_refused(changed: Award, said: str) -> None:
    """An award that would give a wrong certificate is refused in words that say what to change."""
    with pytest.raises(CredentialError, match=said):
        issue(changed, KEY)
