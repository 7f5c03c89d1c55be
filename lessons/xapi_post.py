"""Sending statements to a record store (LRS): in batches, again where it is busy, and never twice to any effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

import requests

from lessons.errors import LessonsError
from lessons.xapi import Statement

MOST: Final = 100
"""Statements in one request."""

_DECIDED: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.CONFLICT})
_TRIES: Final = 6
_LONGEST_WAIT: Final = 60.0  # seconds, whatever the store asks for
_PATIENCE: Final = 30  # seconds for one request
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class RecordStoreError(LessonsError):
    """The record store cannot be reached or takes no statements."""


@dataclass(frozen=True, slots=True)
class Posted:
    """How many statements the store took, and how many it holds already in words that differ."""

    taken: int = 0
    known: int = 0


def post(
    statements: Iterable[Statement],
    endpoint: str,
    auth: tuple[str, str],
    session: requests.Session,
    wait: Callable[[float], None],
) -> Posted:
    """Send statements to the store at ``endpoint`` (the address that ``statements`` is appended to).

    ``auth`` is a user and a password; ``wait`` sleeps so many seconds. Where it fails half-way, send all of them again:
    those that the store holds are left as they are.

    Raises:
        RecordStoreError: where the address is not https (save on this machine), or the store refuses the statements or
            stays busy or out of reach.
    """
    store = _Store(_address(endpoint), auth, session, wait)
    taken = known = 0
    for batch in _batches(statements):
        posted = store.send(batch)
        taken, known = taken + posted.taken, known + posted.known
    return Posted(taken, known)


@dataclass(frozen=True, slots=True)
class _Store:
    address: str
    auth: tuple[str, str]
    session: requests.Session
    wait: Callable[[float], None]

    def send(self, batch: Sequence[Statement]) -> Posted:
        status = self._post(batch)
        if status != HTTPStatus.CONFLICT:
            return Posted(taken=len(batch))
        if len(batch) == 1:
            return Posted(known=1)
        # One of them is held in other words, such as a lesson's older title, and the store takes all or none.
        alone = [self.send([each]) for each in batch]
        return Posted(sum(each.taken for each in alone), sum(each.known for each in alone))

    def _post(self, batch: Sequence[Statement]) -> int:
        """The status of a request that was decided: taken, or in conflict with what is held."""
        body = json.dumps([each.body for each in batch], ensure_ascii=False).encode()
        problem = ""
        for number in range(_TRIES):
            answer = self._request(body)
            if isinstance(answer, str):
                problem, asked = f"cannot be reached ({answer})", ""
            elif answer.status_code in _DECIDED:
                return answer.status_code
            elif _is_busy(answer.status_code):
                problem, asked = f"answers {answer.status_code}", answer.headers.get("Retry-After", "")
            else:
                raise RecordStoreError(_refusal(answer.status_code))
            if number + 1 < _TRIES:
                self.wait(_pause(number, asked))
        raise RecordStoreError(f"the record store {problem} after {_TRIES} tries; send the statements again later")

    def _request(self, body: bytes) -> requests.Response | str:
        """The answer, or what kept it from coming."""
        try:
            return self.session.post(
                self.address,
                data=body,
                auth=self.auth,
                headers={"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"},
                timeout=_PATIENCE,
                allow_redirects=False,  # A redirected POST becomes a GET, and the password would go along.
            )
        except requests.RequestException as error:
            return type(error).__name__


def _batches(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """At most ``MOST`` at a time; stores refuse a batch that holds an id twice."""
    remaining = iter(statements)
    while batch := list(islice(remaining, MOST)):
        yield list({each.id: each for each in batch}.values())


def _address(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise RecordStoreError(f"'{endpoint}' is no address of a record store; give one that begins with https://")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise RecordStoreError("the record store's address is not encrypted; give one that begins with https://")
    return f"{endpoint.rstrip('/')}/statements"


def _is_busy(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _refusal(status: int) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return f"the record store refuses the user or the password ({status}); correct them"
        case HTTPStatus.NOT_FOUND:
            return f"there is no record store at this address ({status}); give the one that ends before /statements"
        case _:
            return f"the record store refuses the statements ({status}); look at its log for the reason"


def _pause(number: int, asked: str) -> float:
    """Seconds: what the store asks for, or twice as long each time."""
    wanted = float(asked) if asked.isascii() and asked.isdigit() else 2.0**number
    return min(wanted, _LONGEST_WAIT)


__all__ = ["MOST", "Posted", "RecordStoreError", "post"]
