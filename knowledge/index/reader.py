"""An index file opened for reading: numbers in memory, words fetched when an answer needs them."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.contacts import Contacts
from knowledge.contacts.stored import from_json
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import IndexFileError
from knowledge.index.classifier import read_classifier
from knowledge.index.schema import APPLICATION_ID, SCHEMA_VERSION, TextKind
from knowledge.models import Fact, Span, Verdict

_REBUILD: Final = "build it again with 'clearpost index'"
_HEADER: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class IndexedPolicy:
    """A policy as an answer cites it. ``until`` is the day on which a later version took over."""

    id: str
    title: str
    owner: str | None
    version: str
    effective: date | None
    until: date | None
    audience: tuple[str, ...]
    regions: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class IndexedSection:
    """A section as an answer cites it; ``sentences`` are spans of its policy's text, ``row`` its row in the index.

    ``certified`` are the certification levels of which one is needed for what it permits.
    """

    row: int
    policy: IndexedPolicy
    id: str
    heading: str
    verdict: Verdict
    inferred: bool
    conditions: tuple[str, ...]
    ask: str | None
    sources: tuple[str, ...]
    fact: Fact | None
    sentences: tuple[Span, ...]
    source: str
    certified: tuple[str, ...] = ()


class Index:
    """An open index. Safe to share between threads.

    Sections are numbered from 0 here, in the order of the file (their row less one). ``vectors`` has one row a text,
    shape ``(texts, dimensions)``; ``section_of`` and ``kind_of`` say what each text belongs to, -1 for none.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.meta = {str(name): str(value) for name, value in self.rows("SELECT name, value FROM meta")}
        self.contacts = Contacts(tuple(from_json(str(data)) for (data,) in self.rows("SELECT data FROM contacts")))
        self.section_of, self.kind_of, self.vectors = self._read_texts()
        self._sections_in_order = self.section_of[self.section_of >= 0]  # off-topic messages stand last
        self.policies = tuple(_policy(row) for row in self.rows(_POLICIES))
        sections = self.rows("SELECT policy, verdict FROM sections ORDER BY n")
        self.policy_of: NDArray[np.int32] = np.array([_int(policy) - 1 for policy, _ in sections], dtype=np.int32)
        self.verdict_of: NDArray[np.int8] = np.array(
            [Verdict(str(each)).strictness for _, each in sections], dtype=np.int8
        )
        self.section_classifier = read_classifier(self.rows(_CLASSIFIER, ["section"]))
        self.verdict_classifier = read_classifier(self.rows(_CLASSIFIER, ["verdict"]))

    @classmethod
    def open(cls, path: Path, encoder: Encoder | None = None) -> Self:
        """Open an index file, made with ``encoder`` where one is given.

        Raises:
            IndexFileError: where it is missing, truncated, of another version or of another encoder.
        """
        _check_file(path)
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            index = cls(connection)
        except (sqlite3.Error, ValueError, LookupError, TypeError, MemoryError) as error:
            if connection:
                connection.close()
            raise IndexFileError(f"the index '{path}' is damaged ({error}); {_REBUILD}") from error
        if encoder and index.meta.get("encoder_hash") != encoder.fingerprint:
            index.close()
            raise IndexFileError(
                f"the index '{path}' was made with the model {index.meta.get('encoder')}, "
                f"not {encoder.name}; {_REBUILD}"
            )
        return index

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, parameters: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """Run one reading statement."""
        with self._lock:
            return self._connection.execute(sql, tuple(parameters)).fetchall()

    def section(self, number: int) -> IndexedSection:
        """The section with this number (from 0)."""
        row = self.rows(f"{_SECTIONS} WHERE sections.n = ?", [number + 1])[0]
        return _section(row, self.policies)

    def family(self, section: IndexedSection) -> list[IndexedSection]:
        """The sections of its policy between which the same fact decides, itself among them."""
        if section.fact is None:
            return [section]
        where = "WHERE sections.fact = ? AND policies.id = ? ORDER BY sections.n"
        found = self.rows(f"{_SECTIONS} {where}", [section.fact.question, section.policy.id])
        return [_section(row, self.policies) for row in found]

    def find(self, policy: str, section: str) -> list[IndexedSection]:
        """The section with these ids in every version of its policy."""
        where = "WHERE sections.id = ? AND policies.id = ? ORDER BY sections.n"
        return [_section(row, self.policies) for row in self.rows(f"{_SECTIONS} {where}", [section, policy])]

    def sentence_rows(self, number: int) -> NDArray[np.intp]:
        """The rows of ``vectors`` that hold a section's sentences, in order."""
        first, behind = np.searchsorted(self._sections_in_order, [number, number + 1])
        return np.asarray(first + np.flatnonzero(self.kind_of[first:behind] == TextKind.SENTENCE))

    def _read_texts(self) -> tuple[NDArray[np.int32], NDArray[np.int8], Vectors]:
        """Each text's section, kind and vector, in one pass over the file: nearly all of it is vectors."""
        last = self.rows("SELECT n, length(vector) FROM texts ORDER BY n DESC LIMIT 1")
        count, size = (_int(each) for each in last[0]) if last else (0, 0)
        section_of = np.empty(count, dtype=np.int32)
        kind_of = np.empty(count, dtype=np.int8)
        vectors = np.empty((count, size // 4), dtype=np.float32)
        with self._lock:
            cursor = self._connection.execute("SELECT section, kind, vector FROM texts ORDER BY n")
            for place, (section, kind, vector) in enumerate(cursor):
                section_of[place] = _int(section) - 1
                kind_of[place] = kind
                vectors[place] = np.frombuffer(vector, dtype=np.float32)
        return section_of, kind_of, vectors


_POLICIES: Final = (
    "SELECT id, title, owner, version, effective, until, audience, regions, file FROM policies ORDER BY n"
)
_CLASSIFIER: Final = "SELECT weights, bias FROM classifiers WHERE task = ? ORDER BY class"
_SECTIONS: Final = (
    "SELECT sections.n, sections.policy, sections.id, heading, verdict, inferred, conditions, ask, sources, fact, "
    "fact_when, sentences, policies.text, certified FROM sections JOIN policies ON policies.n = sections.policy"
)


def read_meta(path: Path) -> dict[str, str]:
    """What an index says of itself (encoder, encoder_hash, content_hash), without loading it.

    Raises:
        IndexFileError: where it is missing, truncated or of another version.
    """
    _check_file(path)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return dict(connection.execute("SELECT name, value FROM meta"))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise IndexFileError(f"the index '{path}' is damaged ({error}); {_REBUILD}") from error


def _check_file(path: Path) -> None:
    """A cheap look at the file before SQLite reads it: is it an index of this version, and all of it?"""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError as error:
        raise IndexFileError(f"there is no index '{path}'; {_REBUILD}") from error
    except OSError as error:
        raise IndexFileError(f"the index '{path}' cannot be read ({error.strerror}); check its permissions") from error
    if len(header) < 100 or not header.startswith(_HEADER) or int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise IndexFileError(f"'{path}' is no Clearpost index; {_REBUILD}")
    page = int.from_bytes(header[16:18])
    if size != (65536 if page == 1 else page) * int.from_bytes(header[28:32]):
        raise IndexFileError(f"the index '{path}' is truncated; {_REBUILD}")
    if int.from_bytes(header[60:64]) != SCHEMA_VERSION:
        raise IndexFileError(f"the index '{path}' is of another version of Clearpost; {_REBUILD}")


def _int(value: object) -> int:
    """A number from SQLite; 0 for NULL."""
    return value if isinstance(value, int) else 0


def _policy(row: Sequence[object]) -> IndexedPolicy:
    identifier, title, owner, version, effective, until, audience, regions, file = row
    return IndexedPolicy(
        str(identifier),
        str(title),
        str(owner) if owner else None,
        str(version),
        date.fromisoformat(str(effective)) if effective else None,
        date.fromisoformat(str(until)) if until else None,
        tuple(json.loads(str(audience))),
        tuple(json.loads(str(regions))),
        str(file),
    )


def _section(row: Sequence[object], policies: Sequence[IndexedPolicy]) -> IndexedSection:
    number, policy, identifier, heading, verdict, inferred, conditions, ask, sources, fact, when, *rest = row
    sentences, text, certified = rest
    return IndexedSection(
        row=_int(number),
        policy=policies[_int(policy) - 1],
        id=str(identifier),
        heading=str(heading),
        verdict=Verdict(str(verdict)),
        inferred=bool(inferred),
        conditions=tuple(json.loads(str(conditions))),
        ask=str(ask) if ask else None,
        sources=tuple(json.loads(str(sources))),
        fact=Fact(str(fact), str(when)) if fact else None,
        sentences=tuple(Span(start, end) for start, end in json.loads(str(sentences))),
        source=str(text),
        certified=tuple(json.loads(str(certified))),
    )


__all__ = ["Index", "IndexedPolicy", "IndexedSection", "read_meta"]
