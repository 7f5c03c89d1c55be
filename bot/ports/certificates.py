"""Who showed what: exams that were sat, evidence, certificates, and policies that somebody confirmed to have read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Certificate:
    """A level that somebody was awarded.

    ``id`` cannot be guessed: whoever knows it may see the certificate. ``place`` is its own on the revocation list,
    ``token`` the signed credential. ``praise`` is whether colleagues may be told, ``None`` until the person said so.
    ``revoked`` is when it was taken back, if it was, by whom and why.
    """

    id: str
    organisation: str
    person: str
    level: str
    issued: datetime
    expires: datetime
    place: int
    token: str
    praise: bool | None = None
    revoked: datetime | None = None
    revoked_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at the exam of a level; ``number`` counts from 1.

    ``items`` are the ids of its questions, ``answers`` the places of the options that were chosen, as they are shown.
    ``ended`` is when it was scored, ``right`` how many answers were right, ``passed`` whether that was enough.
    """

    person: str
    level: str
    number: int
    started: datetime
    items: tuple[str, ...]
    answers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ended: datetime | None = None
    right: int = 0
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that was done and counts for a level.

    ``id`` tells it from others, so that it is kept once. ``kind`` is that of ``levels.yml``, ``about`` what it was,
    ``by`` who says so.
    """

    id: str
    person: str
    kind: str
    about: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody has read and understood a version of a policy; ``line`` is the line's hash, as the audit has it."""

    person: str
    policy: str
    version: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """A learner who must have a level and has none that lasts; ``expires`` is the end of the one that they have."""

    person: str
    expires: datetime | None = None


class Certificates(Protocol):
    """What people showed, and what they were given for it. A ``person`` is the id of the people table."""

    def award(self, certificate: Certificate) -> Certificate | None:
        """Keep a certificate; ``None`` where its place was taken meanwhile.

        One that the person was given for the same level on the same day, and still has, comes back in its place.
        """
        ...

    def find(self, certificate: str) -> Certificate | None:
        """A certificate by its id alone, of whatever organisation: that is what the id is for."""
        ...

    def held(self, person: str) -> Sequence[Certificate]:
        """All that a person was awarded, oldest first; those that were revoked, too."""
        ...

    def every(self, organisation: str) -> Sequence[Certificate]:
        """All that an organisation's people were awarded, oldest first."""
        ...

    def revoke(self, certificate: str, at: datetime, by: str, reason: str) -> bool:
        """Take a certificate back; false where there is none that is in force."""
        ...

    def places(self) -> Collection[int]:
        """The places that are taken on the list, which one installation has for all of its organisations."""
        ...

    def revoked_places(self) -> Collection[int]:
        """The places of what was revoked, in every organisation."""
        ...

    def say_praise(self, person: str, certificate: str, *, agreed: bool) -> Certificate | None:
        """Keep whether colleagues may be told; the first word counts. ``None`` where it is not theirs, or revoked."""
        ...

    def begin(self, attempt: Attempt) -> Attempt:
        """Keep a new attempt; the one that is open at this level comes back in its place."""
        ...

    def answer(self, person: str, level: str, number: int, item: str, choices: tuple[int, ...]) -> Attempt | None:
        """Keep an answer to a question of an open attempt; the first one counts. ``None`` where none is open."""
        ...

    def finish(self, person: str, level: str, number: int, at: datetime, right: int, *, passed: bool) -> bool:
        """Keep how an attempt went; false where that was kept before."""
        ...

    def attempts(self, person: str) -> Sequence[Attempt]:
        """The attempts of a person, oldest first."""
        ...

    def prove(self, proof: Proof) -> bool:
        """Keep that something was done; false where its id is known."""
        ...

    def proofs(self, person: str) -> Sequence[Proof]:
        """What a person did that counts, oldest first."""
        ...

    def attest(self, attestation: Attestation) -> bool:
        """Keep that a policy was read; false where that version was confirmed before."""
        ...

    def attestations(self, person: str) -> Sequence[Attestation]:
        """What a person confirmed to have read, oldest first."""
        ...

    def lacking(
        self, track: str, level: str, enrolled: datetime, expiring: datetime, after: str = "", most: int = 500
    ) -> Sequence[Lacking]:
        """Learners of a track in every organisation, by id from ``after`` on, who have no certificate of a level.

        Those who never had one count where they were enrolled until ``enrolled``, the others where theirs ends until
        ``expiring``.
        """
        ...

    def silent(self, policy: str, version: str, at: datetime, after: str = "", most: int = 500) -> Sequence[str]:
        """The ids of learners in every organisation, from ``after`` on, who have not confirmed a version."""
        ...


__all__ = ["Attempt", "Attestation", "Certificate", "Certificates", "Lacking", "Proof"]
