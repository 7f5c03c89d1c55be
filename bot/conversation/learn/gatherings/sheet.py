"""What a host writes of a brown bag: lines with or without labels, or all of it in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.conversation.learn.gatherings.moments import USUAL, When, read_when

_MOST_TITLE, _MOST_WHERE, _MOST_ABOUT = 120, 300, 1000  # characters
_LABEL: Final = re.compile(r"\s*(?P<label>title|when|where|about)\s*[:=]\s*(?P<words>.*)", re.IGNORECASE)
_AT: Final = re.compile(r"^(?:in|at|@|where:?)\s+", re.IGNORECASE)
_LEAD_IN: Final = re.compile(r"^(?:called|named|titled|about|on|:)\s+", re.IGNORECASE)
_NO_TITLE: Final = "What is it about? Write a title in the first line."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A brown bag as its host wrote it; ``begins`` is in UTC, ``zone`` the one in which it was said."""

    title: str
    begins: datetime
    minutes: int
    zone: str
    where: str
    about: str


def read_sheet(words: str, zone: str, now: datetime, minutes: int = USUAL) -> Sheet:
    """A brown bag out of a form, or out of a line such as "Reading the room on 3 December 14:00 in the canteen".

    ``minutes`` count where the words do not say how long.

    Raises:
        ValueError: what is missing or cannot be, in one line for whoever wrote it.
    """
    lines = [each.strip() for each in words.splitlines() if each.strip()]
    told = _labelled(lines)
    if told.get("when"):
        return _sheet(told, read_when(told["when"], zone, now), minutes)
    if len(lines) < 2:
        when = read_when(" ".join(lines), zone, now)
        title = when.before.removesuffix(" at").removesuffix(" on")
        return _sheet({"title": title, "where": when.after}, when, minutes)
    return _unlabelled(lines, zone, now, minutes)


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    """What stands behind labels; a line without one goes on with what was said in the one before it."""
    told: dict[str, str] = {}
    label = ""
    for line in lines:
        found = _LABEL.fullmatch(line)
        if found:
            label = found["label"].lower()
            told[label] = found["words"]
        elif label:
            told[label] = f"{told[label]} {line}".strip()
        else:
            label, told["title"] = "title", line
    return told


def _unlabelled(lines: Sequence[str], zone: str, now: datetime, minutes: int) -> Sheet:
    """Title, when, where, and what it is about, a line each; the first line that tells a time is when."""
    problem = ValueError(_NO_TITLE)
    for place, line in enumerate(lines[1:], 1):
        try:
            when = read_when(line, zone, now)
        except ValueError as error:
            problem = error if place == 1 else problem
            continue
        following = [*lines[1:place], *lines[place + 1 :]]
        told = {"title": lines[0], "where": " ".join(following[:1]), "about": " ".join(following[1:])}
        return _sheet(told, when, minutes)
    raise problem


def _sheet(told: dict[str, str], when: When, minutes: int) -> Sheet:
    title = _LEAD_IN.sub("", _line(told.get("title", ""))).strip("“”\"' ")
    if not title:
        raise ValueError(_NO_TITLE)
    if len(title) > _MOST_TITLE:
        raise ValueError(f"The title is too long. Write at most {_MOST_TITLE} characters; the rest fits under “About”.")
    where = _AT.sub("", _line(told.get("where", "")))[:_MOST_WHERE]
    return Sheet(
        title, when.begins, when.minutes or minutes, when.zone, where, _line(told.get("about", ""))[:_MOST_ABOUT]
    )


def _line(words: str) -> str:
    """Words in one line, without characters that cannot be shown."""
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())


__all__ = ["Sheet", "read_sheet"]
