"""Learning records for a company's own record store (LRS), as statements of xAPI 1.0.3.

Who learned is an account under the installation's address whose name is a keyed hash of the person's id; e-mail
addresses and the options chosen leave the house only where the installation says so. A statement's id follows from
what happened, so sending it again changes nothing (xAPI 1.0.3, part two, 2.3.1 and part three, 2.1.2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from lessons.models import Check, CheckKind, Lesson

_ADL: Final = "http://adlnet.gov/expapi"
_LANGUAGE: Final = "en"
_CLOSE: Final = "[,]"  # between the options of one response

Json = dict[str, object]


class Verb(Enum):
    """What somebody did, in the vocabulary that record stores know."""

    EXPERIENCED = f"{_ADL}/verbs/experienced"
    COMPLETED = f"{_ADL}/verbs/completed"
    ANSWERED = f"{_ADL}/verbs/answered"
    PASSED = f"{_ADL}/verbs/passed"
    FAILED = f"{_ADL}/verbs/failed"
    EARNED = "http://id.tincanapi.com/verb/earned"


@dataclass(frozen=True, slots=True)
class Reading:
    """A lesson that somebody opened; ``ended`` when its last check was answered. ``programme`` may be empty."""

    person: str
    lesson: str
    version: str
    opened: datetime
    ended: datetime | None = None
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a check; ``choices`` are places of options, from 0."""

    person: str
    lesson: str
    version: str
    check: str
    at: datetime
    choices: tuple[int, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """An exam for a level; ``share`` of its items that were right is from 0 to 1."""

    person: str
    level: str
    at: datetime
    passed: bool
    share: float


@dataclass(frozen=True, slots=True)
class Award:
    """A level that somebody was given."""

    person: str
    level: str
    at: datetime


Event = Reading | Response | Examination | Award


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; ``id`` is the same whenever the same thing is told, ``body`` is the whole of it, fit for JSON."""

    id: UUID
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes statements. ``key`` is the installation's own (at least 16 bytes), ``home`` its public address.

    ``email_of`` gives the addresses that may be told; without it, and for whoever it knows none, an account is told.
    ``responses`` is whether the options chosen are told.

    Raises:
        ValueError: where the key is too short to keep people from being guessed, or the address is none.
    """

    home: str
    key: bytes
    lessons: Mapping[str, Lesson]
    levels: Mapping[str, str]
    email_of: Callable[[str], str | None] | None = None
    responses: bool = False

    def __post_init__(self) -> None:
        if len(self.key) < 16:
            raise ValueError("the key for learning records is too short; give at least 16 random bytes")
        if not self.home.startswith(("https://", "http://")):
            raise ValueError(f"'{self.home}' is no public address; set one that begins with https://")

    def tell(self, events: Iterable[Event]) -> Iterator[Statement]:
        """The statements of what happened: one of each event, and two of a lesson that was read to its end."""
        for event in events:
            match event:
                case Reading():
                    yield from self._reading(event)
                case Response():
                    yield self._response(event)
                case Examination():
                    yield self._examination(event)
                case Award():
                    yield self._statement(event.person, Verb.EARNED, self._level(event.level), event.at)

    def _reading(self, event: Reading) -> Iterator[Statement]:
        lesson, context = self._lesson(event.lesson), self._context(event.version)
        if event.programme:
            programme = self._activity(f"programmes/{quote(event.programme, safe='')}", "course", event.programme)
            context["contextActivities"] = {"grouping": [programme]}
        yield self._statement(event.person, Verb.EXPERIENCED, lesson, event.opened, context)
        if event.ended is not None:
            result: Json = {"completion": True}
            yield self._statement(event.person, Verb.COMPLETED, lesson, event.ended, context, result)

    def _response(self, event: Response) -> Statement:
        lesson = self.lessons.get(event.lesson)
        # The options of another version may be others, in another order.
        check = lesson.check(event.check) if lesson is not None and lesson.version == event.version else None
        context = self._context(event.version)
        context["contextActivities"] = {"parent": [self._lesson(event.lesson)]}
        result: Json = {"success": event.right, "completion": True}
        if self.responses and check is not None:
            result["response"] = _response(check, event.choices)
        item = self._check(event.lesson, event.check, check)
        return self._statement(event.person, Verb.ANSWERED, item, event.at, context, result)

    def _examination(self, event: Examination) -> Statement:
        title = f"Exam: {self.levels.get(event.level, event.level)}"
        exam = self._activity(f"levels/{quote(event.level, safe='')}/exam", "assessment", title)
        result: Json = {"success": event.passed, "completion": True, "score": {"scaled": round(event.share, 4)}}
        verb = Verb.PASSED if event.passed else Verb.FAILED
        return self._statement(event.person, verb, exam, event.at, {"platform": "Clearpost"}, result)

    def _statement(
        self, person: str, verb: Verb, of: Json, at: datetime, context: Json | None = None, result: Json | None = None
    ) -> Statement:
        moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        name = "\n".join((self._pseudonym(person), verb.name, str(of["id"]), moment))
        identifier = uuid5(uuid5(NAMESPACE_URL, self._at("xapi")), name)
        body: Json = {
            "id": str(identifier),
            "actor": self._actor(person),
            "verb": {"id": verb.value, "display": {_LANGUAGE: verb.name.lower()}},
            "object": of,
            "timestamp": moment,
            "context": context or {"platform": "Clearpost"},
        }
        if result is not None:
            body["result"] = result
        return Statement(identifier, body)

    def _actor(self, person: str) -> Json:
        email = self.email_of(person) if self.email_of is not None else None
        if email:
            return {"objectType": "Agent", "mbox": f"mailto:{email}"}
        return {"objectType": "Agent", "account": {"homePage": self._at(""), "name": self._pseudonym(person)}}

    def _pseudonym(self, person: str) -> str:
        return hmac.new(self.key, b"xapi\n" + person.encode(), hashlib.sha256).hexdigest()[:32]

    def _lesson(self, identifier: str) -> Json:
        lesson = self.lessons.get(identifier)
        return self._activity(f"lessons/{quote(identifier, safe='')}", "lesson", lesson.title if lesson else identifier)

    def _level(self, identifier: str) -> Json:
        title = self.levels.get(identifier, identifier)
        return self._activity(f"levels/{quote(identifier, safe='')}", "objective", title)

    def _check(self, lesson: str, identifier: str, check: Check | None) -> Json:
        path = f"lessons/{quote(lesson, safe='')}/checks/{quote(identifier, safe='')}"
        if check is None:
            return self._activity(path, "question", identifier)
        activity = self._activity(path, "cmi.interaction", check.question)
        definition = activity["definition"]
        assert isinstance(definition, dict)
        definition["interactionType"] = "true-false" if check.kind is CheckKind.TRUE_FALSE else "choice"
        definition["correctResponsesPattern"] = [_response(check, check.right)]
        if check.kind is not CheckKind.TRUE_FALSE:
            definition["choices"] = [
                {"id": _option(place), "description": {_LANGUAGE: option.text}}
                for place, option in enumerate(check.options)
            ]
        return activity

    def _activity(self, path: str, kind: str, name: str) -> Json:
        definition: Json = {"type": f"{_ADL}/activities/{kind}", "name": {_LANGUAGE: name}}
        return {"objectType": "Activity", "id": self._at(f"xapi/{path}"), "definition": definition}

    def _at(self, path: str) -> str:
        return f"{self.home.rstrip('/')}/{path}"

    @staticmethod
    def _context(version: str) -> Json:
        return {"platform": "Clearpost", "revision": version}


def _response(check: Check, choices: Iterable[int]) -> str:
    if check.kind is CheckKind.TRUE_FALSE:
        return "".join(check.options[place].text.lower() for place in choices)
    return _CLOSE.join(_option(place) for place in choices)


def _option(place: int) -> str:
    return f"option-{place + 1}"


__all__ = ["Award", "Event", "Examination", "Reading", "Response", "Statement", "Teller", "Verb"]
