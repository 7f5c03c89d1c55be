"""Fits the few numbers that turn evidence into probabilities, on the tune half of the default pack and nothing else.

For plain policies (no situations) the same questions are asked of an index of the same pack without its situations,
once whole and once with the right policy hidden, so that "not answered here" is learned too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.documents.folder import read_folder
from knowledge.encoder import Encoder, Vectors
from knowledge.index import Index, TextKind
from knowledge.index.build import build_from
from knowledge.models import Policy, Reader, Verdict
from knowledge.pack import Pack
from knowledge.questions import Labelled, read_questions
from knowledge.search.calibration import Calibration, Mixture, Regime, Scope, Thresholds
from knowledge.search.engine import Search
from knowledge.search.evidence import FEATURES, Evidence

Matrix = NDArray[np.float64]

_REFUSED: Final = 0.955  # share of the tune half's off-topic messages that must be refused
_COVERAGE: Final = 0.6  # least share of strangers' questions that must get a verdict
_RISK: Final = 0.015  # most wrong permissions, as a share of all of them
_PLAIN_ACCURACY: Final = 0.75
_PLAIN_LOST: Final = (
    0.005  # share of real questions that plain policies may turn away; their off-topic ones are handed over
)
_INPUTS: Final = ("probe", *FEATURES)
_TRAVELS: Final = frozenset({"off_topic_gap", "best_passage", "best_sentence"})
"""What says the same of other people's policies as of ours; the probe, the words and the margin do not."""

_SHRINK: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions with the evidence that an index gave, row by row."""

    questions: tuple[Labelled, ...]
    evidence: tuple[Evidence, ...]
    index: Index

    def in_scope(self) -> NDArray[np.bool_]:
        return np.array([question.verdict is not None for question in self.questions])


def calibrate(encoder: Encoder, pack: Pack, today: date, tell: Callable[[str], None]) -> Calibration:
    """Fit a calibration for an encoder on ``questions/ask-tune.jsonl`` of a pack.

    Takes minutes: it builds two indexes.
    """
    questions = read_questions(pack.questions / "ask-tune.jsonl")
    policies = read_folder(pack.policies).policies
    vectors = encoder.encode([question.question for question in questions])
    with tempfile.TemporaryDirectory() as folder:
        tell("building an index with situations")
        asked = _ask(Path(folder) / "situated.db", pack, policies, encoder, questions, vectors, today)
        probe, bias = _fit_probe(asked.index)
        situated = _fit_situated(asked, probe, bias)
        tell("building an index without situations")
        bare = [_without_situations(policy) for policy in policies]
        asked = _ask(Path(folder) / "plain.db", pack, bare, encoder, questions, vectors, today)
        hidden = _ask_hidden(asked, vectors)
        plain = _fit_plain(asked, hidden, probe, bias)
    return Calibration(encoder.name, encoder.fingerprint, situated, plain)


def _without_situations(policy: Policy) -> Policy:
    """The policy as if its author had written nothing but prose."""
    return replace(policy, sections=tuple(replace(each, situations=(), inferred=True) for each in policy.sections))


def _ask(
    path: Path,
    pack: Pack,
    policies: Sequence[Policy],
    encoder: Encoder,
    questions: tuple[Labelled, ...],
    vectors: Vectors,
    today: date,
) -> _Asked:
    build_from(pack, policies, path, encoder)
    index = Index.open(path, encoder)
    search = Search(index, _BLANK)
    evidence = [
        search.weigh(question.question, vector, Reader(), today)
        for question, vector in zip(questions, vectors, strict=True)
    ]
    return _Asked(questions, tuple(evidence), index)


def _ask_hidden(asked: _Asked, vectors: Vectors) -> _Asked:
    """The same questions while the policy that holds their section is out of sight."""
    search = Search(asked.index, _BLANK)
    kept: list[Labelled] = []
    evidence: list[Evidence] = []
    for question, vector in zip(asked.questions, vectors, strict=True):
        if question.section is None:
            continue
        policy = question.section.partition("#")[0]
        visible = np.array([asked.index.policies[each].id != policy for each in asked.index.policy_of])
        kept.append(question)
        evidence.append(search.weigh_visible(question.question, vector, visible))
    return _Asked(tuple(kept), tuple(evidence), asked.index)


def _fit_probe(index: Index) -> tuple[tuple[float, ...], float]:
    """A direction in the encoder's space from other people's business to ours."""
    ours = index.kind_of == TextKind.SITUATION
    theirs = index.kind_of == TextKind.OFF_TOPIC
    model = LogisticRegression(C=3.0, max_iter=300, class_weight="balanced")
    model.fit(index.vectors[ours | theirs], ours[ours | theirs])
    return tuple(float(each) for each in model.coef_[0]), float(model.intercept_[0])


def _fit_situated(asked: _Asked, probe: tuple[float, ...], bias: float) -> Regime:
    scope, in_scope = _fit_scope(asked, probe, bias)
    ours = asked.in_scope()
    gold = np.array([question.verdict.strictness for question in asked.questions if question.verdict])
    evidence = [each for each, own in zip(asked.evidence, ours, strict=True) if own]
    mixture = _fit_mixture(evidence, gold)
    probabilities = np.array([mixture.probabilities(each) for each in evidence]) * in_scope[ours][:, None]
    blind = np.array([question.section is None for question in asked.questions if question.verdict])
    answer, risk = _choose_thresholds(probabilities, gold, blind)
    lowest = float(np.quantile(in_scope[~ours], _REFUSED))
    return Regime(scope, mixture, (), 0.0, Thresholds(lowest, answer, risk))


def _fit_plain(asked: _Asked, hidden: _Asked, probe: tuple[float, ...], bias: float) -> Regime:
    scope, in_scope = _fit_scope(asked, probe, bias, _TRAVELS)
    rows = [(question, each, True) for question, each in zip(asked.questions, asked.evidence, strict=True)]
    rows += [(question, each, False) for question, each in zip(hidden.questions, hidden.evidence, strict=True)]
    rows = [row for row in rows if row[0].section or not row[0].verdict]  # without a section nobody knows what is right
    inputs = np.array([scope.inputs(each.vector, each.features) for _, each, _ in rows])
    right = np.array([seen and _section_is_right(question, each, asked.index) for question, each, seen in rows])
    found, found_bias = _logistic_regression(inputs, right, _TRAVELS, balanced=False)
    confidence = inputs @ np.asarray(found) + found_bias
    order = np.argsort(-confidence)
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(accuracy >= _PLAIN_ACCURACY)
    least = float(confidence[order][enough[-1]]) if len(enough) else float(confidence.max())
    lowest = float(np.quantile(in_scope[asked.in_scope()], _PLAIN_LOST))
    return Regime(
        scope,
        Mixture(1.0, 0.0, (0.0, 0.0, 0.0, 0.0)),
        found,
        found_bias,
        Thresholds(lowest, float(1.0 / (1.0 + np.exp(-least))), 0.5),
    )


def _section_is_right(question: Labelled, evidence: Evidence, index: Index) -> bool:
    section = index.section(int(evidence.sections.argmax()))
    return question.section == f"{section.policy.id}#{section.id}"


def _fit_scope(
    asked: _Asked, probe: tuple[float, ...], bias: float, used: frozenset[str] = frozenset(_INPUTS)
) -> tuple[Scope, Matrix]:
    """The scope's logistic regression and its probability for every question."""
    blank = Scope(probe, bias, (0.0,) * (len(FEATURES) + 1), 0.0)
    inputs = np.array([blank.inputs(each.vector, each.features) for each in asked.evidence])
    weights, intercept = _logistic_regression(inputs, asked.in_scope(), used, balanced=True)
    scope = replace(blank, weights=weights, bias=intercept)
    return scope, np.array([scope.probability(each) for each in asked.evidence])


