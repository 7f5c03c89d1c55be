"""Decides what is said: a cited verdict, one question that decides, a hand-over, or "none of my business".

Nothing here writes policy: a summary is the section's own first sentence, a quote its own characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np

from knowledge.contacts import LAST_RESORT, Contacts
from knowledge.documents.blocks import plain
from knowledge.encoder import Vectors
from knowledge.errors import QuestionError
from knowledge.index import IndexedPolicy, IndexedSection
from knowledge.models import Answer, Choice, Citation, Outcome, Reader, Span, Verdict
from knowledge.search.engine import Candidate, Found, Search

LONGEST: Final = 4_000
"""Characters; the longest message that a person types, and more than an encoder reads."""

_CITATIONS: Final = 3
_WORTH_CITING: Final = 0.15  # of the best candidate's probability; further ones only distract
_CLOSE: Final = 0.3  # siblings of a family whose probabilities lie within this ratio leave the fact open
_CLOSE_PERMISSION: Final = (
    0.1  # before permitting, a sibling of this share is enough to ask (tune half: 3 % of answers)
)
_DISAGREES: Final = 0.8  # a stricter section this near to the best one is heeded first

_NOT_OURS: Final = (
    "That does not look like a question about what may be said or shown on social media, so I have no policy for it."
)
_NOT_SURE: Final = "I am not sure enough to give you a verdict. Please ask {} before you post."
_DEFAULT_PERSON: Final = "the person named here"


def clean_question(text: str) -> str:
    """The question as one line without control characters.

    Raises:
        QuestionError: where nothing is left, or it is far too long.
    """
    if len(text) > LONGEST:
        raise QuestionError(
            f"That is longer than {LONGEST:,} characters. Please tell me in a few sentences what you want to post."
        )
    cleaned = one_line(text)
    if not cleaned:
        raise QuestionError("There is nothing in that message. Tell me in a few words what you want to post.")
    return cleaned


def one_line(text: str) -> str:
    """A text as one line without control characters."""
    kept = "".join(" " if unicodedata.category(each) in {"Cc", "Cs", "Co", "Cn"} else each for each in text)
    return " ".join(kept.split())


class Answerer:
    """Answers from one search."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._index = search.index

    @property
    def contacts(self) -> Contacts:
        """The contacts that the answers name."""
        return self._index.contacts

    def answer(
        self,
        question: str,
        vector: Vectors,
        reader: Reader,
        today: date,
        top: int = _CITATIONS,
        *,
        follow_up: bool = False,
    ) -> Answer:
        """Answer one cleaned question with its vector; cites up to ``top`` sections.

        A ``follow_up`` ("and if I leave that out?") joined to its question looks like the question, whatever it took
        back: before permitting, the fact that decides is asked even where the evidence seems clear.
        """
        found = self._search.search(question, vector, reader, today)
        if not any(each.isalnum() for each in question) or found.in_scope < found.thresholds.scope:
            return self._out_of_scope(question, top, found)
        verdict = _verdict(found)
        sure = found.confidence(verdict)
        ranked = _ranked(found, verdict)
        close = _CLOSE if not verdict.permits else 0.0 if follow_up else _CLOSE_PERMISSION
        choices = self._choices(found, close, reader, today)
        if _may_say(verdict, sure, found) and not (verdict.permits and choices):
            return self._say(question, ranked, sure, top, found)
        if choices:
            return self._clarify(question, ranked, choices, sure, top, found)
        return self._hand_over(question, ranked, sure, top, found)

    def choose(self, question: str, policy: str, section: str, vector: Vectors, reader: Reader, today: date) -> Answer:
        """The answer of the section that was chosen.

        Raises:
            QuestionError: where it is not, or no longer, in force for this reader.
        """
        for each in self._index.find(policy, section):
            if self._search.sees(each.policy, reader, today):
                candidate = Candidate(each.row - 1, 1.0, each.verdict)
                found = self._search.search(question, vector, reader, today)
                return self._say(question, [candidate], 1.0, 1, found)
        raise QuestionError("That policy has changed in the meantime. Please ask your question again.")

    def policies(self, today: date) -> tuple[tuple[str, str], ...]:
        """The id and title of every policy in force on a day, by title."""
        return tuple(sorted(((each.id, each.title) for each in self._in_force(today)), key=lambda each: each[1]))

    def owner(self, policy: str, today: date) -> str | None:
        """The contact that owns a policy in force on a day; ``None`` where there is none."""
        return next((each.owner for each in self._in_force(today) if each.id == policy), None)

    def section_heading(self, policy: str, section: str, today: date) -> str | None:
        """The heading of a section that is in force; ``None`` where there is none."""
        found = self._section_in_force(policy, section, today)
        return found.heading if found else None

    def section_text(self, policy: str, section: str, today: date) -> str | None:
        """The words of a section that is in force, its conditions below them; ``None`` where there is none."""
        found = self._section_in_force(policy, section, today)
        if found is None:
            return None
        words = " ".join(plain(span.of(found.source)) for span in found.sentences)
        return "\n".join((words, *found.conditions))

    def citation(self, policy: str, section: str, today: date) -> Citation | None:
        """Where a section that is in force stands, with its first sentence; ``None`` where there is none."""
        found = self._section_in_force(policy, section, today)
        return _cited(found, found.sentences[0], 1.0) if found else None

    def in_force_since(self, policy: str, section: str, today: date) -> date | None:
        """The day since which a section says what it says today; ``None`` where it is not in force, or for ever."""
        now = self._section_in_force(policy, section, today)
        since = now.policy.effective if now else None
        earlier = {each.policy.effective: each for each in self._index.find(policy, section) if each.policy.effective}
        for day in sorted((each for each in earlier if since and each < since), reverse=True):
            if now is None or _words(earlier[day]) != _words(now):
                break
            since = day
        return since

    def _section_in_force(self, policy: str, section: str, today: date) -> IndexedSection | None:
        anybody = Reader()
        known = self._index.find(policy, section)
        return next((each for each in known if self._search.sees(each.policy, anybody, today)), None)

    def _in_force(self, today: date) -> Iterator[IndexedPolicy]:
        anybody = Reader()
        return (each for each in self._index.policies if self._search.sees(each, anybody, today))

    def _say(self, question: str, ranked: Sequence[Candidate], sure: float, top: int, found: Found) -> Answer:
        main = self._index.section(ranked[0].number)
        return Answer(
            question=question,
            outcome=Outcome.ANSWER,
            verdict=main.verdict,
            inferred=main.inferred,
            summary=_first_sentence(main),
            conditions=main.conditions,
            citations=self._cite(ranked, top, found),
            contact=self._contact(main),
            confidence=sure,
            sources=main.sources,
            certified=main.certified,
        )

    def _clarify(
        self,
        question: str,
        ranked: Sequence[Candidate],
        family: Sequence[IndexedSection],
        sure: float,
        top: int,
        found: Found,
    ) -> Answer:
        fact = family[0].fact
        assert fact is not None  # _choices returns sections of a family only
        return Answer(
            question=question,
            outcome=Outcome.CLARIFY,
            verdict=None,
            inferred=False,
            summary=fact.question,
            conditions=(),
            citations=self._cite(ranked, top, found),
            contact=self._contact(family[0]),
            confidence=sure,
            choices=tuple(Choice(each.fact.when, each.policy.id, each.id) for each in family if each.fact),
        )

    def _hand_over(self, question: str, ranked: Sequence[Candidate], sure: float, top: int, found: Found) -> Answer:
        main = self._index.section(ranked[0].number) if ranked else None
        contact = self._contact(main) if main else self.contacts.for_question(LAST_RESORT)
        person = self.contacts.get(contact)
        return Answer(
            question=question,
            outcome=Outcome.HAND_OVER,
            verdict=None,
            inferred=False,
            summary=_NOT_SURE.format(person.name if person else _DEFAULT_PERSON),
            conditions=(),
            citations=self._cite(ranked, top, found),
            contact=contact,
            confidence=sure,
        )

    def _out_of_scope(self, question: str, top: int, found: Found) -> Answer:
        """A refusal; it cites nothing unless more candidates were asked for than an answer shows."""
        return Answer(
            question=question,
            outcome=Outcome.OUT_OF_SCOPE,
            verdict=None,
            inferred=False,
            summary=_NOT_OURS,
            conditions=(),
            citations=self._cite(found.candidates, top, found) if top > _CITATIONS else (),
            contact=None,
            confidence=found.confidence(_verdict(found)),
        )

    def _choices(self, found: Found, close: float, reader: Reader, today: date) -> list[IndexedSection]:
        """The sections of the family between which the evidence does not decide; empty where there is none."""
        best = found.candidates[0] if found.candidates else None
        if best is None:
            return []
        section = self._index.section(best.number)
        if section.fact is None:
            return []
        family = [each for each in self._index.family(section) if self._search.sees(each.policy, reader, today)]
        likely = {each.number: each.probability for each in found.candidates}
        rivals = [each for each in family if likely.get(each.row - 1, 0.0) >= close * best.probability]
        return family if len({each.verdict for each in rivals}) > 1 else []

    def _contact(self, section: IndexedSection) -> str:
        return self.contacts.for_question(section.ask, section.policy.owner)

    def _cite(self, ranked: Sequence[Candidate], top: int, found: Found) -> tuple[Citation, ...]:
        if top <= _CITATIONS:
            ranked = [each for each in ranked if each.probability >= _WORTH_CITING * ranked[0].probability]
        return tuple(self._citation(each, found) for each in ranked[:top])

    def _citation(self, candidate: Candidate, found: Found) -> Citation:
        section = self._index.section(candidate.number)
        return _cited(section, self._quote(section, candidate.number, found), candidate.probability)

    def _quote(self, section: IndexedSection, number: int, found: Found) -> Span:
        """An author's rule stands in its first sentence; elsewhere the sentence nearest to the question is quoted."""
        if not section.inferred:
            return section.sentences[0]
        rows = self._index.sentence_rows(number)
        return section.sentences[int(np.argmax(found.evidence.texts[rows]))]


