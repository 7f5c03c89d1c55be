"""Words that are an order and no question: ``queue``, ``my cases``, ``escalate …``, ``who …``, ``lessons``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Order(StrEnum):
    """What an order asks for."""

    QUEUE = "queue"
    MINE = "mine"
    ESCALATE = "escalate"
    TRIAGE = "triage"
    WHO = "who"
    DESK = "desk"
    CRISIS = "crisis"
    LIFT = "lift"
    LESSONS = "lessons"
    LESSON = "lesson"
    PLACEMENT = "placement"
    LIBRARY = "library"
    NEW_HIRE = "new_hire"
    LEVEL = "level"
    CERTIFICATES = "certificates"
    CONFIRM = "confirm"
    BROWN_BAGS = "brown_bags"
    BROWN_BAG = "brown_bag"
    BROWN_BAG_FORM = "brown_bag_form"
    NOTES = "notes"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Command:
    """An order and the words that follow it."""

    order: Order
    words: str = ""


_ABOUT: Final = r"(?:\s+(?:about|for|on|regarding|concerning|with|when it comes to))?"
_ASK: Final = r"(?:ask|contact|call|tell|(?:write|talk|speak|turn|go|report|reach\s+out)\s+to|write)"
_MAY: Final = r"(?:do|should|can|could|must|shall)\s+(?:i|we)"
_IN_CHARGE: Final = r"(?:responsible|in charge|(?:the|my) (?:right )?(?:contact|person))\s+(?:for|of|about)"
_WORDS: Final = r"\s+(?P<words>.+)"
_BAG: Final = r"brown[- ]?bag"
_LISTED: Final = r"(?:show (?:me )?)?(?:the |all |upcoming |next |planned )*"
_PLAN: Final = r"(?:(?:plan|schedule|give|host|new)\s+)?(?:a\s+)?"
_HOUR: Final = r"(?:\d[:.]\d\d|\d\s*[ap]\.?m\b|\bnoon\b|\bat\s+\d)"
_PATTERNS: Final = tuple(
    (order, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for order, pattern in (
        (Order.QUEUE, r"(?:the |my |show (?:me )?(?:the |my )?)?queue"),
        (Order.MINE, r"(?:show (?:me )?)?(?:my |all my )?(?:cases|escalations)"),
        (Order.LIFT, r"(?:lift|end) (?:the )?crisis|crisis (?:off|over|end|lift)"),
        (Order.CRISIS, r"(?:declare (?:a )?)?crisis(?: on)?"),
        (Order.ESCALATE, r"escalate\b[\s:]*(?P<words>.*)"),
        (Order.TRIAGE, r"triage\b[\s:]*(?P<words>.*)"),
        (Order.DESK, r"desk\b[\s:]*(?P<words>[\w-]*)"),
        (Order.LESSONS, r"(?:show (?:me )?)?(?:my )?(?:lessons|training|learning)"),
        (Order.PLACEMENT, r"(?:(?:my )?lessons? |(?:take |start )?(?:the |a )?)?placement(?: quiz| test)?"),
        (Order.PLACEMENT, r"skip what i (?:already )?know"),
        (Order.LIBRARY, r"(?:show (?:me )?)?(?:the |all )?(?:library|all lessons|lesson library)"),
        (Order.LESSON, rf"(?:(?:show|find|open) (?:me )?)?(?:the |a |all )?lessons?\s+(?:on|about){_WORDS}"),
        (Order.NEW_HIRE, r"(?:i am a )?new hire"),
        (Order.LEVEL, r"(?:show (?:me )?)?(?:my )?(?:levels?|belt|certificates?|certification)"),
        (Order.CERTIFICATES, rf"{_LISTED}certificates?\s+(?:(?:of|for|from)\s+)?(?P<words>[^\s@]+@[^\s@]+)"),
        (Order.CONFIRM, r"(?:policies to )?confirm"),
        (Order.BROWN_BAGS, rf"{_LISTED}(?:{_BAG}s|{_BAG} sessions)"),
        (Order.BROWN_BAG_FORM, rf"{_PLAN}{_BAG}(?: session)?"),
        (Order.BROWN_BAG, rf"{_PLAN}{_BAG}(?: session)?[\s:]+(?=.*{_HOUR})(?P<words>.+)"),
        (Order.NOTES, r"(?:show (?:me )?)?(?:the |all |conference )*notes"),
        (Order.NOTE, r"(?:post (?:a )?|new )?(?:(?:conference )?note:|conference note\b)\s*(?P<words>.*)"),
        (Order.WHO, rf"whom?\s+{_MAY}\s+{_ASK}{_ABOUT}{_WORDS}"),
        (Order.WHO, rf"who(?:\s+is|'s)?\s+{_IN_CHARGE}{_WORDS}"),
        (Order.WHO, rf"who(?::|\s+(?:for|about)){_WORDS}"),
    )
)
_BARE_WHO: Final = re.compile(r"who\s+(?P<words>(?:[\w-]+\s+){0,3}(?:in\s+)?[\w-]+)", re.IGNORECASE)
_VERBS: Final = re.compile(
    r"who\s+(?:\w+s|am|are|can|could|did|do|had|have|made|may|might|must|post|ran|said|shall|should|took|was|were|will|would|wrote)\b",
    re.IGNORECASE,
)


def command(text: str) -> Command | None:
    """The order that a text is; ``None`` where it is anything else."""
    said = " ".join(text.split()) if "\n" not in text.strip() else text.strip()
    for order, pattern in _PATTERNS:
        found = pattern.fullmatch(said.rstrip("?!. ") if order is not Order.ESCALATE else said)
        if found:
            return Command(order, (found.groupdict().get("words") or "").strip())
    found = _BARE_WHO.fullmatch(said)  # "/clearpost who product recall in Germany"
    if found and not _VERBS.match(said):
        return Command(Order.WHO, found["words"].strip())
    return None


__all__ = ["Command", "Order", "command"]