def _logistic_regression(
    inputs: Matrix, labels: NDArray[np.bool_], used: frozenset[str], *, balanced: bool
) -> tuple[tuple[float, ...], float]:
    """Weights over all inputs, 0 for those that are not used, and the bias."""
    columns = [number for number, name in enumerate(_INPUTS) if name in used]
    model = LogisticRegression(C=0.3, max_iter=1000, class_weight="balanced" if balanced else None)
    model.fit(inputs[:, columns], labels)
    weights = np.zeros(len(_INPUTS))
    weights[columns] = model.coef_[0]
    return tuple(float(each) for each in weights), float(model.intercept_[0])


def _fit_mixture(evidence: Sequence[Evidence], gold: NDArray[np.intp]) -> Mixture:
    sections = np.array([each.verdicts for each in evidence])
    classified = np.array([each.classified for each in evidence])

    def loss(weights: Matrix) -> float:
        logits = weights[0] * sections + weights[1] * classified + np.r_[0.0, weights[2:]]
        logits = logits - logits.max(axis=1, keepdims=True)
        log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return float(-log_probabilities[np.arange(len(gold)), gold].mean() + _SHRINK * (weights**2).sum())

    weights = minimize(loss, np.array([1.0, 0.5, 0.0, 0.0, 0.0]), method="L-BFGS-B").x
    return Mixture(float(weights[0]), float(weights[1]), (0.0, float(weights[2]), float(weights[3]), float(weights[4])))


def _choose_thresholds(probabilities: Matrix, gold: NDArray[np.intp], blind: NDArray[np.bool_]) -> tuple[float, float]:
    """The thresholds whose answers are most often right, among those that answer enough and seldom permit wrongly.

    Judged on the ``blind`` questions, whose author knew none of our sections: they are what strangers ask.
    """
    said = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1)
    strict = probabilities[:, Verdict.ASK_FIRST.strictness :].sum(axis=1)
    permits = said <= Verdict.YES_IF.strictness
    best = (0.0, 0.99, 0.01)
    for answer in np.arange(0.30, 0.95, 0.01):
        for risk in np.arange(0.05, 0.51, 0.05):
            spoken = (sure >= answer) & (~permits | (strict <= risk))
            judged = spoken & blind
            accuracy = float((said == gold)[judged].mean()) if judged.any() else 0.0
            wrong = int((judged & permits & (gold >= Verdict.ASK_FIRST.strictness)).sum())
            enough = judged.sum() >= _COVERAGE * blind.sum() and wrong <= _RISK * blind.sum()
            if enough and accuracy > best[0]:
                best = (accuracy, float(answer), float(risk))
    return best[1], best[2]


_BLANK: Final = Calibration(
    "",
    "",
    *(
        Regime(
            Scope((), 0.0, (0.0,) * (len(FEATURES) + 1), 0.0),
            Mixture(1.0, 0.0, (0.0,) * 4),
            (),
            0.0,
            Thresholds(0, 0, 1),
        )
        for _ in range(2)
    ),
)
"""Weighing evidence needs no calibration; this one is never asked for a probability."""

__all__ = ["calibrate"]
