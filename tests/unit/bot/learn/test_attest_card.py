"""The card on which policies are confirmed: it changes in place, and says what is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.learn.certification import attest
from bot.conversation.reply import ReplyKind
from bot.state import State
from tests.fakes.academy import POLICY, Hall, pressed, said
from tests.fakes.jobs import MemoryJobs

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
OTHER: Final = replace(POLICY, id="photos", title="Photos and video", version="1.0")


@pytest.fixture
def hall(state: State) -> Hall:
    """Ines, who has two policies to confirm."""
    made = Hall(state, state.certificates, MemoryJobs())
    made.academy = replace(made.academy, policies=lambda: (POLICY, OTHER), attested=(POLICY.id, OTHER.id))
    made.join("ines", MONDAY)
    return made


def test_the_card_gives_way_to_what_is_left(hall: Hall) -> None:
    """Who confirmed one of two sees the other one in its place, and after it no button any more."""
    card = attest.to_confirm(hall.academy, said("ines", MONDAY))
    first, second = (pressed(each.actions[0]) for each in card.items)
    after = attest.attest(hall.academy, said("ines", MONDAY, first), first)
    assert after.kind is ReplyKind.LESSON and not after.private
    assert after.text.startswith("You confirmed on 2 Nov 2026: I have read and understood “Journalists and analysts”")
    assert [each.title for each in after.items] == [OTHER.title]
    done = attest.attest(hall.academy, said("ines", MONDAY, second), second)
    assert done.kind is ReplyKind.LESSON and not done.items and not done.actions
    assert done.head is not None and done.head.word == "Thank you"


def test_a_second_press_tells_when_it_was(hall: Hall) -> None:
    """An old card of the same version shows the day of the confirmation that counts."""
    press = pressed(attest.to_confirm(hall.academy, said("ines", MONDAY)).items[0].actions[0])
    attest.attest(hall.academy, said("ines", MONDAY, press), press)
    again = attest.attest(hall.academy, said("ines", MONDAY + DAY, press), press)
    assert again.text.startswith("You had confirmed this already, on 2 Nov 2026:")
