"""What was done by whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Audit(Protocol):
    """What was done by whom; lines are only added."""

    def add(
        self, workspace: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Add a line. ``detail`` holds no words of a question."""
        ...


__all__ = ["Audit"]
