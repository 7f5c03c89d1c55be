"""Reads a verdict out of a section's wording where its author gave none.

Strictest reading wins inside a sentence; between sentences the first that rules on anything does, because policies
state the rule first and its exceptions after it. A text that rules on nothing is ``ask_first``: silence permits
nothing.
"""

from __future__ import annotations

import re
from typing import Final

from knowledge.models import Verdict

_NO: Final = re.compile(
    r"\b(?:(?:must|shall|should|may|can|will|do|does|is|are)\s*(?:not|n['’]t|never)(?!\s+(?:only|limited))|cannot|never|"
    r"prohibited|forbidden|not\s+(?:allowed|permitted|acceptable|appropriate)|no\s+(?:one|employee|staff)\s+may|"
    r"refrain\s+from|avoid|unacceptable|strictly\s+confidential|against\s+(?:our|the)\s+polic)",
    re.IGNORECASE,
)
_ASK: Final = re.compile(
    r"\b(?:prior|written|advance|explicit)\s+(?:approval|permission|consent|authori[sz]ation)|"
    r"\b(?:get|obtain|seek|ask|request|require[sd]?|need[s]?|with(?:out)?)\b[^.;]{0,40}\b"
    r"(?:approval|permission|consent|authori[sz]ation|clearance|sign-?off)|"
    r"\b(?:check|consult|speak|talk|clear\s+it|contact|refer|forward|direct|escalate)\b[^.;]{0,60}\b"
    r"(?:first|before|with|to|your|the)\b[^.;]{0,40}\b"
    r"(?:manager|supervisor|team|department|legal|counsel|communications|office|hr|human\s+resources|press|media)|"
    r"\bmust\s+be\s+(?:approved|authori[sz]ed|cleared|reviewed)|\bunless\b[^.;]{0,40}\b(?:authori[sz]ed|approved)",
    re.IGNORECASE,
)
_IF: Final = re.compile(
    r"\b(?:only\s+if|only\s+when|as\s+long\s+as|provided\s+(?:that|you)|on\s+condition|if\s+you|when\s+you|"
    r"make\s+(?:it\s+clear|sure|clear)|be\s+(?:clear|transparent|honest|sure)|disclose|must|should|state\s+that|"
    r"use\s+a\s+disclaimer|identify\s+yourself|remember\s+to|always|please)\b",
    re.IGNORECASE,
)
_YES: Final = re.compile(
    r"\b(?:you\s+may|you\s+can|may|can|are\s+(?:free|welcome|encouraged|allowed|permitted)|feel\s+free|we\s+encourage|"
    r"is\s+(?:fine|allowed|permitted|ok)|it['’]s\s+(?:fine|ok|okay))\b",
    re.IGNORECASE,
)


def infer_verdict(sentences: list[str]) -> Verdict:
    """The verdict that the wording gives; ``ask_first`` where it gives none."""
    for sentence in sentences:
        if _ASK.search(sentence):
            return Verdict.ASK_FIRST
        if _NO.search(sentence):
            return Verdict.NO
        if _IF.search(sentence):
            return Verdict.YES_IF
        if _YES.search(sentence):
            return Verdict.YES_IF if len(sentences) > 1 and _IF.search(" ".join(sentences)) else Verdict.YES
    return Verdict.ASK_FIRST


__all__ = ["infer_verdict"]
