"""The levels that Clearpost comes with, gone through in the chat from the first to the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.learn.certification import certify, examine
from bot.conversation.learn.certification.academy import Academy
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply
from bot.ports.certificates import Proof
from bot.settings import load_settings
from bot.state import State
from bot.wiring import _certificates as own
from lessons.certification.levels import Level
from lessons.models import Track
from tests.fakes.academy import ORG, Hall, said
from tests.fakes.jobs import MemoryJobs

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def hall(state: State, bare_environment: pytest.MonkeyPatch) -> Hall:
    """An installation as it comes, with a policy that has to be confirmed."""
    del bare_environment  # whose settings are read
    settings = load_settings()
    made = Hall(state, state.certificates, MemoryJobs())
    chosen = own.Chosen(attested=("disclosure",))
    awards = own.registrar(settings, state, own.issuer(settings, chosen))
    made.curriculum = awards.curriculum()
    made.academy = own.academy(settings, chosen, made.academy.school, awards, lambda _organisation, _person: ())
    return made


def sit(academy: Academy, level: Level, name: str, at: datetime) -> Reply:
    """Somebody who knows every answer sits an exam."""
    bank = academy.bank(level)
    assert bank is not None
    answers = {item.check.question: {each.text for each in item.check.options if each.right} for item in bank.items}
    reply = examine.start(academy, said(name, at), Deed(certify.EXAM, level.id))
    while reply.items and reply.items[0].actions and reply.items[0].actions[0].act == examine.ANSWER:
        first = reply.items[0].actions[0]
        right = answers[reply.items[0].title]
        if first.choices:
            chosen = tuple(value for value, label in first.choices.options if label in right)
        else:
            chosen = tuple(each.choice for each in reply.items[0].actions if each.label in right)[:1]
        reply = examine.answer(academy, said(name, at), Deed(first.act, first.on, choices=chosen))
    return reply


@pytest.mark.parametrize("track", Track)
def test_every_level_of_a_track_can_be_reached(hall: Hall, track: Track) -> None:
    """Who finishes the lessons, knows the answers and did what counts holds one level after another."""
    person = hall.join("ines", NOW, track=track)
    academy, at = hall.academy, NOW
    for lesson in hall.curriculum.on(track):
        hall.read(person, lesson, NOW)
    levels = academy.levels.on(track)
    assert len(levels) >= 3
    for level in levels:
        at += timedelta(days=1)
        for rule in level.evidence:
            for number in range(rule.count):
                proof = Proof(f"{level.id}:{rule.kind}:{number}", person.id, rule.kind, "", at, "coe")
                hall.state.certificates.prove(proof)
        if level.exam:
            reply = sit(academy, level, "ines", at)
        else:
            reply = certify.take(academy, said("ines", at), Deed(certify.CERTIFY, level.id))
        assert reply.head is not None and reply.head.word == f"Certified: {level.name}", reply
        assert academy.holds(person.id, level.id, at)
    assert certify.my_level(academy, said("ines", at)).text.startswith("You are at the top")
    assert [each.level for each in hall.state.certificates.every(ORG)] == [each.id for each in levels]


def test_the_policies_in_force_can_be_confirmed(hall: Hall) -> None:
    """Each has its version and a digest of its words; one that is still to come is not among them."""
    policies = {each.id: each for each in hall.academy.policies()}
    assert policies["disclosure"].version and len(policies["disclosure"].digest) == 64
    assert [each.id for each in own.required(load_settings())] == []
