"""Builds the index file beside the old one and swaps it in by an atomic rename."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from sqlite_utils import Database

from knowledge.contacts import Contact, read_contacts
from knowledge.contacts.stored import to_json
from knowledge.documents.blocks import plain
from knowledge.documents.folder import read_folder
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import ContentError, IndexBuildError
from knowledge.index.classifier import is_situated, write_classifiers
from knowledge.index.reuse import KnownVectors
from knowledge.index.schema import CHUNK, Progress, TextKind, create_tables
from knowledge.index.triage import ASKED, write_triage
from knowledge.models import Policy, Problem, Section
from knowledge.pack import Pack
from knowledge.triage.drift import Texts
from knowledge.triage.examples import read_examples
from knowledge.triage.read import read_chart
from knowledge.triage.topics import topic_words


@dataclass(frozen=True, slots=True)
class Built:
    """What went into an index, and the problems of the files that did not.

    ``texts`` are what questions are compared with; ``examples`` are what triage was learned from.
    """

    policies: int
    sections: int
    texts: int
    problems: tuple[Problem, ...]
    examples: int = 0


@dataclass(frozen=True, slots=True)
class IndexText:
    """A text to compare questions with; ``section`` is the row of its section, ``None`` for off-topic messages."""

    section: int | None
    kind: TextKind
    text: str


def build_index(pack: Pack, output: Path, encoder: Encoder, progress: Progress | None = None) -> Built:
    """Build the index of ``pack`` at ``output``.

    A running reader keeps the old file until the new one is complete; whatever goes wrong leaves the old one whole.

    Raises:
        ContentError: where the pack holds nothing to answer from.
        IndexBuildError: where the file cannot be written, or another build of it is running.
    """
    content_hash = pack.content_hash()  # before reading: what is edited during a build must be noticed after it
    reading = read_folder(pack.policies)
    if not reading.policies:
        raise ContentError(
            f"there is no policy to answer from in '{pack.policies}'; put Markdown files with headings there"
        )
    built = build_from(pack, reading.policies, output, encoder, progress, content_hash)
    return replace(built, problems=reading.problems + built.problems)


def build_from(
    pack: Pack,
    policies: Sequence[Policy],
    output: Path,
    encoder: Encoder,
    progress: Progress | None = None,
    content_hash: str | None = None,
) -> Built:
    """Build an index of policies that were read already, as ``build_index`` does with all else that is in ``pack``."""
    content_hash = content_hash or pack.content_hash()
    contacts, problems = read_contacts(pack.contacts)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{output}.lock", timeout=0):
            texts, examples = _replace(pack, output, encoder, policies, tuple(contacts), progress, content_hash)
    except Timeout as error:
        raise IndexBuildError(f"another build of '{output}' is running; wait for it to end and try again") from error
    except (OSError, sqlite3.Error) as error:
        raise IndexBuildError(
            f"'{output}' cannot be written ({error}); the old index is untouched. Check free space and permissions"
        ) from error
    return Built(len(policies), sum(len(policy.sections) for policy in policies), texts, problems, examples)


def _replace(
    pack: Pack,
    output: Path,
    encoder: Encoder,
    policies: Sequence[Policy],
    contacts: Sequence[Contact],
    progress: Progress | None,
    content_hash: str,
) -> tuple[int, int]:
    building = output.with_name(f"{output.name}.building-{os.getpid()}")
    for left_over in output.parent.glob(f"{output.name}.building-*"):  # of a build that was killed; we hold the lock
        left_over.unlink(missing_ok=True)
    try:
        texts = list(index_texts(policies, pack.off_topic_messages()))
        chart, examples = read_chart(pack.chart), read_examples(pack.examples)
        total = len(texts) + len(examples) + len(topic_words(chart))
        connection = sqlite3.connect(building, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            database = Database(connection)
            create_tables(database)
            _write_content(database, policies, contacts)
            known = KnownVectors(encoder, output)
            vectors = write_texts(database, texts, known, _part(progress, 0, total))
            if is_situated(policies):
                _write_classifiers(database, policies, texts, vectors)
            rows = [row for row, text in enumerate(texts) if text.kind in ASKED]
            asked = Texts([texts[row].text for row in rows], vectors[rows])
            write_triage(database, chart, examples, known, asked, _part(progress, len(texts), total))
            _write_meta(database, encoder, content_hash)
            connection.execute("COMMIT")
        finally:
            connection.close()
        with building.open("rb+") as file:
            os.fsync(file.fileno())
        building.replace(output)
    finally:
        building.unlink(missing_ok=True)
    return len(texts), len(examples)


def _part(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Tells of one part of the texts, with ``before`` of them done already, as of the whole."""
    return (lambda done, _: progress(before + done, total)) if progress else None


