"""A precedent beside the policies: cited as what it is, and never milder than a section."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import precedents
from bot.conversation.ask import to_reply
from bot.conversation.kept import from_json, to_json
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply, ReplyKind
from bot.ports import PrecedentState
from knowledge.models import Answer, Verdict
from tests.fakes.answers import ANSWER, CITATION, CLARIFY, HAND_OVER, OUT_OF_SCOPE
from tests.unit.bot.precedent_scene import ANSWER as EXPERT
from tests.unit.bot.precedent_scene import NOW, QUESTION, SLACK, Scene

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> Scene:
    """An office with people and one channel."""
    return Scene()


def reply(
    answer: Answer, question: str = QUESTION, verdict: Verdict | None = None, quoted: Verdict | None = None
) -> Reply:
    """A reply of the policies, to a question, with another verdict, or with a quote of another verdict."""
    cited = tuple(replace(each, verdict=quoted or each.verdict) for each in answer.citations)
    said = replace(answer, question=question, verdict=verdict or answer.verdict, citations=cited)
    return to_reply(said, "r9", Scene().answers.contacts)


def use(scene: Scene, given: Reply, workspace: str = SLACK, days: int = 1) -> Reply:
    """What becomes of a reply some days after the approval."""
    return precedents.apply(scene.office, given, workspace, NOW + days * DAY)


def test_a_hand_over_becomes_an_answer(scene: Scene) -> None:
    """Where the policies gave no verdict and no milder precedent is in the way of a section, it answers, cited."""
    scene.approved(Verdict.NO)
    used = use(scene, reply(HAND_OVER))
    assert (used.kind, used.verdict, used.inferred) == (ReplyKind.ANSWER, Verdict.NO, False)
    (said,) = used.said
    assert said.words == EXPERT
    assert said.who == "Precedent: Olu Example, approved by Kim Example on 2 Nov 2026, counts until 1 May 2027"
    assert ("The question then", QUESTION) in used.facts
    assert used.quotes == reply(HAND_OVER).quotes and used.id == "r9"
    assert "not sure" not in used.text and any("no policy" in note for note in used.notes)
    assert from_json(to_json(used)) == used


@pytest.mark.parametrize("answer", [HAND_OVER, CLARIFY])
def test_a_stricter_section_in_sight_stands(scene: Scene, answer: Answer) -> None:
    """A quoted section that is stricter leaves the reply exactly as it was, though it was not sure of it."""
    scene.approved(Verdict.YES_IF)
    given = reply(answer, quoted=Verdict.ASK_FIRST)
    assert use(scene, given) == given


@pytest.mark.parametrize("answer", [HAND_OVER, CLARIFY])
def test_any_quoted_section_counts(scene: Scene, answer: Answer) -> None:
    """Not only the first quote: one stricter section among them is enough."""
    scene.approved(Verdict.YES)
    strict = replace(CITATION, section="other", verdict=Verdict.NO)
    given = reply(replace(answer, citations=(replace(CITATION, verdict=Verdict.YES), strict)))
    assert use(scene, given) == given


@pytest.mark.parametrize("verdict", [Verdict.YES, Verdict.YES_IF])
@pytest.mark.parametrize("answer", [HAND_OVER, OUT_OF_SCOPE])
def test_an_unsure_permission_has_a_condition(scene: Scene, answer: Answer, verdict: Verdict) -> None:
    """Where the policies are not sure, a permission holds only for the very case that was asked about then."""
    scene.approved(verdict)
    used = use(scene, reply(answer, quoted=Verdict.YES))
    assert (used.kind, used.verdict) == (ReplyKind.ANSWER, Verdict.YES_IF)
    assert "question then" in used.conditions[-1]


@pytest.mark.parametrize("verdict", Verdict)
def test_a_question_that_decides_is_asked_all_the_same(scene: Scene, verdict: Verdict) -> None:
    """While the fact that decides is open, a precedent that permits is left out; a strict one answers."""
    scene.approved(verdict)
    given = reply(CLARIFY, quoted=Verdict.YES)
    used = use(scene, given)
    if verdict.permits:
        assert used == given
    else:
        assert (used.kind, used.verdict, used.options) == (ReplyKind.ANSWER, verdict, ())


def test_what_no_policy_knows_is_answered(scene: Scene) -> None:
    """A question that is out of the policies' scope, but was answered before, gets that answer and somebody to ask."""
    scene.approved(Verdict.ASK_FIRST)
    used = use(scene, reply(OUT_OF_SCOPE))
    assert (used.kind, used.verdict, used.examples) == (ReplyKind.ANSWER, Verdict.ASK_FIRST, ())
    assert used.person and used.person.id == "communications"


