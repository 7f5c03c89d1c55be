"""What a precedent rests on: the words of a section as its owner was shown them, as a hash."""

from __future__ import annotations

import hashlib

from bot.ports import Answers, Precedent


def basis(answers: Answers, precedent: Precedent) -> str:
    """The hex SHA-256 of the section's words of today; empty where it rests on none, or that is no longer in force."""
    words = answers.section_text(precedent.policy, precedent.section) if precedent.policy else None
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if words is not None else ""


def has_changed(answers: Answers, precedent: Precedent) -> bool:
    """Whether the section says something else than its owner was shown, or is gone."""
    return bool(precedent.policy) and basis(answers, precedent) != precedent.basis


__all__ = ["basis", "has_changed"]
