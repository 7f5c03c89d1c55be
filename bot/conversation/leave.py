"""Whether a text asks for leave: "may I", "can we", "is it ok to"; whoever asks that wants a verdict and no triage."""

from __future__ import annotations

import re
from typing import Final

_WHO: Final = r"(?:i|we|my \w+|our \w+|employees|someone|anybody|anyone)"
_LEAVE: Final = re.compile(
    rf"\b(?:may|can|could|should|shall|might|would)\s+{_WHO}\b(?!\s+(?:find|get|reach|call|help|do about)\b)|"
    rf"\b(?:am i|are we)\s+(?:allowed|permitted|free|ok|okay|good|supposed|fine)\b|"
    r"\b(?:is|would|was) (?:it|that|this) (?:be )?(?:ok|okay|allowed|fine|alright|all right|a problem|legal)\b|"
    r"\b(?:ok|okay|fine|allowed) (?:to|if i|if we)\b|\bdo i (?:have|need) to (?:ask|disclose|say|tell|mark)\b|"
    r"\b(?:ok|okay|allowed|fine|legit)\s*\?|\bcan i\b|\bmay i\b",
    re.IGNORECASE,
)


def asks_leave(text: str) -> bool:
    """Whether somebody asks whether they may do something."""
    return _LEAVE.search(text) is not None


__all__ = ["asks_leave"]
