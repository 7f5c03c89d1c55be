"""Whether a curriculum that could be read is one to teach with: its lessons, checks, programmes, and their age."""

from lessons.soundness.flaws import check_curriculum, flaws
from lessons.soundness.stale import ChangedSince, changed_sections

__all__ = ["ChangedSince", "changed_sections", "check_curriculum", "flaws"]
