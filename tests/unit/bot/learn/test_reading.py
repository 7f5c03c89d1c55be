"""Reading a policy before it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.conversation.learn.certification import attest, reading
from bot.conversation.learn.certification.academy import PolicyNow
from bot.conversation.messages import Deed
from bot.conversation.reply import ReplyKind
from bot.state import State
from knowledge.documents import read_folder
from knowledge.pack import DEFAULT_PACK
from tests.fakes.academy import Hall, pressed, said
from tests.fakes.jobs import MemoryJobs

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def policy() -> PolicyNow:
    """A policy of the default pack with more sections than a page has."""
    return PolicyNow.of(
        next(each for each in read_folder(DEFAULT_PACK / "policies").policies if each.id == "own-phone")
    )


@pytest.fixture
def hall(state: State, policy: PolicyNow) -> Hall:
    """Ines, who has that policy to confirm."""
    made = Hall(state, state.certificates, MemoryJobs())
    made.academy = replace(made.academy, policies=lambda: (policy,), attested=(policy.id,))
    made.join("ines", MONDAY)
    return made


def test_every_section_is_read_before_the_end(hall: Hall, policy: PolicyNow) -> None:
    """Page after page shows each section once, in its own sentences, and only the last one offers to confirm."""
    reply = attest.to_confirm(hall.academy, said("ines", MONDAY))
    press = next(each for each in reply.items[0].actions if each.act == attest.READ)
    headings: list[str] = []
    for _ in range(10):
        deed = pressed(press)
        reply = reading.read(hall.academy, said("ines", MONDAY, deed), deed)
        assert reply.kind is ReplyKind.LESSON and not reply.private
        headings += [each.title for each in reply.lists]
        press = reply.actions[0]
        if press.act == attest.ATTEST:
            break
    assert headings == [each.heading for each in policy.sections] and len(headings) > len(reply.lists)
    assert policy.sections[-1].sentences[0] in reply.lists[-1].items
    done = attest.attest(hall.academy, said("ines", MONDAY, pressed(press)), pressed(press))
    assert done.text.startswith("You confirmed on 2 Nov 2026")


def test_conditions_are_read_too(hall: Hall, policy: PolicyNow) -> None:
    """What a section permits under conditions alone is shown with each of them."""
    deed = Deed(attest.READ, attest.name_of(policy))
    shown = [line for each in reading.read(hall.academy, said("ines", MONDAY, deed), deed).lists for line in each.items]
    asked = [condition for rule in policy.sections[:5] for condition in rule.conditions]
    assert asked
    assert [line for line in shown if line.startswith("Only if: ")] == [f"Only if: {each}" for each in asked]


@pytest.mark.parametrize("choice", ["", "-5", "3", "99999999999999", "500", "٥", "five"])
def test_a_forged_place_begins_at_the_beginning(hall: Hall, policy: PolicyNow, choice: str) -> None:
    """What no button says shows the first page."""
    deed = Deed(attest.READ, attest.name_of(policy), choices=(choice,))
    reply = reading.read(hall.academy, said("ines", MONDAY, deed), deed)
    assert [each.title for each in reply.lists][:1] == [policy.sections[0].heading]


def test_a_version_that_is_gone_is_told(hall: Hall) -> None:
    """A card of an older version leads to the new one."""
    deed = Deed(attest.READ, "own-phone@0.1")
    assert reading.read(hall.academy, said("ines", MONDAY, deed), deed).text == attest.CHANGED
