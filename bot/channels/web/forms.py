"""What a form of the page sends, read within bounds: words, a press of a button, or a deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.conversation.messages import Act, Deed, Press

LARGEST_BODY: Final = 64 * 1024
"""Bytes of a request that are read; a larger one is answered with 413."""

LONGEST_WORDS: Final = 4000
"""Characters that a form of a case takes."""

_DRAINED: Final = 1024 * 1024  # bytes of a too large request that are thrown away, so that a browser hears the answer
_MOST_CHOICES: Final = 50
_MOST_FIELDS: Final = _MOST_CHOICES + 8
_LONGEST_NAME: Final = 200  # characters of an act, of what it is done to, of a choice
_MOST_DIGITS: Final = 3
_HELPED: Final = {"yes": Act.HELPED, "no": Act.NOT_HELPED}
_TYPE: Final = "application/x-www-form-urlencoded"

Fields = Mapping[str, tuple[str, ...]]
"""What came by each name, in order."""


async def read_fields(request: Request) -> Fields:
    r"""The fields of a form. Line ends are made ``\\n``, as forms send ``\\r\\n``."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise HTTPException(415)
    body = await _body(request)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:  # no UTF-8, or more fields than any form of ours has
        raise HTTPException(400) from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return fields


async def _body(request: Request) -> bytes:
    """The body, at most ``LARGEST_BODY`` bytes of it; Starlette's own limit would answer in plain text."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_BODY:
            chunks.append(chunk)
        elif size > _DRAINED:
            break
    if size > LARGEST_BODY:
        raise HTTPException(413)
    return b"".join(chunks)


def first(fields: Fields, name: str) -> str:
    """The first field of a name; empty where there is none."""
    return next(iter(fields.get(name, ())), "")


def press_of(fields: Fields) -> Press | None:
    """The button that was pressed below a ``reply``: ``helped`` (yes or no), ``person`` or ``option`` (a number)."""
    if not {"helped", "option", "person"} & fields.keys():
        return None
    reply, helped, option = (first(fields, name) for name in ("reply", "helped", "option"))
    if not reply:
        raise HTTPException(400)
    if helped in _HELPED:
        return Press(reply, _HELPED[helped])
    if not helped and option.isascii() and option.isdecimal() and len(option) <= _MOST_DIGITS:
        return Press(reply, Act.CHOOSE, int(option))
    if not helped and not option and "person" in fields:
        return Press(reply, Act.PERSON)
    raise HTTPException(400)


def deed_of(fields: Fields) -> Deed | None:
    """What was done with a card: ``act`` and ``on`` with ``words`` and ``choices``; an empty choice is none."""
    if "act" not in fields:
        return None
    choices = tuple(each for each in fields.get("choices", ()) if each)
    deed = Deed(first(fields, "act"), first(fields, "on"), first(fields, "words"), choices)
    if not deed.act or max(map(len, (deed.act, deed.on, *choices))) > _LONGEST_NAME or len(choices) > _MOST_CHOICES:
        raise HTTPException(400)
    if len(deed.words) > LONGEST_WORDS:
        raise HTTPException(413)
    return deed


__all__ = ["LARGEST_BODY", "LONGEST_WORDS", "Fields", "deed_of", "first", "press_of", "read_fields"]
