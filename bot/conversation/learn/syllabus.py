"""Notices that what is taught changed, and looks at every learner again: once a change, whoever notices it.

A lesson that was added, a programme in another order, a section that changed: any of them may bring somebody another
lesson than the one that they were looked at for, up to a month ago. So all that the schedule goes by is summed up in a
fingerprint, and the one that is taught is kept in the state, as several processes teach the same people and must look
once. A stamp of the files would not do: copies of one curriculum on two machines have different ones, and a section
changes on the day on which its new version is in force, when no file does.

Where processes see different curricula, because the files reach one machine after the other, those that do not have
the newest one teach nobody for an hour. So nobody is looked at by what is over, and a process that is left behind for
longer still teaches.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot.conversation.learn.school import School
from bot.conversation.learn.teach import teach
from bot.ports.curricula import Curricula
from lessons.models import Lesson

_SETTLES: Final = timedelta(hours=1)
"""For which whoever has another curriculum than the newest waits for it."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_REMEDY: Final = "bring the same content and index to every server and worker; lessons wait for an hour at most"


class Syllabus:
    """What one process teaches by. One for each process: it remembers what it saw."""

    def __init__(self, school: School, curricula: Curricula) -> None:
        self._school = school
        self._curricula = curricula
        self._seen = ""
        self._waits_for = ""

    def teach(self, at: datetime) -> int:
        """Owe what is due, by the curriculum as it is now; how many messages are new."""
        return teach(self._school, at) if self._is_newest(at) else 0

    def _is_newest(self, at: datetime) -> bool:
        mine, before = fingerprint(self._school), self._seen
        if mine != before:
            # Others took it up as long as this one waited for it: nobody was looked at by what was before since.
            self._curricula.take_up(mine, at, at - _SETTLES if before else _EVER)
            self._seen = mine
            return True
        newest = self._curricula.current()
        waits = newest is not None and newest.fingerprint != mine and at - newest.since < _SETTLES
        if newest is not None and waits and newest.fingerprint != self._waits_for:
            self._waits_for = newest.fingerprint
            structlog.get_logger(__name__).warning("lessons_wait_for_content", remedy=_REMEDY)
        return not waits


def fingerprint(school: School) -> str:
    """Another one whenever the schedule may find something else for somebody: the same on every machine."""
    catalogue = school.curriculum()
    lessons = [_summed_up(school, each) for _, each in sorted(catalogue.lessons.items())]
    return hashlib.sha256(repr((lessons, catalogue.programmes)).encode("utf-8")).hexdigest()


def _summed_up(school: School, lesson: Lesson) -> tuple[object, ...]:
    checks = tuple(each.id for each in lesson.checks)
    since = tuple((each, str(school.in_force_since(each))) for each in lesson.rests_on)
    return lesson.id, lesson.version, str(lesson.track), str(lesson.depth), checks, since


__all__ = ["Syllabus", "fingerprint"]
