"""A crisis: its notice heads every answer, and what was permitted is asked first until it is lifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.messages import Act, Press
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


def test_an_old_card_lifts_no_other_crisis(permissive: Company) -> None:
    """Lifted, then another one declared: the button of the first card shows the second one, and leaves it alone."""
    first = permissive.do(LENA, "crisis", "", NOTICE)
    permissive.press(LENA, action(first, "Lift it"))
    assert permissive.press(LENA, action(first, "Lift it")).text == "There is no crisis to lift."
    permissive.do(LENA, "crisis", "", "A second one.")
    shown = permissive.press(LENA, action(first, "Lift it"))
    assert shown.text == "A second one."
    assert permissive.say(INES, "May I?").notice == "A second one."
    permissive.press(LENA, action(shown, "Lift it"))
    assert permissive.say(INES, "May I?").notice == ""


def test_its_notice_can_be_changed_without_typing_it_again(permissive: Company) -> None:
    """The form holds what stands; a notice is never longer than what every surface can show above an answer."""
    declared = permissive.do(LENA, "crisis", "", NOTICE)
    words = action(declared, "Change it").words
    assert words is not None
    assert words.value == NOTICE
    assert len(permissive.do(LENA, "crisis", "", "x" * 50_000).text) == words.most


def test_nobody_posts_what_they_would_on_any_other_day(company: Company) -> None:
    """While everything is closed there is nothing to copy under a triaged post; otherwise the holding reply stays."""
    post = "saw: a complaint about the queue"
    company.do(LENA, "crisis", "", NOTICE, ("journalists",))
    assert company.say(INES, post).copy
    company.do(LENA, "crisis", "", NOTICE)
    reply = company.say(INES, post)
    assert (reply.copy, reply.notice) == ("", NOTICE)


def test_an_answer_that_is_shown_again_heeds_it(permissive: Company) -> None:
    """Saying that an earlier answer helped shows that answer as it is now: asked first, below the notice."""
    before = permissive.say(INES, "May I?")
    permissive.do(LENA, "crisis", "", NOTICE)
    thanks = permissive.router.reply(replace(permissive.message(INES), press=Press(before.id, Act.HELPED)))
    assert thanks.about is not None
    assert (thanks.about.verdict, thanks.about.notice) == (Verdict.ASK_FIRST, NOTICE)


def test_a_proposal_says_that_one_stands_already(company: Company) -> None:
    """Declaring another takes its place."""
    company.do(LENA, "crisis", "", NOTICE)
    for who in (INES, OMAR, LENA):
        company.do(who, "send", company.say(who, "saw: the safety of our kettle: it caught fire in her kitchen").id)
    [proposal] = company.shown("crisis")
    assert any(NOTICE in note for note in proposal.notes)
