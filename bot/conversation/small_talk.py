"""Greetings, thanks and questions about Clearpost itself: a short human reply, with questions to try."""

from __future__ import annotations

import re
from typing import Final

from bot.conversation.reply import Reply, ReplyKind

EXAMPLES: Final = (
    "They let me keep the headset, only said be nice. Can I review it?",
    "A reporter wrote to me on LinkedIn about the outage. May I answer?",
    "Can I post a photo of our team lunch?",
)
"""Questions that show the range: a gift, the press, an everyday picture."""

_NAME: Final = r"(?:\s+(?:clearpost|bot|there|everyone|all|team|again|buddy|mate|you))*"
_GREETING: Final = re.compile(
    rf"(?:hi+|hey+|hello+|hiya|yo|howdy|greetings|good\s+(?:morning|afternoon|evening|day)|morning|hola|hallo|moin|servus|bonjour)"
    rf"{_NAME}(?:\s*[,.!]*\s*how(?:\s+are|'s|’s)\s+(?:you|it\s+going|things)(?:\s+(?:doing|today))?)?",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(
    r"(?:ok(?:ay)?|great|perfect|cool|super|nice|awesome|got\s+it|alright)?[\s,.!]*"
    r"(?:(?:many\s+|thanks|thank\s+you|thank\s+u|thx|ty|cheers|much\s+appreciated|merci|danke|gracias)"
    r"(?:\s+(?:a\s+lot|so\s+much|very\s+much|a\s+million|again|for\s+(?:the|your)\s+(?:help|answer)|clearpost|bot|mate|thanks))*"
    r"|got\s+it|great|perfect|cool|awesome|ok(?:ay)?|bye|goodbye|see\s+you|that\s+helped|very\s+helpful)",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"(?:so\s+)?(?:who|what)\s+(?:are|r)\s+(?:you|u)(?:\s+for|\s+exactly)?|are\s+you\s+(?:a\s+)?(?:bot|robot|human|person|real|ai|an\s+ai)"
    r"|what(?:'s|’s|\s+is)\s+(?:your\s+name|this|clearpost|this\s+(?:bot|thing)(?:\s+for)?)|who\s+(?:made|built)\s+you",
    re.IGNORECASE,
)
_HELP: Final = re.compile(
    r"help(?:\s+me)?|\?|what\s+(?:can|do)\s+(?:you|u|i)\s+(?:do|help(?:\s+me)?\s+with|know|ask(?:\s+you)?)"
    r"|how\s+(?:does\s+this|do(?:es)?\s+(?:you|it|clearpost))\s+work|what\s+(?:should|may)\s+i\s+ask(?:\s+you)?|commands|menu|start",
    re.IGNORECASE,
)


def small_talk(text: str) -> Reply | None:
    """The reply to small talk; ``None`` where the text is anything else."""
    words = re.sub(r"[\s!.?…,:)(\U0001F44B\U0001F64F\U0001F600-\U0001F64F]+$", "", text.strip()) or text.strip()
    if _GREETING.fullmatch(words):
        return _reply("Hello! Tell me what you would like to post, or what happened, and I look up what our policies say.")
    if _THANKS.fullmatch(words):
        return _reply("You are welcome. Ask again before the next post: it takes ten seconds.")
    if _ABOUT.fullmatch(words):
        return _reply(
            "I am Clearpost, a bot. I answer “can I post this?” from our social-media policies, with the sentence that "
            "it rests on, and I name a person to ask when I am not sure. I never make up a rule."
        )
    if _HELP.fullmatch(words):
        return _reply(
            "Describe a post, a picture or a situation in your own words. You get yes, yes if, ask first or no, the "
            "sentence of policy behind it, and a person to ask."
        )
    return None


def _reply(text: str) -> Reply:
    return Reply(kind=ReplyKind.SMALL_TALK, text=text, examples=EXAMPLES)


__all__ = ["EXAMPLES", "small_talk"]
