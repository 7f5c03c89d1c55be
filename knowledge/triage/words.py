"""Texts as weighed words and pairs of words (TF-IDF): "class action" or "smh" decide, and an encoder smooths them over.

On the tune half it lifts the share of right kinds from .71 to .80 with the default model, from .57 to .76 with the
small one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_WORDS: Final = re.compile(r"\w\w+")
_ALL: Final = re.compile(r"\w+|\?")

Features = tuple[NDArray[np.intp], NDArray[np.float32]]
"""The places of a text's terms in the vocabulary, each once, and their weights; the weights have length 1."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of the examples, with how telling each of them is (``rarity``, shape ``(terms,)``).

    With ``signs`` a lone letter and a question mark are words, too: "may i … ?" is how one asks.
    """

    places: dict[str, int]
    rarity: NDArray[np.float32]
    signs: bool

    @classmethod
    def of(cls, texts: Sequence[str], *, fewest: int = 1, signs: bool = False) -> Self:
        """The terms that stand in at least ``fewest`` of some texts."""
        counts = Counter(term for text in texts for term in set(_terms(text, signs=signs)))
        terms = sorted(term for term, count in counts.items() if count >= fewest)
        rarity = [math.log((1 + len(texts)) / (1 + counts[term])) + 1 for term in terms]
        return cls({term: place for place, term in enumerate(terms)}, np.array(rarity, dtype=np.float32), signs)

    def to_arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The terms as UTF-8, one a line, and how telling they are."""
        return np.frombuffer("\n".join(self.places).encode(), dtype=np.uint8), self.rarity

    @classmethod
    def from_arrays(cls, terms: NDArray[np.uint8], rarity: NDArray[np.float32], *, signs: bool = False) -> Self:
        """The vocabulary of ``to_arrays``."""
        return cls({term: place for place, term in enumerate(_lines(terms))}, rarity, signs)

    def __len__(self) -> int:
        return len(self.places)

    def known(self, text: str) -> float:
        """The share of a text's words that stand in an example, 0 to 1; 1 where it has none."""
        words = _WORDS.findall(_plain(text))
        return sum(word in self.places for word in words) / len(words) if words else 1.0

    def features(self, text: str) -> Features:
        """The weighed terms of a text; what is in no example does not count."""
        counts = Counter(
            place for term in _terms(text, signs=self.signs) if (place := self.places.get(term)) is not None
        )
        places = np.array(list(counts), dtype=np.intp)
        weights = (1 + np.log(np.array(list(counts.values()), dtype=np.float32))) * self.rarity[places]
        return places, np.asarray(weights / max(float(np.linalg.norm(weights)), 1e-12), dtype=np.float32)


def matrix_of(vocabulary: Vocabulary, texts: Sequence[str]) -> csr_matrix:
    """The features of some texts as a sparse matrix, shape ``(texts, terms)``."""
    from scipy.sparse import csr_matrix

    features = [vocabulary.features(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in features)])
    places = np.concatenate([places for places, _ in features])
    weights = np.concatenate([weights for _, weights in features])
    return csr_matrix((weights, places, starts), shape=(len(texts), len(vocabulary)))


def _lines(terms: NDArray[np.uint8]) -> list[str]:
    return terms.tobytes().decode().split("\n") if len(terms) else []


def _terms(text: str, *, signs: bool) -> list[str]:
    words = (_ALL if signs else _WORDS).findall(_plain(text))
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


__all__ = ["Features", "Vocabulary", "matrix_of"]
