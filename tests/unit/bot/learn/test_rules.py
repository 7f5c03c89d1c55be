"""Rules for certified people: yes for those with the level, ask first for all others who are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.certified import CERTIFIED
from bot.conversation.learn.certification import certify
from bot.conversation.learn.certification.awarding import By, award
from bot.conversation.learn.certification.rules import heed
from bot.conversation.messages import LOCAL, Deed, Message
from bot.conversation.reply import Person, Reply, ReplyKind
from bot.ports.certificates import Certificate
from bot.state import State
from knowledge.models import Verdict
from lessons.certification.levels import Level
from tests.fakes.academy import ORG, WHITE, YELLOW, Hall, said
from tests.fakes.jobs import MemoryJobs

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY: Final = timedelta(days=1)
YES: Final = Reply(
    ReplyKind.ANSWER,
    "As an editor you answer at once.",
    verdict=Verdict.YES,
    conditions=("it is short",),
    person=Person("community_team", "Community team", "", ()),
)
ONLY: Final = "Ask Community team before you post: only those who are certified {} may do this alone."


@pytest.fixture
def hall(state: State) -> Hall:
    """Ines is on the track of employees, Olu on no track, Paolo on that of partners."""
    made = Hall(state, state.certificates, MemoryJobs())
    made.join("ines", NOW)
    made.join("olu", NOW, track="")
    made.join("paolo", NOW, track="partners")
    return made


def give(hall: Hall, level: Level, name: str = "ines", at: datetime = NOW) -> Certificate:
    """Somebody is given a level."""
    person = hall.state.people.find(ORG, name)
    assert person is not None
    return award(hall.academy.registrar, person, level, at, By("cli", ORG))


def told(hall: Hall, *names: str, name: str = "ines", at: datetime = NOW, reply: Reply = YES) -> Reply:
    """What somebody is told of a rule that asks for a level."""
    return heed(hall.academy, said(name, at))(reply, names)


def test_who_holds_the_level_gets_the_verdict(hall: Hall) -> None:
    """The section's own verdict and conditions, with the level and its last day."""
    give(hall, WHITE)
    reply = told(hall, "white")
    assert (reply.verdict, reply.conditions, reply.text) == (Verdict.YES, YES.conditions, YES.text)
    assert reply.facts == ((CERTIFIED, "You hold White, “Ready to post” (until 2 Nov 2027)"),)
    assert reply.actions == () and reply.certified == "White"


@pytest.mark.parametrize("asked", ["white", "employees-white", "gone, employees-white"])
def test_a_higher_level_is_enough(hall: Hall, asked: str) -> None:
    """By belt and by id; of several names one is enough, and the highest level is named."""
    give(hall, YELLOW)
    reply = told(hall, *asked.split(", "))
    assert reply.verdict is Verdict.YES and "Yellow, “Steady hand”" in reply.facts[0][1]


def test_who_lacks_the_level_asks_first(hall: Hall) -> None:
    """The missing level is named, and a button beside the answer leads to what is missing; a lower one is too low."""
    give(hall, WHITE)
    reply = told(hall, "employees-yellow")
    assert (reply.verdict, reply.text) == (Verdict.ASK_FIRST, ONLY.format("“Steady hand” (Yellow)"))
    assert reply.facts == ((CERTIFIED, "Not yet. Write “my level” to see what is missing, or “lessons” to go on."),)
    (action,) = reply.actions
    shown = certify.look(hall.academy, said("ines", NOW), Deed(action.act, action.on))
    assert shown.private and [each.title for each in shown.items] == ["✓ White: Ready to post", "→ Yellow: Steady hand"]


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("olu", "white", "a level of another track than yours"),
        ("paolo", "white", "a level of another track than yours"),
        ("nobody", "white", "a level of another track than yours"),
        ("ines", "gone", "there is no such level"),
    ],
)
def test_who_cannot_get_the_level_alone_is_told_so(hall: Hall, name: str, asked: str, words: str) -> None:
    """No button leads where nothing can be found; whoever was never met is no exception."""
    reply = told(hall, asked, name=name)
    assert reply.verdict is Verdict.ASK_FIRST and words in reply.facts[0][1] and reply.actions == ()


def test_a_level_that_ended_is_none(hall: Hall) -> None:
    """It counts to its last second, and then the end is named."""
    kept = give(hall, WHITE)
    assert told(hall, "white", at=kept.expires).verdict is Verdict.YES
    over = told(hall, "white", at=kept.expires + timedelta(seconds=1))
    assert over.verdict is Verdict.ASK_FIRST
    assert over.facts[0][1] == (
        "No longer: White, “Ready to post” ended on 2 Nov 2027. Write “my level” to see what to do."
    )


def test_a_level_that_was_taken_back_is_none(hall: Hall) -> None:
    """From the moment on at which it was revoked."""
    kept = give(hall, WHITE)
    hall.state.certificates.revoke(kept.id, NOW + DAY, "cli", "given by mistake")
    assert told(hall, "white", at=NOW + DAY).verdict is Verdict.ASK_FIRST


def test_the_level_of_somebody_else_is_none(hall: Hall) -> None:
    """Of a colleague, and of whoever has the same account in another organisation."""
    give(hall, WHITE)
    assert told(hall, "white", name="paolo").verdict is Verdict.ASK_FIRST
    elsewhere = Message("slack", "slack:T2", "ines", "D1", NOW)
    assert heed(hall.academy, elsewhere)(YES, ("white",)).verdict is Verdict.ASK_FIRST


def test_on_this_machine_the_level_is_a_condition(hall: Hall) -> None:
    """Nobody shows there who they are, so nobody is told that they lack something."""
    reply = heed(hall.academy, Message("web", LOCAL, "guest", "t", NOW))(YES, ("white",))
    assert (reply.verdict, reply.facts) == (Verdict.YES_IF, ())
    assert reply.conditions == ("you are certified White", "it is short")


@given(
    verdict=st.sampled_from([*Verdict, None]),
    names=st.lists(st.sampled_from(["white", "yellow", "black", "employees-white", "gone"]), min_size=1, max_size=3),
    who=st.sampled_from(["ines", "olu", "paolo", "nobody"]),
    later=st.integers(0, 900),
    local=st.booleans(),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_level_never_permits_more_than_the_section(
    hall: Hall, verdict: Verdict | None, names: list[str], who: str, later: int, local: bool
) -> None:
    """Whoever asks whenever: the verdict is that of the section or a stricter one, and a yes needs a level in force."""
    kept = give(hall, WHITE)
    at = NOW + later * DAY
    message = Message("web", LOCAL, who, "t", at) if local else said(who, at)
    reply = heed(hall.academy, message)(Reply(ReplyKind.ANSWER, "…", verdict=verdict), tuple(names))
    if verdict is None or not verdict.permits:
        assert reply.verdict is verdict
        return
    assert reply.verdict is not None and reply.verdict.strictness >= verdict.strictness
    holds = not local and who == "ines" and at <= kept.expires and bool({"white", "employees-white"} & set(names))
    if not holds:
        assert reply.verdict is (Verdict.YES_IF if local else Verdict.ASK_FIRST)
        assert bool(reply.conditions) is local
