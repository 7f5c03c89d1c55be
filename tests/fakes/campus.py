"""A campus over an office: its school, a hall in memory, an academy that certifies nobody."""

from __future__ import annotations

from typing import Any

from bot.conversation.escalate.office import Office
from bot.conversation.learn.campus import Campus
from bot.conversation.learn.certification.academy import Academy, Registrar
from bot.conversation.learn.gatherings import Hall
from bot.conversation.learn.school import School
from lessons.certification.levels import Levels
from tests.fakes.certificates import MemoryCertificates
from tests.fakes.gatherings import MemoryGatherings, MemoryNotes
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, RosteredPeople
from tests.fakes.school import school as school_of


def campus(place: Office, whole: School | None = None, learners: Any = None, levels: Levels | None = None) -> Campus:
    """Everything of learning with the ports of an office; nobody is certified where there are no ``levels``."""
    whole = whole or school_of(place, learners)
    jobs = MemoryJobs()
    hall = Hall(whole, MemoryGatherings(jobs), MemoryNotes(jobs), place.workspaces, place.audit)
    registrar = Registrar(
        certificates=MemoryCertificates(MemoryLearners(RosteredPeople(), jobs)),
        audit=place.audit,
        curriculum=whole.curriculum,
        levels=lambda: levels or Levels(),
        issuer=None,
        draw=lambda _limit: 0,
        new_id=place.new_id,
    )
    academy = Academy(whole, registrar, banks=dict, policies=tuple, given=lambda _organisation, _person: ())
    return Campus(whole, hall, academy)


__all__ = ["campus"]
