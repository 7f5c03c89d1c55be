"""Awards a level: signs the certificate, keeps it, and tells whoever may be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from bot.conversation.kept import to_json
from bot.conversation.learn.certification.academy import PLACES, Academy, Issuer, Registrar
from bot.conversation.reply import Action, Head, Reply, ReplyKind
from bot.ports import Delivery, Person
from bot.ports.certificates import Certificate
from lessons.certification import Level
from lessons.certification.progress import criteria, expiry
from lessons.credentials.award import Award, hash_identity, issue
from lessons.credentials.status import free_index
from lessons.credentials.wording import day, one_line
from lessons.errors import CredentialError

PRAISE: Final = "praise"
"""The act of saying whether colleagues may be told, and the kind of the delivery that tells them."""
NOBODY: Final = "Holder of this certificate"
"""What stands on a certificate where no name is known, as on this machine's own web chat."""

_TRIES: Final = 5  # at a place that another process takes at the same moment
_LAST_MOMENT: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class By:
    """Who awards, in which workspace's audit it is written, and in words what was done where it is by hand."""

    actor: str
    workspace: str
    words: str = ""


def award(registrar: Registrar, person: Person, level: Level, at: datetime, by: By) -> Certificate:
    """Give a level to somebody; a second one on the same day is the first.

    Raises:
        CredentialError: where no certificate can be signed.
    """
    if registrar.issuer is None:
        raise CredentialError("certificates cannot be signed yet; 'clearpost certificates issuer' says what is missing")
    for _ in range(_TRIES):
        signed = _signed(registrar, registrar.issuer, person, level, at, by.words)
        kept = registrar.certificates.award(signed)
        if kept is not None:
            if kept.id == signed.id:
                detail = {
                    "level": level.id,
                    "person": person.id,
                    "expires": kept.expires.date().isoformat(),
                    "by_hand": by.words,
                }
                registrar.audit.add(by.workspace, at, by.actor, "certificate_issued", kept.id, detail)
            return kept
    raise CredentialError("no place on the revocation list could be taken; try again")


def awarded_card(academy: Academy, certificate: Certificate, level: Level, workspace: str, text: str = "") -> Reply:
    """What somebody sees who was given a level: what it is, where it can be shown, and whether to tell others."""
    asks = certificate.praise is None and workspace in academy.praise
    action = Action(PRAISE, certificate.id, "Yes, tell them", "primary", choice="yes")
    actions = (action, Action(PRAISE, certificate.id, "No, keep it to me", choice="no")) if asks else ()
    issuer = academy.registrar.issuer
    url = link(issuer, certificate) if issuer else ""
    return Reply(
        ReplyKind.LESSON,
        " ".join(each for each in (text, level.summary) if each),
        head=Head(f"Certified: {level.name}", "🎖️", "good"),
        facts=(
            ("Level", f"{academy.levels.look(level).name}: {level.name}"),
            ("Valid until", day(certificate.expires)),
            *((("Show it", url),) if url else ()),
        ),
        notes=(
            *(("May your colleagues be told? Nobody is unless you say so.",) if asks else ()),
            "The page has your badge and the certificate as PDF. Only who knows its address can see it.",
        ),
        actions=actions,
    )


def say_praise(academy: Academy, person: Person, identifier: str, workspace: str, at: datetime, *, agreed: bool) -> str:
    """Keep whether colleagues may be told, and tell them where they may; what to say to the person."""
    kept = academy.certificates.say_praise(person.id, identifier, agreed=agreed)
    if kept is None:
        return "That certificate is not yours, or was taken back."
    level, place = academy.levels.find(kept.level), academy.praise.get(workspace)
    if not kept.praise or level is None or place is None:
        return "All right, it stays between us."
    name = one_line(person.profile.name) or "A colleague"
    reply = Reply(
        ReplyKind.NOTE,
        f"{name} has reached the level “{level.name}”. {level.summary}",
        head=Head(f"Well done, {name}", "👏", "good"),
    )
    academy.school.jobs.plan([Delivery(f"{PRAISE}:{kept.id}", workspace, "", PRAISE, to_json(reply), at, place=place)])
    return "Thank you. Your colleagues will hear of it."


def link(issuer: Issuer, certificate: Certificate) -> str:
    """Where a certificate can be seen."""
    return f"{issuer.url}/verify/{certificate.id}"


def _signed(
    registrar: Registrar, issuer: Issuer, person: Person, level: Level, at: datetime, words: str
) -> Certificate:
    last = datetime.combine(expiry(level, at.date()), _LAST_MOMENT, UTC)
    issued = at.astimezone(UTC).replace(microsecond=0)
    phrases = criteria(level, registrar.levels(), registrar.curriculum())
    made = Award(
        id=registrar.new_id(),
        level_id=level.id,
        level_name=level.name,
        description=level.summary,
        criteria=words or _sentence(phrases),
        holder_name=one_line(person.profile.name) or NOBODY,
        holder_email_hash=hash_identity(person.profile.email or person.id, registrar.new_id()),
        organisation_name=issuer.organisation,
        issuer_url=issuer.url,
        issued=issued,
        expires=last,
        status_index=free_index(registrar.certificates.places(), registrar.draw, PLACES),
    )
    token = issue(made, issuer.key)
    return Certificate(made.id, person.organisation, person.id, level.id, issued, last, made.status_index, token)


def _sentence(phrases: tuple[str, ...]) -> str:
    """Phrases as one sentence: "Finished 6 lessons, and answered …"."""
    if not phrases:
        return ""
    *first, last = phrases
    text = f"{', '.join(first)}, and {last}" if first else last
    return f"{text[:1].upper()}{text[1:]}."


__all__ = ["NOBODY", "PRAISE", "By", "award", "awarded_card", "link", "say_praise"]
