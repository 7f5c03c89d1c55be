"""What was certified, read back from its token."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.credentials import StatusList, award_of, issue, sign_status_list
from lessons.errors import CredentialError
from tests.unit.lessons.credentials.samples import AWARD, ISSUED, KEY, TOKEN, URL

WORDS: Final = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.integers(0, 2**20), st.none() | st.just(AWARD.expires))
def test_what_was_issued_is_read_back(words: tuple[str, ...], place: int, expires: datetime | None) -> None:
    """Every field of an award comes back as it was."""
    holder, level, done, organisation = words
    named = replace(AWARD, holder_name=holder, level_name=level, criteria=done, organisation_name=organisation)
    award = replace(named, status_index=place, expires=expires)
    assert award_of(issue(award, KEY)) == award


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        TOKEN[:-2],
        TOKEN.replace(TOKEN.split(".")[1], "e30"),
        sign_status_list(StatusList(f"{URL}/certificates/revoked", KEY.did, frozenset(), ISSUED), KEY),
    ],
    ids=["empty", "nonsense", "cut", "altered", "list"],
)
def test_what_is_no_certificate_is_refused(token: str) -> None:
    """Nothing, a broken token, and something else that the same key signed raise one error in words."""
    with pytest.raises(CredentialError) as raised:
        award_of(token)
    assert str(raised.value) and "\n" not in str(raised.value)
