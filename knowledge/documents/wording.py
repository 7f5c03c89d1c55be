"""Reads a verdict out of a section's wording where its author gave none.

Inside a sentence the strictest reading wins; between sentences the first that rules on anything does, because policies
state the rule first and its exceptions after it. Later sentences can only make it stricter: a permission with a "do
not" behind it holds under conditions, a mere duty ("be careful") with an approval behind it has to be asked for. A text
that rules on nothing is ``ask_first``: silence permits nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.models import Verdict

_PEOPLE: Final = (
    r"(?:you|they|everyone|everybody|anyone|anybody|employees?|staff|partners?|colleagues?|contractors?|volunteers?|members?|"
    r"contributors?|participants?|team\s+members?|workers?|managers?|people)"
)
_TEAM: Final = (
    r"(?:manager|supervisor|team|department|legal|counsel|lawyer|communications?|comms|office|officer|hr|human\s+resources|"
    r"press|media|security|privacy|data\s+protection|compliance|marketing|spokes(?:person|people)|programme|programs?|lead|"
    r"customer\s+care|product\s+safety|ethics|owner|organi[sz]ers?|us)"
)
_APPROVAL: Final = r"(?:approval|permission|consent|authori[sz]ation|clearance|sign-?off|agreement)"
_CLAUSE: Final = r"(?:^|[,;:–—]\s*|\b(?:and|then|please|must|should|shall|always|first|to|immediately|instead|but)\s+)"

# An approval that is not needed; "must not post without approval" is one that is.
_NOT_NEEDED: Final = re.compile(
    rf"\b(?:need|needs|requires?)\s+(?:no|nobody['’]s|no\s+one['’]s)\s+(?:\w+\s+)?(?:{_APPROVAL})|"
    rf"\bno\s+(?:prior\s+|special\s+|further\s+)?{_APPROVAL}\s+(?:is\s+)?(?:needed|required|necessary)|"
    r"\b(?:do\s+not|don['’]t|does\s+not|doesn['’]t)\s+(?:need|have)\s+(?:to\s+(?:ask|wait|get|obtain|seek|clear)\b|"
    rf"(?:\w+\s+)?{_APPROVAL})(?:\s+(?:\w+\s+)?{_APPROVAL})?|"
    rf"\b(?:need\s+not\s+ask|no\s+need\s+to\s+ask|nobody\s+has\s+to\s+(?:approve|wait\s+for\s+{_APPROVAL}))|"
    rf"\b(?:may|can)\b(?!['’]|\s*(?:not|never))[^.;]*\bwithout\s+(?:asking|(?:\w+\s+)?{_APPROVAL})",
    re.IGNORECASE,
)
# Words that look like a rule and are none: "nobody may punish you", "do not hesitate".
_NO_RULE: Final = re.compile(
    r"\b(?:nobody|no\s+one)\s+(?:(?:may|can|will)\s+(?:punish|blame|stop|force|make\s+you)|(?:has|needs?)\s+to|needs)\b|"
    r"\b(?:do\s+not|don['’]t|should\s+not|shouldn['’]t)\s+(?:hesitate|worry|need|have\s+to|be\s+afraid|forget)\b|"
    r"\bnever\s+hurts\b",
    re.IGNORECASE,
)
_ASK: Final = re.compile(
    rf"\b(?:prior|written|advance|explicit|express|formal)\s+(?:\w+\s+)?{_APPROVAL}|"
    r"\b(?:get|obtain|seek|ask|request|requires?|required|needs?|with(?:out)?|subject\s+to|have|has|until)\b[^.;]{0,40}\b"
    rf"{_APPROVAL}\b|"
    r"(?:^|[,;:]\s*|\b(?:please|must|should|always|then|so|and|first)\s+)ask\b(?!\s+(?:yourself|for\s+help|if))|"
    r"\bask(?:ed|ing)?\s+(?:first|beforehand)\b|\bwithout\s+asking\b|"
    rf"{_CLAUSE}(?:check|consult|speak|talk|clear\s+(?:it|this|them)|contact|inform|notify|alert|tell|call|see|email|"
    r"coordinate|liaise|work)\b"
    rf"[^.;]{{0,60}}\b{_TEAM}\b|"
    rf"{_CLAUSE}(?:refer|forward|direct|redirect|escalate|pass|send|hand|leave|report|submit|route|bring|turn)\b"
    rf"[^.;]{{0,90}}\b(?:to|with|on)\b[^.;]{{0,60}}\b{_TEAM}\b|"
    rf"\b(?:are|is|be)\s+(?:referred|forwarded|directed|escalated|sent|reported)\s+to\b[^.;]{{0,60}}\b{_TEAM}\b|"
    r"\b(?:must|should|needs?\s+to|has\s+to|have\s+to|shall)\s+(?:first\s+)?(?:be|have\s+been|have)\s+(?:\w+\s+)?"
    r"(?:approved|authori[sz]ed|cleared|reviewed|signed\s+off|agreed|looked\s+at)|"
    r"\b(?:unless|until|only\s+(?:if|when|after|once))\b[^.;]{0,60}\b(?:authori[sz]ed|approved|cleared|agreed|approves|agrees)|"
    r"\bonly\s+(?!if|when|after|once|share|post|use|publish|connect|link)[^.;,]{1,80}?\b"
    r"(?:may|can|should|must|are\s+(?:allowed|permitted|authori[sz]ed)|is\s+(?:allowed|permitted|authori[sz]ed))\b",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"\b(?:must|shall|should|may|can|ought)\s*(?:not|n['’]t|never)(?!\s+(?:only|limited))|"
    r"\b(?:can|won|shan)['’]t\b|\bcannot\b|\bnever\b|\bmustn['’]t\b|\b(?:do\s+not|don['’]t)\b|"
    r"\b(?:is|are|be|was|were)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:allowed|permitted|acceptable|appropriate|authori[sz]ed|"
    r"tolerated|ok|okay|fine|welcome|to\s+be)|\b(?:will|would)\s+not\s+be\s+(?:tolerated|accepted|permitted|allowed)|"
    r"\b(?:prohibited|forbidden|banned|unacceptable|inappropriate|off[\s-]limits|zero\s+tolerance|not\s+(?:allowed|permitted|"
    r"acceptable|appropriate|tolerated)|under\s+no\s+circumstances)\b|"
    r"\b(?:nobody|no\s+one|none\s+of\s+(?:us|you)|no\s+(?:\w+\s+){0,2}?(?:employees?|staff|partners?|members?|contractors?))\b"
    r"[^.;]{0,40}\b(?:may|can|should|must|is\s+(?:allowed|permitted))\b|"
    r"\bnothing\b[^.;]{0,80}\b(?:may|goes|leaves|is\s+(?:posted|published))\b|\bno\s+longer\b|"
    r"\b(?:refrain|abstain)\s+from|(?:^|[,;:]\s*|\b(?:and|please|must|should|to|always)\s+)avoid\b|"
    r"\b(?:strictly|must\s+(?:stay|remain)|keep\s+[^.;]{1,60})\s+(?:confidential|private|internal|secret)\b|"
    r"\b(?:leave\s+alone|stay\s+(?:away\s+from|out\s+of)|keep\s+[^.;]{1,60}\s+(?:to\s+yourself|out\s+of|off))\b|"
    r"\bagainst\s+(?:our|the|company)\s+(?:polic|rules?|law)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\b(?:only\s+(?:if|when|after|once|where)|(?:as|so)\s+long\s+as|provided\s+(?:that|you|it|they)|on\s+condition|unless|"
    r"except|(?<!even\s)(?<!as\s)if(?!\s+you\s+(?:like|want|wish|prefer|would\s+like)\b)|(?<!even\s)when(?!\s+in\s+doubt)|once|"
    r"but\s+(?:only|not|never|make|be|say|please|remember))\b",
    re.IGNORECASE,
)
_DUTY: Final = re.compile(
    r"\b(?:must|should|shall|need\s+to|has\s+to|have\s+to|make\s+(?:it\s+clear|sure|clear)|ensure|disclose|state\s+that|"
    r"use\s+(?:a\s+disclaimer|common\s+sense|good\s+judge?ment|your\s+best\s+judge?ment)|identify\s+yourself|remember\s+to|"
    r"think\s+(?:twice|before|carefully)|(?:be|stay)\s+(?:\w+\s+)?(?:clear|transparent|honest|sure|respectful|polite|careful|"
    r"accurate|kind|mindful|professional|truthful|open|courteous|considerate)|respect\s+(?!for\b))",
    re.IGNORECASE,
)
_YES: Final = re.compile(
    rf"\b{_PEOPLE}\s+(?:also\s+|always\s+)?(?:may|can)\b(?!['’]|\s*(?:not|never|only)\b)(?!\s+(?:also\s+|even\s+)?"
    r"(?:be\b(?!\s+friends)|have\b|find|feel|face|lose|get|expect|think|see|become|contact|ask|reach|refer|read|learn))|"
    r"\b(?:may|can)\s+be\s+(?:shared|posted|used|published|reused|quoted|retweeted|reposted)\b|"
    r"\b(?:are|is|be)\s+(?:always\s+|also\s+|very\s+)?(?:free\s+to|welcome|encouraged|allowed|permitted|fine|ok|okay)\b|"
    r"\bfeel\s+free|\bgo\s+ahead|\bwe\s+(?:encourage|welcome|invite|love\s+it\s+when)|\bit['’]s\s+(?:fine|ok|okay)\b|"
    r"\b(?:is|are)\s+your\s+(?:own\s+)?(?:business|choice|decision)\b",
    re.IGNORECASE,
)
_TURN: Final = re.compile(r"\b(?:but|as\s+long\s+as|provided|except|unless|however)\b|;", re.IGNORECASE)


def infer_verdict(sentences: Sequence[str]) -> Verdict:
    """The verdict that the wording gives; ``ask_first`` where it gives none."""
    readings = [_reading(sentence) for sentence in sentences]
    for at, verdict in enumerate(readings):
        if verdict is None:
            continue
        later = [each for each in readings[at + 1 :] if each is not None]
        if verdict is Verdict.YES and any(each is not Verdict.YES for each in later):
            return Verdict.YES_IF
        if verdict is Verdict.YES_IF and Verdict.ASK_FIRST in later and not _YES.search(sentences[at]):
            return Verdict.ASK_FIRST
        return verdict
    return Verdict.ASK_FIRST


def _reading(sentence: str) -> Verdict | None:
    """What one sentence rules; ``None`` where it only describes."""
    free = _NOT_NEEDED.search(sentence)
    words = _NO_RULE.sub(" ", _NOT_NEEDED.sub(" ", sentence))
    if _ASK.search(words):
        return Verdict.ASK_FIRST
    permitted = _YES.search(words)
    if forbidden := _NO.search(words):
        limited = permitted is not None and _TURN.search(words, permitted.end(), forbidden.start() + 1)
        return Verdict.YES_IF if limited else Verdict.NO
    if _CONDITION.search(words) and (
        permitted or free or _DUTY.search(words) or re.search(r"\bonly\b", words, re.IGNORECASE)
    ):
        return Verdict.YES_IF
    if permitted or free:
        return Verdict.YES
    return Verdict.YES_IF if _DUTY.search(words) else None


__all__ = ["infer_verdict"]
