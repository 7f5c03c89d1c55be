"""What cannot be sorted because nobody could read it yet: a link without its words, or words of another language."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_LINK: Final = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"\w\w+")

_FEW_WORDS: Final = 6
"""Words beside a link that only point at it: "saw this, what should I do"."""

_KNOWN: Final = 0.8
"""The share of known words below which it is asked in which language a text is. It does not decide by itself: a German
burn shares half its words with the examples ("hand", "bin", "hat"), and "Flt 1022 mech issue DCA" hardly more. Tune
half: 9 of 364 lie below it, and none of them is taken for foreign."""

_ENGLISH: Final = "en"
_NO_LANGUAGE: Final = "zxx"
_FOREIGN: Final = (0.2, 0.02)
"""The least probability of another language and the most of English, so that a text is foreign: none of the 3,993
examples is, and neither is slang."""

_FEWEST_LETTERS: Final = 12
"""What is shorter is a name, a typo or a sigh in any language."""


class Unread(StrEnum):
    """Why a text says nothing to the classifier."""

    LINK = "link"
    LANGUAGE = "language"


LABELS: Final = {
    Unread.LINK: "I cannot open links",
    Unread.LANGUAGE: "I read English only",
}
"""What is said of it, in a headline."""

DO: Final = {
    Unread.LINK: "Paste what it says, or tell me in your own words what you saw. Then I can sort it.",
    Unread.LANGUAGE: "Tell me in English what it says, or what you would like to post.",
}
"""What helps."""

ALSO: Final = (
    "If anybody may be in danger, call the local emergency services now (112 in Europe, 911 in the US).",
    "If you cannot tell what it says, send it to a person.",
)
DO_NOT: Final = ("Do not answer it before somebody has understood it.",)


def unread(text: str, known: Callable[[str], float]) -> Unread | None:
    """Why a text cannot be sorted; ``None`` where it can.

    ``known`` is the share of a text's words that the examples hold, 0 to 1.
    """
    words = _LINK.sub(" ", text)
    if words != text and len(_WORD.findall(words)) <= _FEW_WORDS:
        return Unread.LINK
    letters = sum(each.isalpha() for each in words)
    return Unread.LANGUAGE if letters >= _FEWEST_LETTERS and known(words) < _KNOWN and _is_foreign(words) else None


def _is_foreign(words: str) -> bool:
    shares = _languages(words)
    language = max(shares, key=shares.__getitem__)
    likely, hardly = _FOREIGN
    if language in (_ENGLISH, _NO_LANGUAGE):
        return False
    return shares[language] >= likely and shares.get(_ENGLISH, 0.0) <= hardly


def _languages(words: str) -> Mapping[str, float]:
    """How likely a text is in each language, by the language's code."""
    with _loading:
        detector = _detector()
    return dict(detector.rank(words))


_loading: Final = threading.Lock()


@cache
def _detector() -> LanguageIdentifier:
    """Loaded when it is needed first: it takes a second and 80 MB."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


__all__ = ["ALSO", "DO", "DO_NOT", "LABELS", "Unread", "unread"]
