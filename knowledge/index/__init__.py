"""The index file: build, open, swap. One SQLite file, rebuilt from the policies whenever they change."""

from knowledge.index.build import Built, build_index
from knowledge.index.reader import Index, IndexedPolicy, IndexedSection
from knowledge.index.schema import TextKind

__all__ = ["Built", "Index", "IndexedPolicy", "IndexedSection", "TextKind", "build_index"]