def index_texts(policies: Sequence[Policy], off_topic: Sequence[str]) -> Iterator[IndexText]:
    """Every text of an index in its order: section by section, then the off-topic messages."""
    row = 0
    for policy in policies:
        for section in policy.sections:
            row += 1
            yield from _section_texts(policy, section, row)
    for message in off_topic:
        yield IndexText(None, TextKind.OFF_TOPIC, message)


def _section_texts(policy: Policy, section: Section, row: int) -> Iterator[IndexText]:
    yield IndexText(row, TextKind.HEADING, f"{policy.title}: {section.heading}")
    for span in section.passages:
        yield IndexText(row, TextKind.PASSAGE, f"{section.heading}. {plain(span.of(policy.text))}")
    if section.inferred:  # an author's rule is quoted by its first sentence; elsewhere the nearest one is looked for
        for span in section.sentences:
            yield IndexText(row, TextKind.SENTENCE, plain(span.of(policy.text)))
    for situation in section.situations:
        yield IndexText(row, TextKind.SITUATION, situation)


def write_texts(
    database: Database, texts: Sequence[IndexText], encoder: Encoder, progress: Progress | None = None
) -> Vectors:
    """Encode ``texts``, write them with their vectors and their full-text index, and return the vectors."""
    parts: list[Vectors] = []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        vectors = encoder.encode([each.text for each in chunk])
        parts.append(vectors)
        database.table("texts").insert_all(
            {
                "n": start + place + 1,
                "section": each.section,
                "kind": int(each.kind),
                "text": each.text,
                "vector": vector.tobytes(),
            }
            for place, (each, vector) in enumerate(zip(chunk, vectors, strict=True))
        )
        if progress:
            progress(start + len(chunk), len(texts))
    database.table("texts").enable_fts(["text"], fts_version="FTS5", tokenize="porter unicode61")
    return np.concatenate(parts)


def _write_classifiers(
    database: Database, policies: Sequence[Policy], texts: Sequence[IndexText], vectors: Vectors
) -> None:
    section_of = np.array([-1 if text.section is None else text.section - 1 for text in texts], dtype=np.int32)
    verdicts = [section.verdict.strictness for policy in policies for section in policy.sections]
    write_classifiers(database, vectors, section_of, np.array(verdicts, dtype=np.int32))


def _write_content(database: Database, policies: Sequence[Policy], contacts: Sequence[Contact]) -> None:
    database.table("contacts").insert_all({"id": each.id, "data": to_json(each)} for each in contacts)
    row = 0
    for number, policy in enumerate(policies, 1):
        database.table("policies").insert(
            {
                "n": number,
                "id": policy.id,
                "title": policy.title,
                "kind": policy.kind,
                "owner": policy.owner,
                "version": policy.version,
                "effective": policy.effective.isoformat() if policy.effective else None,
                "until": _until(policy, policies),
                "audience": json.dumps(policy.audience),
                "regions": json.dumps(policy.regions),
                "file": policy.file,
                "text": policy.text,
            }
        )
        for section in policy.sections:
            row += 1
            database.table("sections").insert(_section_row(section, row, number))


def _section_row(section: Section, row: int, policy: int) -> dict[str, object]:
    return {
        "n": row,
        "policy": policy,
        "id": section.id,
        "heading": section.heading,
        "verdict": section.verdict.value,
        "inferred": int(section.inferred),
        "conditions": json.dumps(section.conditions),
        "ask": section.ask,
        "sources": json.dumps(section.sources),
        "fact": section.fact.question if section.fact else None,
        "fact_when": section.fact.when if section.fact else None,
        "sentences": json.dumps([(span.start, span.end) for span in section.sentences]),
        "certified": json.dumps(section.certified),
    }


def _until(policy: Policy, policies: Sequence[Policy]) -> str | None:
    """The day on which a later version of the same policy takes over."""
    since = policy.effective or date.min
    later = [each.effective for each in policies if each.id == policy.id and each.effective and each.effective > since]
    return min(later).isoformat() if later else None


def _write_meta(database: Database, encoder: Encoder, content_hash: str) -> None:
    values = {
        "encoder": encoder.name,
        "encoder_hash": encoder.fingerprint,
        "content_hash": content_hash,
    }
    database.table("meta").insert_all({"name": name, "value": value} for name, value in values.items())


__all__ = ["Built", "IndexText", "Progress", "build_from", "build_index", "index_texts", "write_texts"]