def _cited(section: IndexedSection, span: Span, score: float) -> Citation:
    return Citation(
        policy=section.policy.id,
        title=section.policy.title,
        version=section.policy.version,
        effective=section.policy.effective,
        section=section.id,
        heading=section.heading,
        quote=span.of(section.source),
        file=section.policy.file,
        start=span.start,
        end=span.end,
        verdict=section.verdict,
        inferred=section.inferred,
        score=score,
    )


def _words(section: IndexedSection) -> tuple[object, ...]:
    """What counts as a change of a section where it differs."""
    return (
        tuple(span.of(section.source) for span in section.sentences),
        section.conditions,
        section.verdict,
        section.certified,
    )


def _verdict(found: Found) -> Verdict:
    """The most probable verdict that a section in sight has, or a stricter one that is nearly as probable."""
    seen = {each.verdict for each in found.candidates} or {Verdict.ASK_FIRST}
    best = max(found.verdicts[each.strictness] for each in seen)
    near = [each for each in seen if found.verdicts[each.strictness] >= _DISAGREES * best]
    return max(near, key=lambda each: each.strictness)


def _may_say(verdict: Verdict, sure: float, found: Found) -> bool:
    if not found.candidates or sure < found.thresholds.answer:
        return False
    if found.verdicts[verdict.strictness] < _DISAGREES * float(found.verdicts.max()):
        return False  # another verdict is likelier, and the section that says so is out of this reader's sight
    risk = float(found.verdicts[Verdict.ASK_FIRST.strictness] + found.verdicts[Verdict.NO.strictness])
    return not verdict.permits or risk <= found.thresholds.permission_risk


def _ranked(found: Found, verdict: Verdict) -> list[Candidate]:
    """The candidates with the best one of the chosen verdict in front."""
    first = next((each for each in found.candidates if each.verdict is verdict), None)
    rest = [each for each in found.candidates if each is not first]
    return [first, *rest] if first else rest


def _first_sentence(section: IndexedSection) -> str:
    return plain(section.sentences[0].of(section.source))


__all__ = ["LONGEST", "Answerer", "clean_question", "one_line"]
