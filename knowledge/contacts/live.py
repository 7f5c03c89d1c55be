"""Finds contacts by topic in whichever list of contacts the index holds now."""

from __future__ import annotations

import threading
from collections.abc import Callable

from knowledge.contacts.models import Contacts
from knowledge.contacts.topics import Encode, TopicFinder, TopicSearch


class LiveTopics:
    """A ``TopicFinder`` that is made anew when the list changes. Safe to share between threads."""

    def __init__(self, contacts: Callable[[], Contacts], encode: Encode) -> None:
        self._contacts = contacts
        self._encode = encode
        self._lock = threading.Lock()
        self._known: tuple[Contacts, TopicFinder] | None = None

    def find(self, words: str) -> TopicSearch:
        """The contacts for free words, and the region that they name."""
        contacts = self._contacts()
        with self._lock:  # the topics are encoded once, not by everybody who asks meanwhile
            if self._known is None or self._known[0] is not contacts:
                self._known = contacts, TopicFinder(contacts, self._encode)
            finder = self._known[1]
        return finder.find(words)


__all__ = ["LiveTopics"]
