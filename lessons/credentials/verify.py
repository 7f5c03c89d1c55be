"""Says whether a certificate is what it claims to be: offline, from its file, trusted keys and a revocation list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import ValidationError

from lessons.credentials.award import REVOCATION, STATUS_ENTRY, Identity
from lessons.credentials.baking import extract
from lessons.credentials.document import Certificate, is_a
from lessons.credentials.signature import AlteredError, Signed, open_signed
from lessons.credentials.status import StatusList
from lessons.credentials.wording import day, one_line
from lessons.errors import CredentialError

_SKEW: Final = timedelta(minutes=5)


class State(StrEnum):
    """What a certificate turned out to be; only ``valid`` is to be relied on."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown_issuer"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, in ``words`` of one line. ``level`` is the level's id, ``issuer`` the organisation's name.

    ``did`` is the key that signed it; of an unknown issuer nothing else is told, since anybody can sign anything.
    ``identity`` is the holder's address, hashed. ``listed`` is the date of the revocation list that was consulted,
    ``None`` where none was.
    """

    state: State
    words: str
    holder: str = ""
    level: str = ""
    level_name: str = ""
    issuer: str = ""
    issued: datetime | None = None
    expires: datetime | None = None
    award: str = ""
    did: str = ""
    identity: Identity | None = None
    listed: datetime | None = None


def verify(document: bytes | str, at: datetime, trusted: Collection[str], status: StatusList | None) -> Verdict:
    """What a certificate is at a moment, whatever form it has; nothing that is handed in makes it raise.

    ``trusted`` are the issuers' ``did:key``, as ``read_issuer`` gives them. ``status`` is a revocation list, as
    ``read_status_list`` gives it.
    """
    try:
        signed = open_signed(extract(document))
    except AlteredError as error:
        return Verdict(State.ALTERED, f"Altered: {error}.")
    except CredentialError as error:
        return Verdict(State.UNREADABLE, f"Unreadable: {error}.")
    if signed.did not in trusted:
        words = f"Unknown issuer: {signed.did} is not trusted here; trust it once you know whose key it is."
        return Verdict(State.UNKNOWN_ISSUER, words, did=signed.did)
    certificate = _read(signed)
    if certificate is None:
        words = "Unreadable: a trusted issuer signed this, but it is no certificate; ask for the certificate itself."
        return Verdict(State.UNREADABLE, words, did=signed.did)
    return _judge(certificate, at, status)


def _read(signed: Signed) -> Certificate | None:
    """The certificate that was signed; ``None`` where it is something else or contradicts its own token."""
    try:
        certificate = Certificate.model_validate_json(signed.payload)
        agrees = (
            (is_a(certificate.type, "OpenBadgeCredential") or is_a(certificate.type, "AchievementCredential"))
            and {certificate.iss, certificate.issuer.id} == {signed.did}
            and certificate.jti == certificate.id
            and certificate.sub == certificate.credential_subject.id
            and certificate.nbf == _seconds(certificate.valid_from)
            and certificate.exp == (_seconds(certificate.valid_until) if certificate.valid_until else None)
        )
    except (ValidationError, ValueError, OverflowError, RecursionError):
        return None
    return certificate if agrees else None


def _seconds(at: datetime) -> int:
    """Seconds since 1970; an ``OverflowError`` where the date has no place in UTC, and so could not be told either."""
    return int(at.astimezone(UTC).timestamp())


def _judge(certificate: Certificate, at: datetime, status: StatusList | None) -> Verdict:
    revoked = _is_revoked(certificate, status)
    state = _state(certificate, at, revoked=bool(revoked))
    listed = status.issued if status and revoked is not None else None
    achievement = certificate.credential_subject.achievement
    return Verdict(
        state=state,
        words=_words(certificate, state, listed),
        holder=_holder(certificate),
        level=achievement.human_code or achievement.id.rpartition("/")[2],
        level_name=one_line(achievement.name),
        issuer=one_line(certificate.issuer.name),
        issued=certificate.valid_from,
        expires=certificate.valid_until,
        award=certificate.id.rpartition("/")[2],
        did=certificate.iss,
        identity=_identity(certificate),
        listed=listed,
    )


def _state(certificate: Certificate, at: datetime, *, revoked: bool) -> State:
    if revoked:
        return State.REVOKED
    if certificate.valid_until and certificate.valid_until <= at:
        return State.EXPIRED
    return State.NOT_YET if certificate.valid_from > at + _SKEW else State.VALID


def _is_revoked(certificate: Certificate, status: StatusList | None) -> bool | None:
    """Whether the list names it; ``None`` where the list says nothing about it."""
    entry = certificate.credential_status
    if (
        status is None
        or entry is None
        or entry.type != STATUS_ENTRY
        or entry.status_purpose != REVOCATION
        or entry.status_list_credential != status.url
        or status.issuer != certificate.iss
    ):
        return None
    index = entry.status_list_index
    if not (index.isascii() and index.isdigit() and len(index) < 10 and int(index) < status.size):
        return None
    return int(index) in status.revoked


def _words(certificate: Certificate, state: State, listed: datetime | None) -> str:
    who = f"{_holder(certificate) or 'its holder'}, {one_line(certificate.credential_subject.achievement.name)}"
    who = f"{who}, by {one_line(certificate.issuer.name) or certificate.iss}"
    issued, expires = certificate.valid_from, certificate.valid_until
    match state:
        case State.REVOKED:
            return f"Revoked: {who}, issued on {day(issued)}, was taken back; the list is of {day(listed or issued)}."
        case State.EXPIRED:
            return f"Expired: {who}, was valid until {day(expires or issued)}; ask for the renewed one."
        case State.NOT_YET:
            return f"Not yet valid: {who}, begins on {day(issued)}; ask again then."
        case _:
            until = f", valid until {day(expires)}" if expires else ""
            checked = f"not revoked on {day(listed)}" if listed else "no revocation list was consulted"
            return f"Valid: {who}, issued on {day(issued)}{until}; {checked}."


def _holder(certificate: Certificate) -> str:
    names = (
        one_line(each.identity_hash)
        for each in certificate.credential_subject.identifier
        if each.identity_type == "name" and not each.hashed
    )
    return next(names, "")


def _identity(certificate: Certificate) -> Identity | None:
    addresses = (
        Identity(each.identity_hash, each.salt or "")
        for each in certificate.credential_subject.identifier
        if each.identity_type == "emailAddress" and each.hashed
    )
    return next(addresses, None)


__all__ = ["State", "Verdict", "verify"]
