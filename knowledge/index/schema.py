"""The tables of the index file. It is made by sqlite-utils, can always be rebuilt, and is never edited in place.

``texts`` is what a question is compared with: a section's heading, passages, sentences and situations, in
the order of their sections, and after them the off-topic messages, which have no section. Their vectors are float32,
of length 1, in native byte order. ``classifiers`` holds what was learned from the situations, where there are any.

``examples`` are what triage was learned from, with their vectors for the next build; they are no policy, so they have
a table of their own that no search reads. ``triage`` holds the chart and what was learned.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from sqlite_utils import Database

SCHEMA_VERSION: Final = 3
"""Raised whenever a table changes; an index of another version is built anew."""

APPLICATION_ID: Final = 0x436C7074  # "Clpt", in the header of the file

CHUNK: Final = 512
"""Texts encoded and written at a time; bounds memory and feeds the progress bar."""

Progress = Callable[[int, int], None]
"""Called with how many texts are encoded and how many there are."""


class TextKind(IntEnum):
    """What a text is to its section."""

    PASSAGE = 0
    HEADING = 1
    SENTENCE = 2
    SITUATION = 3
    OFF_TOPIC = 4


def create_tables(database: Database) -> None:
    """Create the empty tables in a new file."""
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    database.table("meta").create({"name": str, "value": str}, pk="name")
    database.table("contacts").create({"id": str, "data": str}, pk="id")
    database.table("policies").create(
        {
            "n": int,
            "id": str,
            "title": str,
            "kind": str,
            "owner": str,
            "version": str,
            "effective": str,
            "until": str,
            "audience": str,
            "regions": str,
            "file": str,
            "text": str,
        },
        pk="n",
    )
    database.table("sections").create(
        {
            "n": int,
            "policy": int,
            "id": str,
            "heading": str,
            "verdict": str,
            "inferred": int,
            "conditions": str,
            "ask": str,
            "sources": str,
            "fact": str,
            "fact_when": str,
            "sentences": str,
            "certified": str,
        },
        pk="n",
        foreign_keys=[("policy", "policies", "n")],
    )
    database.table("classifiers").create(
        {"task": str, "class": int, "weights": bytes, "bias": float}, pk=("task", "class")
    )
    database.table("texts").create({"n": int, "section": int, "kind": int, "text": str, "vector": bytes}, pk="n")
    database.table("examples").create({"n": int, "kind": str, "text": str, "vector": bytes}, pk="n")
    database.table("triage").create({"name": str, "data": bytes}, pk="name")


__all__ = ["APPLICATION_ID", "CHUNK", "SCHEMA_VERSION", "Progress", "TextKind", "create_tables"]
