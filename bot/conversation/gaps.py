"""What the policies leave open: questions that nobody could answer, together with their like, and bad feedback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.conversation.kept import from_json
from bot.conversation.reply import Quote, Reply, ReplyKind
from bot.errors import StateError
from bot.ports.gaps import Asked, Rated

ALIKE: Final = 0.6
"""Cosine from which two questions are about the same."""

_MOST: Final = 4_000  # different questions that are compared, the newest: 64 MB of cosines
_FEWEST: Final = 3  # ratings before a section is judged by them

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""One row of length 1 for each text."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that are alike and were handed over. ``example`` is the one most like the others.

    ``section`` is the nearest one of most of them, as ``policy#section``, and ``owner`` whose policy that is; both are
    empty where nothing was near.
    """

    example: str
    count: int
    section: str = ""
    heading: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """A section whose answers did not help; ``share`` is that of ratings that said so, 0 to 1."""

    section: str
    heading: str
    owner: str
    ratings: int
    share: float


def gaps(asked: Iterable[Asked], owners: Mapping[str, str | None], encode: Encode) -> list[Gap]:
    """The questions that were handed over, together with their like, the most frequent first.

    ``owners`` are the contacts by policy. A confidential case is left out, and so is the reply that it came from.
    """
    known = list(asked)
    hidden = {(each.workspace, each.reply) for each in known if each.confidential}
    replies = {
        (each.workspace, each.reply): reply
        for each in reversed(known)
        if (each.workspace, each.reply) not in hidden and (reply := _read(each.body)) and reply.question.strip()
    }
    by_words: dict[str, list[Reply]] = {}
    for reply in reversed(replies.values()):
        if reply.kind is ReplyKind.HAND_OVER:
            by_words.setdefault(" ".join(reply.question.lower().split()), []).append(reply)
    different = list(by_words.values())[:_MOST]
    if not different:
        return []
    counts = np.array([len(each) for each in different], dtype=np.float32)
    vectors = encode([each[0].question for each in different])
    found = [
        _gap(different[centre][0].question, [reply for member in members for reply in different[member]], owners)
        for centre, members in _groups(vectors, counts)
    ]
    return sorted(found, key=lambda gap: -gap.count)


def unhelpful(rated: Iterable[Rated], owners: Mapping[str, str | None]) -> list[Unhelpful]:
    """The sections of which somebody said that they did not help, the worst first; those with three ratings or more."""
    helped: dict[tuple[str, str], list[bool]] = {}
    headings: dict[tuple[str, str], str] = {}
    for each in rated:
        reply = _read(each.body)
        if reply is None or reply.kind is not ReplyKind.ANSWER or not reply.quotes:
            continue
        first = reply.quotes[0]
        helped.setdefault((first.policy, first.section), []).append(each.helped)
        headings.setdefault((first.policy, first.section), first.heading)
    judged = [
        Unhelpful(
            section=f"{policy}#{section}",
            heading=headings[policy, section],
            owner=owners.get(policy) or "",
            ratings=len(marks),
            share=marks.count(False) / len(marks),
        )
        for (policy, section), marks in helped.items()
        if len(marks) >= _FEWEST and False in marks
    ]
    return sorted(judged, key=lambda each: (-each.share, -each.ratings, each.section))


def _groups(vectors: NDArray[np.float32], counts: NDArray[np.float32]) -> Iterator[tuple[int, list[int]]]:
    """A question with all that are like it, then the same of what is left: first the one that most are like."""
    near = (vectors @ vectors.T >= ALIKE).astype(np.float32)
    np.fill_diagonal(near, 1)  # or rounding might part a question from itself
    left = np.ones(len(vectors), dtype=bool)
    sizes = near @ counts
    while left.any():
        centre = int(np.argmax(np.where(left, sizes, 0)))
        members = np.flatnonzero((near[centre] > 0) & left)
        left[members] = False
        sizes -= near[:, members] @ counts[members]
        yield centre, members.tolist()


def _gap(example: str, members: Sequence[Reply], owners: Mapping[str, str | None]) -> Gap:
    nearest = Counter((quote.policy, quote.section) for quote in _first_quotes(members)).most_common(1)
    if not nearest:
        return Gap(example, len(members))
    policy, section = nearest[0][0]
    heading = next(each.heading for each in _first_quotes(members) if (each.policy, each.section) == (policy, section))
    return Gap(example, len(members), f"{policy}#{section}", heading, owners.get(policy) or "")


def _first_quotes(replies: Iterable[Reply]) -> Iterator[Quote]:
    return (each.quotes[0] for each in replies if each.quotes)


def _read(body: str) -> Reply | None:
    try:
        return from_json(body)
    except StateError:  # kept by another version
        return None


__all__ = ["ALIKE", "Gap", "Unhelpful", "gaps", "unhelpful"]
