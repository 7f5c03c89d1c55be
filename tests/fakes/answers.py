"""Answers without an index: canned ones by question, with a record of what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from knowledge.contacts import Contact, Contacts, Hours
from knowledge.errors import QuestionError
from knowledge.models import Answer, Choice, Citation, Outcome, Reader, Verdict

PRESS: Final = Contact(
    id="communications",
    name="Corporate communications",
    topics=("journalists",),
    regions=("worldwide",),
    languages=("en",),
    hours=Hours(("mon", "tue", "wed", "thu", "fri"), "07:00", "20:00", "UTC"),
    backup="coe_lead",
    reach={"channel": "#press-office", "email": "press@example.com"},
    line=2,
)
LEAD: Final = Contact(
    id="coe_lead",
    name="Social media lead",
    topics=(),
    regions=("worldwide",),
    languages=("en",),
    hours=Hours(("mon", "wed"), "09:00", "12:00", "Europe/Berlin"),
    backup=None,
    reach={"email": "social@example.com"},
    line=9,
)
QUOTE: Final = "Pass **every** question of a reporter\nto Communications."
CITATION: Final = Citation(
    policy="journalists",
    title="Journalists and analysts",
    version="1.0",
    effective=date(2026, 9, 1),
    section="press-asks",
    heading="A reporter asks",
    quote=QUOTE,
    file="journalists.md",
    start=120,
    end=120 + len(QUOTE),
    verdict=Verdict.ASK_FIRST,
    inferred=False,
    score=0.9,
)
ANSWER: Final = Answer(
    question="",
    outcome=Outcome.ANSWER,
    verdict=Verdict.ASK_FIRST,
    inferred=False,
    summary="Pass every question of a reporter to Communications.",
    conditions=("the name of the outlet",),
    citations=(CITATION,),
    contact="communications",
    confidence=0.9,
    sources=("Regulation FD, 17 CFR 243",),
)
CLARIFY: Final = replace(
    ANSWER,
    outcome=Outcome.CLARIFY,
    verdict=None,
    summary="What does the reporter want to talk about?",
    conditions=(),
    confidence=0.4,
    sources=(),
    choices=(Choice("Our company", "journalists", "press-asks"), Choice("My hobby", "journalists", "press-private")),
)
HAND_OVER: Final = replace(
    ANSWER,
    outcome=Outcome.HAND_OVER,
    verdict=None,
    summary="I am not sure enough to give you a verdict. Please ask Social media lead before you post.",
    conditions=(),
    contact="coe_lead",
    confidence=0.3,
    sources=(),
)
OUT_OF_SCOPE: Final = Answer(
    question="",
    outcome=Outcome.OUT_OF_SCOPE,
    verdict=None,
    inferred=False,
    summary="That does not look like a question for me.",
    conditions=(),
    citations=(),
    contact=None,
    confidence=0.1,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the port: a question with its reader, and the section where an option was chosen."""

    question: str
    reader: Reader
    section: str | None = None
    follow_up: bool = False


class FakeAnswers:
    """Implements ``Answers``: the canned answer of a question, else ``ANSWER``; ``asked`` records every call.

    A question in ``refused`` raises ``QuestionError``, and so does the choice of a section that no answer offers.
    """

    def __init__(self, canned: Mapping[str, Answer] | None = None, refused: Sequence[str] = ()) -> None:
        self._canned = dict(canned or {})
        self._refused = frozenset(refused)
        self.asked: list[Asked] = []
        self.owners = {CITATION.policy: "communications"}
        self.since: dict[str, date] = {}
        self.sections = {f"{CITATION.policy}#{CITATION.section}": QUOTE}

    @property
    def contacts(self) -> Contacts:
        """Two contacts, of which the second is the last resort."""
        return Contacts((PRESS, LEAD))

    def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
        """The canned answer."""
        self.asked.append(Asked(question, reader, follow_up=follow_up))
        if question in self._refused:
            raise QuestionError("There is nothing in that message. Say it in words.")
        return replace(self._canned.get(question, ANSWER), question=question)

    def choose(self, question: str, policy: str, section: str, reader: Reader) -> Answer:
        """``ANSWER`` for a section that ``CLARIFY`` offers."""
        self.asked.append(Asked(question, reader, f"{policy}#{section}"))
        if not any((each.policy, each.section) == (policy, section) for each in CLARIFY.choices):
            raise QuestionError("That policy has changed in the meantime. Please ask your question again.")
        return replace(ANSWER, question=question, confidence=1.0)

    def policies(self) -> Sequence[tuple[str, str]]:
        """The one policy that is quoted."""
        return ((CITATION.policy, CITATION.title),)

    def owner(self, policy: str) -> str | None:
        """The owner of the one policy that is quoted; a test may change ``owners``."""
        return self.owners.get(policy)

    def citation(self, policy: str, section: str) -> Citation | None:
        """The one section that is quoted, as long as it is among ``sections``."""
        return CITATION if f"{policy}#{section}" in self.sections else None

    def in_force_since(self, policy: str, section: str) -> date | None:
        """Since the policy itself; a test may change ``since``."""
        return self.since.get(f"{policy}#{section}", CITATION.effective)

    def section_heading(self, policy: str, section: str) -> str | None:
        """The heading of the one section that is quoted, as long as it is among ``sections``."""
        return CITATION.heading if f"{policy}#{section}" in self.sections else None

    def section_text(self, policy: str, section: str) -> str | None:
        """The words of the one section that is quoted; a test may change ``sections``."""
        return self.sections.get(f"{policy}#{section}")


__all__ = [
    "ANSWER",
    "CITATION",
    "CLARIFY",
    "HAND_OVER",
    "LEAD",
    "OUT_OF_SCOPE",
    "PRESS",
    "QUOTE",
    "Asked",
    "FakeAnswers",
]
