"""The triage part of an index: the chart, what was learned from the examples, and their vectors for the next build.

The examples stand in a table of their own: they are no policy, so no search may ever find them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlite_utils import Database

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import ContentError, IndexFileError
from knowledge.index.reader import Index
from knowledge.index.schema import CHUNK, Progress, TextKind
from knowledge.triage.chart import Chart
from knowledge.triage.drift import Drifts, Texts, learn_drift
from knowledge.triage.engine import Sorter
from knowledge.triage.examples import KINDS, Example
from knowledge.triage.learn import Learned, learn
from knowledge.triage.stored import chart_from_json, chart_to_json
from knowledge.triage.topics import TopicChooser, topic_words

ASKED: Final = frozenset({TextKind.SITUATION, TextKind.OFF_TOPIC})
"""The texts of policies that are worded as employees ask."""


_TOPIC: Final = "topic"
"""The kind of the rows that hold words of the chart's topics."""


@dataclass(frozen=True, slots=True)
class StoredExamples:
    """The examples of an index, with one row of ``vectors`` for each."""

    texts: tuple[str, ...]
    vectors: Vectors


def write_triage(
    database: Database,
    chart: Chart,
    examples: Sequence[Example],
    encoder: Encoder,
    asked: Texts,
    progress: Progress | None = None,
) -> None:
    """Encode the examples and topics, learn and write all of it; ``asked`` is what employees ask.

    Raises:
        ContentError: where the examples are of fewer than two kinds.
    """
    if len({each.kind for each in examples}) < 2:
        raise ContentError("there are no examples to learn triage from; put files such as triage/complaint.md there")
    rows = [
        *((str(KINDS[each.kind]), each.text) for each in examples),
        *((_TOPIC, each) for each in topic_words(chart)),
    ]
    parts: list[Vectors] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        vectors = encoder.encode([text for _, text in chunk])
        parts.append(vectors)
        database.table("examples").insert_all(
            {"n": start + place + 1, "kind": kind, "text": text, "vector": vector.tobytes()}
            for place, ((kind, text), vector) in enumerate(zip(chunk, vectors, strict=True))
        )
        if progress:
            progress(start + len(chunk), len(rows))
    kinds = np.array([each.kind for each in examples], dtype=np.int32)
    texts, vectors = [each.text for each in examples], np.concatenate(parts)[: len(examples)]
    said = [row for row, each in enumerate(examples) if KINDS[each.kind]]
    stored = {
        "chart": chart_to_json(chart).encode(),
        "kinds": learn(texts, vectors, kinds).to_bytes(),
        "drift": learn_drift(Texts([texts[row] for row in said], vectors[said]), asked).to_bytes(),
    }
    database.table("triage").insert_all({"name": name, "data": data} for name, data in stored.items())


def read_sorter(index: Index) -> Sorter:
    """What sorts texts by the chart of an index and by what was learned from its examples.

    Raises:
        IndexFileError: where they are damaged.
    """
    rows = {str(name): data for name, data in index.rows("SELECT name, data FROM triage") if isinstance(data, bytes)}
    try:
        chart = chart_from_json(rows["chart"].decode())
        return Sorter(
            chart,
            Learned.from_bytes(rows["kinds"], _vectors(index, "kind <> ?")),
            Drifts.from_bytes(rows["drift"]),
            TopicChooser(chart, _vectors(index, "kind = ?")),
            index.contacts,
        )
    except (LookupError, ValueError, zipfile.BadZipFile) as error:
        raise IndexFileError(f"the index is damaged ({error}); build it again with 'clearpost index'") from error


def _vectors(index: Index, where: str) -> Vectors:
    found = index.rows(f"SELECT vector FROM examples WHERE {where} ORDER BY n", [_TOPIC])  # noqa: S608 - two constants
    vectors = [np.frombuffer(vector, dtype=np.float32) for (vector,) in found if isinstance(vector, bytes)]
    return np.vstack(vectors) if vectors else np.empty((0, index.vectors.shape[1]), dtype=np.float32)


def read_examples(index: Index) -> StoredExamples:
    """The examples and topics of an index with their vectors."""
    rows = index.rows("SELECT text, vector FROM examples ORDER BY n")
    vectors = [np.frombuffer(vector, dtype=np.float32) for _, vector in rows if isinstance(vector, bytes)]
    empty = np.empty((0, index.vectors.shape[1]), dtype=np.float32)
    return StoredExamples(tuple(str(text) for text, _ in rows), np.vstack(vectors) if vectors else empty)


__all__ = ["ASKED", "StoredExamples", "read_examples", "read_sorter", "write_triage"]