@pytest.mark.parametrize("policy", Verdict)
@pytest.mark.parametrize("precedent", Verdict)
def test_the_stricter_verdict_is_said(scene: Scene, policy: Verdict, precedent: Verdict) -> None:
    """Of a policy's verdict and a precedent's, the stricter one is said; a milder precedent is not even hinted at."""
    scene.approved(precedent)
    given = reply(ANSWER, verdict=policy)
    used = use(scene, given)
    assert used.verdict is max(policy, precedent, key=lambda each: each.strictness)
    if precedent.strictness < policy.strictness:
        assert used == given
    else:
        assert used.said and used.conditions == given.conditions and used.quotes == given.quotes
        assert given.text in used.text


def test_the_same_verdict_leaves_the_words(scene: Scene) -> None:
    """Where both say the same, the policy speaks, and the precedent is added."""
    scene.approved(Verdict.ASK_FIRST)
    given = reply(ANSWER)
    used = use(scene, given)
    assert (used.text, used.verdict) == (given.text, given.verdict) and len(used.said) == 1


def test_another_question_is_not_its_business(scene: Scene) -> None:
    """A question that is not alike is answered as if there were no precedent."""
    scene.approved(Verdict.NO)
    given = reply(HAND_OVER, "May I post a photo of my desk?")
    assert use(scene, given) == given


def test_the_nearest_of_several(scene: Scene) -> None:
    """Of two precedents the one whose question is nearer is used."""
    scene.approved(Verdict.NO, QUESTION)
    scene.approved(Verdict.ASK_FIRST, f"{QUESTION} And about the cook?")
    assert use(scene, reply(HAND_OVER, f"{QUESTION} And the cook?")).verdict is Verdict.ASK_FIRST
    assert use(scene, reply(HAND_OVER, f"{QUESTION[:-1]}!")).verdict is Verdict.NO


@pytest.mark.parametrize(
    "kind", [kind for kind in ReplyKind if kind.value not in ("answer", "clarify", "hand_over", "out_of_scope")]
)
def test_other_replies_stay_as_they_are(scene: Scene, kind: ReplyKind) -> None:
    """Small talk, errors, cases and triage have nothing to do with precedents."""
    scene.approved(Verdict.NO)
    given = Reply(kind, "Hello", question=QUESTION)
    assert use(scene, given) == given


@pytest.mark.parametrize("workspace", ["slack:T2", LOCAL])
def test_never_in_another_organisation(scene: Scene, workspace: str) -> None:
    """Another company, and a web chat that is not joined, never see it."""
    scene.approved(Verdict.NO)
    given = reply(HAND_OVER)
    assert use(scene, given, workspace) == given


def test_what_is_not_approved_is_not_used(scene: Scene) -> None:
    """A proposal and a refusal answer nothing."""
    offered = scene.offered(verdict=Verdict.NO)
    given = reply(HAND_OVER)
    assert use(scene, given) == given
    scene.do("kim", "refuse", offered.id, "No.")
    assert use(scene, given) == given


def test_it_ends(scene: Scene) -> None:
    """It counts on its last day, and not on the next."""
    approved = scene.approved(Verdict.NO)
    assert approved.expires
    left = (approved.expires - NOW.date()).days
    assert use(scene, reply(HAND_OVER), days=left).verdict is Verdict.NO
    assert use(scene, reply(HAND_OVER), days=left + 1) == reply(HAND_OVER)


def test_a_changed_section_stops_it_at_once(scene: Scene) -> None:
    """The first question after its section changed is answered without it, and its owner is asked, once."""
    approved = scene.approved(Verdict.NO)
    scene.answers.sections["journalists#press-asks"] = "Talk to reporters as you like."
    given = reply(HAND_OVER)
    assert [use(scene, given), use(scene, given, days=2)] == [given, given]
    assert scene.now(approved).state is PrecedentState.QUESTIONED
    assert len([each for each in scene.owed() if ":changed-" in each.id]) == 1
