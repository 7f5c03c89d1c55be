"""What certifying needs of the world beyond the school, and what somebody has behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from bot.conversation.learn.past import as_past
from bot.conversation.learn.school import School
from bot.ports import Audit, Past, Person
from bot.ports.certificates import Certificate, Certificates
from knowledge.documents.blocks import plain
from knowledge.models import Policy
from lessons.catalogue import Catalogue
from lessons.certification import Bank, Level, Levels
from lessons.certification.progress import Evidence, Finished, Held, Record, Sat
from lessons.credentials.keys import SigningKey
from lessons.dials import effects

PLACES: Final = 2**20
"""Places on the revocation list of an installation; where few are taken back it is a few kilobytes all the same."""


Given = Callable[[str, str], Sequence[Evidence]]
"""What a person of an organisation did that counts, by their ids."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who certifies: the key, the organisation's name, and where the installation is reached, without a last slash."""

    key: SigningKey
    organisation: str
    url: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A section of a policy, as one reads it."""

    heading: str
    sentences: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyNow:
    """A policy as it is in force today: since when (``None`` for ever), and the SHA-256 of its words."""

    id: str
    title: str
    version: str
    since: date | None
    digest: str
    sections: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, policy: Policy) -> PolicyNow:
        """A policy that was read from its file."""
        digest = sha256(policy.text.encode("utf-8")).hexdigest()
        sections = tuple(
            Rule(each.heading, tuple(plain(span.of(policy.text)) for span in each.sentences), each.conditions)
            for each in policy.sections
        )
        return cls(policy.id, policy.title, policy.version, policy.effective, digest, sections)


@dataclass(frozen=True, slots=True)
class Registrar:
    """What it takes to award a level: for the chat, the commands and the pages alike.

    ``issuer`` is ``None`` where no certificates can be signed. ``draw(n)`` gives a number below n, ``new_id`` a name
    that cannot be guessed, of letters and digits. What is taught and which levels there are is asked anew each time.
    """

    certificates: Certificates
    audit: Audit
    curriculum: Callable[[], Catalogue]
    levels: Callable[[], Levels]
    issuer: Issuer | None
    draw: Callable[[int], int]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Academy:
    """The ports of certification in the chat.

    ``banks`` are the exams' questions by the bank's id. ``praise`` names the channel of a workspace in which colleagues
    are told. ``attested`` are the policies that everybody on a track has to confirm, ``policies`` those of today.
    ``given`` is what a person of an organisation did for colleagues (brown bags, notes), beside what was noted by hand.
    """

    school: School
    registrar: Registrar
    banks: Callable[[], Mapping[str, Bank]]
    policies: Callable[[], Sequence[PolicyNow]]
    given: Given
    attested: tuple[str, ...] = ()
    praise: Mapping[str, str] = field(default_factory=dict)

    @property
    def certificates(self) -> Certificates:
        """Who showed what."""
        return self.registrar.certificates

    @property
    def levels(self) -> Levels:
        """The levels of today, whatever an organisation makes of them."""
        return self.registrar.levels()

    def levels_of(self, organisation: str) -> Levels:
        """The levels of today as far as an organisation's dials take them: with exams, and with duties, or without."""
        levels, on = self.levels, effects(self.school.dials(organisation))
        if not on.exams:
            levels = levels.by_lessons(self.catalogue)
        return levels if on.required_levels else levels.voluntary()

    @property
    def catalogue(self) -> Catalogue:
        """What is taught today."""
        return self.school.curriculum()

    def bank(self, level: Level) -> Bank | None:
        """The questions of a level; ``None`` where it has no exam, or its bank cannot be read."""
        return self.banks().get(level.exam.bank) if level.exam else None

    def changed_since(self, section: str, day: date) -> date | None:
        """On which day after another a section became what it is now; ``None`` where it is the same."""
        return self.school.changed_since(section, day)

    def record(self, person: Person) -> Record:
        """What somebody has behind them."""
        past = self.school.learners.pasts([person.id])[person.id]
        shown = as_past(self.school, past, {})
        attempts = self.certificates.attempts(person.id)
        noted = tuple(Evidence(each.kind, each.at.date()) for each in self.certificates.proofs(person.id))
        return Record(
            finished=_finished(past),
            sat=tuple(Sat(each.level, each.number, each.ended, each.passed) for each in attempts if each.ended),
            evidence=(*noted, *self.given(person.organisation, person.id)),
            held=tuple(map(_held, self.in_force(person.id))),
            proven=shown.proven,
            passed=shown.passed,
        )

    def in_force(self, person: str) -> tuple[Certificate, ...]:
        """The certificates that somebody has and that were not revoked, expired ones, too; oldest first."""
        return tuple(each for each in self.certificates.held(person) if each.revoked is None)

    def holds(self, person: str, level: str, at: datetime) -> bool:
        """Whether somebody has a level that is in force at a moment."""
        return any(each.level == level and each.issued <= at <= each.expires for each in self.in_force(person))


def _finished(past: Past) -> tuple[Finished, ...]:
    whole = (each for each in past.sittings if each.ended is not None and not each.check)
    return tuple(Finished(each.lesson, each.version, each.ended.date()) for each in whole if each.ended is not None)


def _held(certificate: Certificate) -> Held:
    return Held(certificate.level, certificate.issued.date(), certificate.expires.date())


__all__ = ["PLACES", "Academy", "Given", "Issuer", "PolicyNow", "Registrar", "Rule"]
