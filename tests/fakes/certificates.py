"""Who showed what: in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.ports.certificates import Attempt, Attestation, Certificate, Lacking, Proof
from tests.fakes.learners import MemoryLearners


class MemoryCertificates:
    """Implements ``Certificates`` over the learners of a fake."""

    def __init__(self, learners: MemoryLearners) -> None:
        self._learners = learners
        self.certificates: dict[str, Certificate] = {}
        self.exams: dict[tuple[str, str, int], Attempt] = {}
        self.evidence: dict[str, Proof] = {}
        self.said: dict[tuple[str, str, str], Attestation] = {}

    def award(self, certificate: Certificate) -> Certificate | None:
        """Keep a certificate; one of the same day that the person still has comes back in its place."""
        for each in self.held(certificate.person):
            same = (each.level, each.issued.date()) == (certificate.level, certificate.issued.date())
            if same and each.revoked is None:
                return each
        if certificate.place in self.places() or certificate.id in self.certificates:
            return None
        self.certificates[certificate.id] = certificate
        return certificate

    def find(self, certificate: str) -> Certificate | None:
        """A certificate by its id alone."""
        return self.certificates.get(certificate)

    def held(self, person: str) -> Sequence[Certificate]:
        """All that a person was awarded, oldest first."""
        return self._sorted([each for each in self.certificates.values() if each.person == person])

    def every(self, organisation: str) -> Sequence[Certificate]:
        """All that an organisation's people were awarded, oldest first."""
        return self._sorted([each for each in self.certificates.values() if each.organisation == organisation])

    def revoke(self, certificate: str, at: datetime, by: str, reason: str) -> bool:
        """Take a certificate back; false where there is none that is in force."""
        known = self.certificates.get(certificate)
        if known is None or known.revoked is not None:
            return False
        self.certificates[certificate] = replace(known, revoked=at, revoked_by=by, reason=reason)
        return True

    def places(self) -> Collection[int]:
        """The places that are taken on the list."""
        return {each.place for each in self.certificates.values()}

    def revoked_places(self) -> Collection[int]:
        """The places of what was revoked."""
        return {each.place for each in self.certificates.values() if each.revoked is not None}

    def say_praise(self, person: str, certificate: str, *, agreed: bool) -> Certificate | None:
        """Keep whether colleagues may be told; the first word counts."""
        known = self.certificates.get(certificate)
        if known is None or known.person != person or known.revoked is not None:
            return None
        if known.praise is None:
            self.certificates[certificate] = replace(known, praise=agreed)
        return self.certificates[certificate]

    def begin(self, attempt: Attempt) -> Attempt:
        """Keep a new attempt; the one that is open at this level comes back in its place."""
        own = [each for each in self.attempts(attempt.person) if each.level == attempt.level]
        for each in own:
            if each.ended is None:
                return each
        kept = replace(attempt, number=max([attempt.number, *(each.number + 1 for each in own)]))
        self.exams[kept.person, kept.level, kept.number] = kept
        return kept

    def answer(self, person: str, level: str, number: int, item: str, choices: tuple[int, ...]) -> Attempt | None:
        """Keep an answer to a question of an open attempt; the first one counts."""
        known = self.exams.get((person, level, number))
        if known is None or known.ended is not None:
            return None
        if item in known.items and item not in known.answers:
            known = replace(known, answers={**known.answers, item: choices})
            self.exams[person, level, number] = known
        return known

    def finish(self, person: str, level: str, number: int, at: datetime, right: int, *, passed: bool) -> bool:
        """Keep how an attempt went; false where that was kept before."""
        known = self.exams.get((person, level, number))
        if known is None or known.ended is not None:
            return False
        self.exams[person, level, number] = replace(known, ended=at, right=right, passed=passed)
        return True

    def attempts(self, person: str) -> Sequence[Attempt]:
        """The attempts of a person, oldest first."""
        own = [each for each in self.exams.values() if each.person == person]
        return sorted(own, key=lambda each: (each.started, each.level, each.number))

    def prove(self, proof: Proof) -> bool:
        """Keep that something was done; false where its id is known."""
        return self.evidence.setdefault(proof.id, proof) is proof

    def proofs(self, person: str) -> Sequence[Proof]:
        """What a person did that counts, oldest first."""
        own = [each for each in self.evidence.values() if each.person == person]
        return sorted(own, key=lambda each: (each.at, each.id))

    def attest(self, attestation: Attestation) -> bool:
        """Keep that a policy was read; false where that version was confirmed before."""
        key = (attestation.person, attestation.policy, attestation.version)
        return self.said.setdefault(key, attestation) is attestation

    def attestations(self, person: str) -> Sequence[Attestation]:
        """What a person confirmed to have read, oldest first."""
        own = [each for each in self.said.values() if each.person == person]
        return sorted(own, key=lambda each: (each.at, each.policy, each.version))

    def lacking(
        self, track: str, level: str, enrolled: datetime, expiring: datetime, after: str = "", most: int = 500
    ) -> Sequence[Lacking]:
        """Learners of a track, by id from ``after`` on, who have no certificate of a level that lasts."""
        found = []
        for person in self._taught(after):
            learner = self._learners.find(person)
            own = [each for each in self.held(person) if each.level == level and each.revoked is None]
            ends = max((each.expires for each in own), default=None)
            if learner is None or learner.person.track != track:
                continue
            if learner.enrolled <= enrolled if ends is None else ends <= expiring:
                found.append(Lacking(person, ends))
        return found[:most]

    def silent(self, policy: str, version: str, at: datetime, after: str = "", most: int = 500) -> Sequence[str]:
        """The ids of learners, from ``after`` on, who have not confirmed a version."""
        found = []
        for person in self._taught(after):
            learner = self._learners.find(person)
            here = learner is not None and (learner.left is None or learner.left > at.date())
            if here and (person, policy, version) not in self.said:
                found.append(person)
        return found[:most]

    def _taught(self, after: str) -> list[str]:
        return sorted(
            person for person, each in self._learners.enrolments.items() if each.next is not None and person > after
        )

    def _sorted(self, certificates: Sequence[Certificate]) -> Sequence[Certificate]:
        return sorted(certificates, key=lambda each: (each.issued, each.id))


__all__ = ["MemoryCertificates"]
