"""The default pack without a model: its own sections, chart and contacts; which of them fits a text is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, cast

import numpy as np

from knowledge.answer import _NOT_OURS, _NOT_SURE
from knowledge.contacts import Contacts, read_contacts
from knowledge.documents.blocks import plain
from knowledge.documents.folder import read_folder
from knowledge.models import Answer, Choice, Citation, Outcome, Policy, Reader, Section
from knowledge.pack import DEFAULT_PACK
from knowledge.triage.chart import Leaf
from knowledge.triage.drift import Drifts
from knowledge.triage.engine import Sorter
from knowledge.triage.examples import KINDS
from knowledge.triage.learn import Floats, Learned
from knowledge.triage.models import Drift, Kind, Triaged
from knowledge.triage.read import read_chart
from knowledge.triage.topics import TopicChooser

Found = tuple[Outcome, tuple[str, ...]]
"""What answers a question: the outcome, and the sections by their ids."""

Likely = Mapping[Kind | None, float]
"""How likely a text is of each kind."""

_NOWHERE: Final[Floats] = np.zeros(1, dtype=np.float32)


class PackAnswers:
    """Implements ``Answers`` with the default pack's own sections; ``found`` tells which of them answers what."""

    def __init__(self, found: Mapping[str, Found] | None = None) -> None:
        self._found = dict(found or {})
        self._sections = {
            section.id: (policy, section)
            for policy in read_folder(DEFAULT_PACK / "policies").policies
            for section in policy.sections
        }
        self._contacts, _ = read_contacts(DEFAULT_PACK / "contacts.yml")

    @property
    def contacts(self) -> Contacts:
        """The contacts of the default pack."""
        return self._contacts

    def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
        """What is known to answer a question."""
        outcome, names = self._found[question]
        return self._answer(question, outcome, names)

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """The answer of a section."""
        return self._answer(question, Outcome.ANSWER, (section,))

    def policies(self) -> Sequence[tuple[str, str]]:
        """The id and title of every policy, by title."""
        known = {policy.id: policy.title for policy, _ in self._sections.values()}
        return sorted(known.items(), key=lambda each: each[1])

    def owner(self, policy: str) -> str | None:
        """The contact that owns a policy."""
        return next((each.owner for each, _ in self._sections.values() if each.id == policy), None)

    def citation(self, policy: str, section: str) -> Citation | None:
        """Where a section stands, with its first sentence."""
        found = self._sections.get(section)
        return _citation(*found) if found and found[0].id == policy else None

    def in_force_since(self, policy: str, section: str) -> date | None:
        """Since its policy itself."""
        found = self._sections.get(section)
        return found[0].effective if found and found[0].id == policy else None

    def section_heading(self, policy: str, section: str) -> str | None:
        """The heading of a section."""
        found = self._sections.get(section)
        return found[1].heading if found and found[0].id == policy else None

    def section_text(self, policy: str, section: str) -> str | None:
        """The words of a section, its conditions below them."""
        found = self._sections.get(section)
        if found is None or found[0].id != policy:
            return None
        words = " ".join(plain(span.of(found[0].text)) for span in found[1].sentences)
        return "\n".join((words, *found[1].conditions))

    def _answer(self, question: str, outcome: Outcome, names: tuple[str, ...]) -> Answer:
        found = [self._sections[name] for name in names]
        if not found:
            return Answer(question, outcome, None, False, _NOT_OURS, (), (), None, 0.1)
        policy, section = found[0]
        contact = self._contacts.for_question(section.ask, policy.owner)
        answer = Answer(
            question=question,
            outcome=outcome,
            verdict=None,
            inferred=False,
            summary="",
            conditions=(),
            citations=tuple(_citation(*each) for each in found),
            contact=contact,
            confidence=0.9,
        )
        if outcome is Outcome.CLARIFY:
            assert section.fact is not None
            choices = tuple(Choice(each.fact.when, of.id, each.id) for of, each in found if each.fact)
            return replace(answer, summary=section.fact.question, choices=choices)
        if outcome is Outcome.HAND_OVER:
            person = self._contacts.get(contact)
            return replace(answer, summary=_NOT_SURE.format(person.name if person else ""))
        return replace(
            answer,
            verdict=section.verdict,
            summary=plain(section.sentences[0].of(policy.text)),
            conditions=section.conditions,
            sources=section.sources,
        )


def _citation(policy: Policy, section: Section) -> Citation:
    span = section.sentences[0]
    return Citation(
        policy=policy.id,
        title=policy.title,
        version=policy.version,
        effective=policy.effective,
        section=section.id,
        heading=section.heading,
        quote=span.of(policy.text),
        file=policy.file,
        start=span.start,
        end=span.end,
        verdict=section.verdict,
        inferred=section.inferred,
        score=0.9,
    )


class PackTriage:
    """Implements ``Triage`` with the default pack's own chart; ``told`` are the likely kinds of each text.

    A text in ``told`` is something that was said, one in ``unclear`` may be either, all else is a question.
    """

    def __init__(self, told: Mapping[str, Likely], contacts: Contacts, unclear: Collection[str] = ()) -> None:
        chart = read_chart(DEFAULT_PACK / "triage.yml")
        self._said = frozenset(told)
        self._unclear = frozenset(unclear)
        # what the sorter calls of what was learned is told here
        self._sorter = Sorter(
            chart, cast("Learned", _Told(told)), cast("Drifts", None), cast("TopicChooser", _OwnContact()), contacts
        )

    def triage(self, text: str, reader: Reader) -> Triaged:
        """What becomes of a text."""
        return self._sorter.sort(text, _NOWHERE)

    def settle(self, text: str, kind: Kind | None, reader: Reader) -> Triaged:
        """What becomes of it where its kind is known."""
        return self._sorter.settle(text, _NOWHERE, kind)

    def drift(self, text: str) -> Drift:
        """Which way a text leans."""
        return Drift.UNCLEAR if text in self._unclear else Drift.TRIAGE if text in self._said else Drift.ASK


class _Told:
    """Kinds as they were told, in the place of what is learned."""

    def __init__(self, told: Mapping[str, Likely]) -> None:
        self._told = told

    def probabilities(self, text: str, _vector: Floats) -> Floats:
        """The probability of each kind; of a text that was not told, there is nothing to do."""
        likely = self._told.get(text, {None: 0.9})
        return np.array([likely.get(kind, 0.0) for kind in KINDS], dtype=np.float32)

    def known(self, _text: str) -> float:
        """Every word of it."""
        return 1.0


class _OwnContact:
    """The leaf's own contact takes over, whatever a text is about."""

    def choose(self, leaf: Leaf, _vector: Floats) -> str | None:
        """The contact of a leaf."""
        return leaf.contact


__all__ = ["Found", "Likely", "PackAnswers", "PackTriage"]
