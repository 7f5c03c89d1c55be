"""Scores answers on labelled questions: is the section found, is the verdict right, is "yes" ever said wrongly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from knowledge.evaluation_report import GOLD, SAID, CalibrationBin, Report, TopicScore
from knowledge.models import Answer, Outcome, Verdict
from knowledge.questions import Labelled, read_questions

_BINS: Final = 10


def evaluate(questions: Sequence[Labelled], ask: Callable[[Sequence[str]], Sequence[Answer]]) -> Report:
    """Ask all questions in one call and score the answers; ``ask`` gives one answer a question, in their order.

    Raises:
        ValueError: where ``ask`` breaks its promise: another number of answers, an ``answer`` without a verdict, or a
            confidence that is no probability.
    """
    answers = ask([each.question for each in questions])
    if len(answers) != len(questions):
        raise ValueError(f"{len(questions)} questions got {len(answers)} answers; 'ask' must give one for each")
    scored = [_Scored(question, answer) for question, answer in zip(questions, answers, strict=True)]
    for each in scored:
        each.check()
    inside = [each for each in scored if each.gold is not None]
    outside = [each for each in scored if each.gold is None]
    answered = [each for each in inside if each.outcome is Outcome.ANSWER]
    ranks = [each.section_rank for each in inside if each.question.section is not None]
    by_confidence = _by_confidence(inside)
    bins = tuple(_calibration(by_confidence))
    return Report(
        questions=len(scored),
        in_scope=len(inside),
        off_topic=len(outside),
        with_section=len(ranks),
        section_recall_1=_share(rank == 1 for rank in ranks),
        section_recall_3=_share(rank is not None and rank <= 3 for rank in ranks),
        mrr=_mean(1 / rank if rank else 0.0 for rank in ranks),
        first_verdict_accuracy=_share(each.first_right for each in inside),
        coverage=_share(each.outcome is Outcome.ANSWER for each in inside),
        verdict_accuracy=_share(each.right for each in answered),
        wrong_permission=_share(each.wrong_permission for each in inside),
        unconditional_permission=_share(each.said is Verdict.YES and each.gold is Verdict.YES_IF for each in inside),
        clarify=_share(each.outcome is Outcome.CLARIFY for each in inside),
        hand_over=_share(each.outcome is Outcome.HAND_OVER for each in inside),
        false_refusal=_share(each.outcome is Outcome.OUT_OF_SCOPE for each in inside),
        off_topic_refused=_share(each.outcome is Outcome.OUT_OF_SCOPE for each in outside),
        off_topic_answered=_share(each.outcome in (Outcome.ANSWER, Outcome.CLARIFY) for each in outside),
        calibration_error=_calibration_error(bins),
        calibration=bins,
        risk_coverage=tuple(_risk_coverage(by_confidence)),
        by_topic=tuple(_by_topic(inside)),
        confusion=_confusion(scored),
    )


@dataclass(frozen=True, slots=True)
class _Scored:
    question: Labelled
    answer: Answer

    def check(self) -> None:
        if self.outcome is Outcome.ANSWER and self.answer.verdict is None:
            raise ValueError(f"the answer to '{self.question.id}' has no verdict; 'ask' must set one")
        if not 0 <= self.answer.confidence <= 1:
            raise ValueError(f"the confidence for '{self.question.id}' is {self.answer.confidence}; it must be 0 to 1")

    @property
    def gold(self) -> Verdict | None:
        return self.question.verdict

    @property
    def outcome(self) -> Outcome:
        return self.answer.outcome

    @property
    def said(self) -> Verdict | None:
        """What the asker was told; a verdict found but not said counts for nothing."""
        return self.answer.verdict if self.outcome is Outcome.ANSWER else None

    @property
    def right(self) -> bool:
        return self.said is not None and self.said is self.gold

    @property
    def first_right(self) -> bool:
        return bool(self.answer.citations) and self.answer.citations[0].verdict is self.gold

    @property
    def wrong_permission(self) -> bool:
        return self.gold is not None and not self.gold.permits and self.said is not None and self.said.permits

    @property
    def section_rank(self) -> int | None:
        # A section that is quoted twice takes one rank: sections are what is counted, not quotes.
        sections = list(dict.fromkeys(f"{each.policy}#{each.section}" for each in self.answer.citations))
        return sections.index(self.question.section) + 1 if self.question.section in sections else None


@dataclass(frozen=True, slots=True)
class _Tie:
    """Questions of one confidence: no threshold can part them, so they are always counted together."""

    confidence: float
    count: int
    right: int


def _by_confidence(inside: Iterable[_Scored]) -> list[_Tie]:
    """Most confident first."""
    ordered = sorted(inside, key=lambda each: -each.answer.confidence)
    groups = ((confidence, list(group)) for confidence, group in groupby(ordered, lambda each: each.answer.confidence))
    return [
        _Tie(float(confidence), len(group), sum(each.first_right for each in group)) for confidence, group in groups
    ]


def _risk_coverage(ties: Sequence[_Tie]) -> Iterator[tuple[float, float]]:
    total = sum(tie.count for tie in ties)
    count = wrong = 0
    for tie in ties:
        count += tie.count
        wrong += tie.count - tie.right
        yield count / total, wrong / count


def _calibration(ties: Sequence[_Tie]) -> Iterator[CalibrationBin]:
    """Up to ten bins of equal mass, least confident first.

    A tie that lies across two bins gives both of them its mean, so the order of the questions changes nothing.
    """
    pairs = [(tie.confidence, tie.right / tie.count) for tie in reversed(ties) for _ in range(tie.count)]
    bins = min(_BINS, len(pairs))
    for number in range(bins):
        part = pairs[number * len(pairs) // bins : (number + 1) * len(pairs) // bins]
        confidence, accuracy = (min(1.0, sum(each) / len(part)) for each in zip(*part, strict=True))
        yield CalibrationBin(confidence, accuracy, len(part))


def _calibration_error(bins: Sequence[CalibrationBin]) -> float | None:
    if not bins:
        return None
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / sum(each.count for each in bins)


def _by_topic(inside: Iterable[_Scored]) -> Iterator[TopicScore]:
    ordered = sorted(inside, key=lambda each: each.question.topic)
    for topic, group in groupby(ordered, lambda each: each.question.topic):
        scored = list(group)
        answered = [each for each in scored if each.outcome is Outcome.ANSWER]
        yield TopicScore(
            topic=topic,
            questions=len(scored),
            coverage=len(answered) / len(scored),
            accuracy=_share(each.right for each in answered),
            wrong_permissions=sum(each.wrong_permission for each in scored),
        )


def _confusion(scored: Iterable[_Scored]) -> tuple[tuple[int, ...], ...]:
    counts = [[0] * len(SAID) for _ in GOLD]
    for each in scored:
        counts[GOLD.index(each.gold or Outcome.OUT_OF_SCOPE)][SAID.index(each.said or each.outcome)] += 1
    return tuple(tuple(row) for row in counts)


def _share(marks: Iterable[bool]) -> float | None:
    return _mean(float(mark) for mark in marks)


def _mean(values: Iterable[float]) -> float | None:
    """The mean; ``None`` of nothing, because neither 0 nor 1 would be true."""
    found = list(values)
    return math.fsum(found) / len(found) if found else None


__all__ = [
    "CalibrationBin",
    "Labelled",
    "Report",
    "TopicScore",
    "evaluate",
    "read_questions",
]
