"""A crisis: its notice heads every answer, and what was permitted is asked first until it is lifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.reply import ReplyKind
from knowledge.models import Verdict
from tests.fakes.answers import ANSWER, CITATION, FakeAnswers
from tests.unit.bot.escalate.conftest import INES, LENA, OMAR, Company, CompanyMaker, action

NOTICE = "A recall is under way. Only Communications speaks about it."
ALLOWED = replace(
    ANSWER, verdict=Verdict.YES_IF, citations=(replace(CITATION, verdict=Verdict.YES_IF),), summary="You may."
)


@pytest.fixture
def permissive(make_company: CompanyMaker) -> Company:
    """A company whose policy permits everything."""
    return make_company(answers=FakeAnswers({"May I?": ALLOWED}))


def test_the_lead_declares_and_lifts_it(permissive: Company) -> None:
    """Before, during and after: the same question."""
    form = permissive.say(LENA, "crisis")
    declared = permissive.press(LENA, action(form, "Declare a crisis"), NOTICE, ("everything",))
    assert dict(declared.facts)["Closed topics"] == "Everything"
    during = permissive.say(INES, "May I?")
    assert (during.verdict, during.notice) == (Verdict.ASK_FIRST, NOTICE)
    assert "ask Social media lead before you post" in during.text
    assert during.person is not None
    assert during.person.id == "coe_lead"
    assert during.quotes[0].text in CITATION.quote
    permissive.press(LENA, action(declared, "Lift it"))
    after = permissive.say(INES, "May I?")
    assert (after.verdict, after.notice) == (Verdict.YES_IF, "")


def test_other_topics_keep_their_verdict_below_the_notice(permissive: Company) -> None:
    """Only chosen policies are closed; everybody reads the notice."""
    permissive.answers.policies = lambda: (("journalists", "Journalists"), ("travel", "Travel"))  # type: ignore[method-assign]
    permissive.do(LENA, "crisis", "", NOTICE, ("travel",))
    reply = permissive.say(INES, "May I?")
    assert (reply.verdict, reply.notice) == (Verdict.YES_IF, NOTICE)
    permissive.do(LENA, "crisis", "", NOTICE, ("journalists", "travel"))
    assert permissive.say(INES, "May I?").verdict is Verdict.ASK_FIRST


def test_a_stricter_verdict_stays(company: Company) -> None:
    """What was to be asked first, or forbidden, is not made milder; small talk has no notice."""
    company.do(LENA, "crisis", "", NOTICE)
    assert company.say(INES, "May a reporter visit?").verdict is Verdict.ASK_FIRST
    assert company.say(INES, "hi").notice == ""


@pytest.mark.parametrize("who", [INES, OMAR])
def test_nobody_else_declares_one(company: Company, who: tuple[str, str]) -> None:
    """Neither an employee nor plain staff; and nobody lifts one who may not declare it."""
    assert company.do(who, "crisis", "", NOTICE).kind is ReplyKind.ERROR
    company.do(LENA, "crisis", "", NOTICE)
    assert company.do(who, "lift", "").kind is ReplyKind.ERROR
    assert company.say(who, "lift crisis").kind is ReplyKind.ERROR
    assert company.say(INES, "May I?").notice == NOTICE


def test_it_is_in_the_audit_without_its_words(company: Company) -> None:
    """Who declared and who lifted it."""
    company.do(LENA, "crisis", "", NOTICE)
    company.do(LENA, "lift", "")
    assert [line["action"] for line in company.audit()] == ["crisis_declared", "crisis_lifted"]
    assert NOTICE not in repr(company.audit())
