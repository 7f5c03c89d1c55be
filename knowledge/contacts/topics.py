"""Finds the contact for free words such as "product recall in Germany", by the topics that contacts name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.contacts.models import LAST_RESORT, Contact, Contacts
from knowledge.contacts.regions import find_region

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to rows of length 1, shape ``(texts, dimensions)``."""

FLOOR: Final = 0.3
"""The similarity below which no topic is near enough.

With the small model and the default pack 1 of 178 questions lay below it, and 5 of 18 messages about something else: it
serves people who look for somebody to ask, and is no sieve for what is off topic.
"""

_ASKING: Final = re.compile(
    r"^\W*(?:please\s+)?(?:who(?:m)?|which (?:team|person|contact)|where)\b"
    r"(?:\s+(?:do|should|can|could|must|would|to|i|we|you|is|are|the|right|person|team|contact|responsible|in charge|"
    r"ask|asks|call|tell|turn|go|talk|speak|write|report|handle|handles|deals?|about|for|with|when|if|of|someone))*\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A contact's id, the topic (or name) of it that is nearest to the words, and their cosine."""

    contact: str
    topic: str
    similarity: float


@dataclass(frozen=True, slots=True)
class TopicSearch:
    """What free words ask for: the region that they name, and the contacts above the floor, best first."""

    region: str | None
    matches: tuple[TopicMatch, ...]

    @property
    def contact(self) -> str:
        """The id of the best contact; of the last resort where no topic is near enough."""
        return self.matches[0].contact if self.matches else LAST_RESORT

    @property
    def confidence(self) -> float:
        """How near the best topic is, 0 to 1; 0 where none is near enough."""
        return min(1.0, self.matches[0].similarity) if self.matches else 0.0


def find_named(contacts: Contacts, words: str) -> TopicSearch | None:
    """The contact whose id the words are, which is certain and needs no model; ``None`` where they are none."""
    named = contacts.get(words.strip(" ?!.").lower())
    return TopicSearch(None, (TopicMatch(named.id, named.name, 1.0),)) if named else None


class TopicFinder:
    """Compares words with every topic of every contact; the topics are encoded once, here.

    The topics of an entry that stands in for another count for that one: which of them fits is routed afterwards.
    """

    def __init__(self, contacts: Contacts, encode: Encode, floor: float = FLOOR) -> None:
        self._contacts = contacts
        self._encode = encode
        self._floor = floor
        self._phrases = [(each.stands_in_for or each.id, phrase) for each in contacts for phrase in _phrases(each)]
        self._vectors = encode([phrase for _, phrase in self._phrases]) if self._phrases else None

    def find(self, words: str) -> TopicSearch:
        """The contacts for free words, each once with its nearest topic, and the region that the words name."""
        named = find_named(self._contacts, words)
        if named is not None:
            return named
        place = find_region(words)
        topic = _ASKING.sub("", place.rest).strip(" ?!.") or place.rest
        if self._vectors is None:
            return TopicSearch(place.region, ())
        similarities = self._vectors @ self._encode([topic])[0]
        best: dict[str, TopicMatch] = {}
        for place_in_order in np.argsort(-similarities, kind="stable"):
            contact, phrase = self._phrases[place_in_order]
            similarity = float(similarities[place_in_order])
            if similarity >= self._floor:
                best.setdefault(contact, TopicMatch(contact, phrase, similarity))
        return TopicSearch(place.region, tuple(best.values()))


def _phrases(contact: Contact) -> tuple[str, ...]:
    return (contact.name, *contact.topics)


__all__ = ["FLOOR", "Encode", "TopicFinder", "TopicMatch", "TopicSearch", "find_named"]
