"""A small triage chart as YAML: sound, with one question for each kind."""

from __future__ import annotations

from typing import Final

from knowledge.triage.models import SERIOUS, Kind

LEAF: Final = (
    "{{id: {0}, kind: {0}, label: Is {0}, action: monitor, priority: {2}, contact: coe_lead, "
    "{1}do: [look], do_not: [shout]}}"
)
"""A leaf as YAML, to be formatted with its kind, further fields and its priority."""

ASKED: Final = "question: Is it so, button: Yes it is, "
"""What the leaf of a serious kind needs besides."""


def small_chart() -> str:
    """One question after the other, a leaf for each kind, and one for none."""
    nodes = [
        f"  - {{id: q{place}, question: Is it {kind}, answers: "
        f"[{{answer: yes it is, to: {kind}}}, {{answer: it is not, to: {_next(place)}}}]}}"
        for place, kind in enumerate(Kind)
    ]
    leaves = [
        "  - " + LEAF.format(kind, *((ASKED, "high") if kind in SERIOUS else ("", "none"))) for kind in (*Kind, "none")
    ]
    return "\n".join(('version: "2.0"', "start: q0", "nodes:", *nodes, "leaves:", *leaves, ""))


def _next(place: int) -> str:
    return f"q{place + 1}" if place < len(Kind) - 1 else "none"


__all__ = ["ASKED", "LEAF", "small_chart"]
