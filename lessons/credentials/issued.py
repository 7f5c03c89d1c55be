"""What was certified, read back from the token that its issuer kept, so that it can be drawn again."""

from __future__ import annotations

from typing import Final

from lessons.credentials.award import Award, Identity
from lessons.credentials.document import Certificate, IdentityPart
from lessons.credentials.signature import open_signed
from lessons.errors import CredentialError

_PATH: Final = "/verify/"


def award_of(token: str) -> Award:
    """The award of a token of one's own; of anybody else's, ``verify`` has to say whether it can be trusted.

    Raises:
        CredentialError: where it was altered, or is no certificate that ``issue`` made.
    """
    wrong = CredentialError("this is no certificate of this installation; give the one that it issued")
    try:
        certificate = Certificate.model_validate_json(open_signed(token).payload)
        place = int(certificate.credential_status.status_list_index) if certificate.credential_status else -1
    except ValueError as error:  # of which a ValidationError is one
        raise wrong from error
    subject, achievement = certificate.credential_subject, certificate.credential_subject.achievement
    name, email = _identity(subject.identifier, "name"), _identity(subject.identifier, "emailAddress")
    url, found, identifier = certificate.id.rpartition(_PATH)
    if name is None or email is None or not found or place < 0:
        raise wrong
    return Award(
        id=identifier,
        level_id=achievement.human_code or "",
        level_name=achievement.name,
        description=achievement.description,
        criteria=achievement.criteria.narrative,
        holder_name=name.identity_hash,
        holder_email_hash=Identity(email.identity_hash, email.salt or ""),
        organisation_name=certificate.issuer.name,
        issuer_url=url,
        issued=certificate.valid_from,
        expires=certificate.valid_until,
        status_index=place,
    )


def _identity(parts: tuple[IdentityPart, ...], kind: str) -> IdentityPart | None:
    return next((each for each in parts if each.identity_type == kind), None)


__all__ = ["award_of"]
