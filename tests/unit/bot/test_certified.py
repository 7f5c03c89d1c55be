"""Rules for certified people where nobody knows who asks, and where everybody reads the answer."""

from __future__ import annotations

from typing import Final

import pytest

from bot.conversation.certified import CERTIFIED, conditional, if_certified, in_public, in_words
from bot.conversation.reply import Action, Reply, ReplyKind
from knowledge.models import Verdict
from lessons.certification.levels import Levels
from tests.fakes.academy import LEVELS

YES: Final = Reply(ReplyKind.ANSWER, "As an editor you answer at once.", verdict=Verdict.YES)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("yellow",), "Yellow"),
        (("employees-yellow",), "“Steady hand” (Yellow)"),
        (("employees-white", "yellow"), "“Ready to post” (White) or Yellow"),
        (("black",), "Black"),
        (("gone",), "Gone"),
    ],
)
def test_levels_in_words(names: tuple[str, ...], words: str) -> None:
    """A belt by its name, a level by its own name and belt; what is not there any more by the word of the policy."""
    assert in_words(LEVELS, names) == words


def test_where_nobody_is_known_the_level_is_a_condition() -> None:
    """A yes is one under the condition, and a condition comes before those of the section."""
    said = if_certified(LEVELS)(YES, ("yellow",))
    assert (said.verdict, said.conditions) == (Verdict.YES_IF, ("you are certified Yellow",))
    both = conditional(LEVELS, Reply(ReplyKind.ANSWER, "…", verdict=Verdict.YES_IF, conditions=("short",)), ("yellow",))
    assert (both.verdict, both.conditions) == (Verdict.YES_IF, ("you are certified Yellow", "short"))


@pytest.mark.parametrize("verdict", [Verdict.ASK_FIRST, Verdict.NO, None])
def test_a_level_changes_nothing_where_nothing_is_permitted(verdict: Verdict | None) -> None:
    """What is forbidden is forbidden to certified people, too."""
    reply = Reply(ReplyKind.ANSWER, "…", verdict=verdict)
    assert conditional(Levels(), reply, ("yellow",)) == reply


def test_what_is_said_of_the_asker_is_not_said_in_public() -> None:
    """Others read the condition instead of the level that the asker holds, and no button of theirs."""
    fact, other = (CERTIFIED, "You hold Yellow"), ("The question then", "…")
    held = Reply(ReplyKind.ANSWER, "…", verdict=Verdict.YES, certified="Yellow", facts=(fact, other))
    shown = in_public(held)
    assert (shown.verdict, shown.conditions, shown.facts) == (Verdict.YES_IF, ("you are certified Yellow",), (other,))
    action = Action("level", "beside", "What is missing?")
    lacking = Reply(
        ReplyKind.ANSWER, "…", verdict=Verdict.ASK_FIRST, certified="Yellow", facts=(fact,), actions=(action,)
    )
    shown = in_public(lacking)
    assert (shown.verdict, shown.conditions, shown.facts, shown.actions) == (Verdict.ASK_FIRST, (), (), ())


def test_a_condition_stands_once_in_public() -> None:
    """An answer that was given to nobody in particular holds the condition already; any other stays as it is."""
    said = conditional(LEVELS, YES, ("yellow",))
    assert in_public(said).conditions == ("you are certified Yellow",)
    assert in_public(YES) is YES
