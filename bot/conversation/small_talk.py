"""Greetings, thanks and questions about Clearpost itself: a short human reply, with questions to try.

A message is small talk where it is made of nothing but phrases of small talk: "hi, thanks" is, "hi, can I post my
badge" is not. A real question that is taken for small talk gets no answer, so whatever is left over decides.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.conversation.reply import Reply, ReplyKind

EXAMPLES: Final = (
    "They let me keep the headset, only said be nice. Can I review it?",
    "A journalist wrote to me about our company, can I answer?",
    "May I show the new product on Instagram?",
)
"""Questions that show the range: a gift, the press, and one that depends on a fact."""

_MOST_WORDS: Final = 16
"""Nobody's small talk is longer; it also bounds the work of the pattern."""

_US: Final = r"(?:you|u|it|this|clearpost|this (?:bot|thing|tool|chat|app|channel))"
_CREATURE: Final = r"(?:an? |the )?(?:real |actual |live )?(?:bot|robot|human|person|real|ai|machine|chatbot|chatgpt)"
_QUESTION: Final = r"(?:a |one |another |one more |some )?(?:quick |small |short |stupid )?questions?"

_FILLER: Final = (
    r"there|everyone|everybody|all|team|folks|guys|again|buddy|mate|friend|dear|sir|madam|you|bot|robot|clearpost",
    r"oh|ah|um|er|well|so|and|just|please|pls|plz|then|now|today|really|lol|haha|hehe|yes|yeah|yep|no|nope",
)
_GREETING: Final = (
    r"h+i+|he+y+|hel+o+|hullo|hiya|heya|yo|howdy|greetings|hola|hal+o|moin|servus|bonjour|salut|ciao|knock knock|👋",
    r"(?:good|guten|happy) (?:morning|afternoon|evening|day|night|tag|morgen|abend|monday|friday)|morning|evening|gday",
    r"how (?:are|r) (?:you|u|things|we)(?: doing| going)?|how(?:s| is) (?:it going|life|things|your day)|how do you do",
    r"what(?:s| is) up|wassup|sup|nice to (?:meet|see) you|pleased to meet you|(?:im|i am) new here",
    r"(?:(?:are|is) )?(?:you|anyone|anybody) (?:there|here|awake)|hope you are (?:well|fine)",
)
_THANKS: Final = (
    r"(?:many |big )?(?:thanks|thank (?:you|u)|thankyou|thx+|thnx|ty|tysm|tks|cheers|ta|merci|gracias|vielen dank)",
    r"danke(?: sch(?:ö|oe)n)?|a lot|so much|very much|a (?:bunch|million|ton)|loads|heaps|indeed|in advance",
    r"for (?:the|your|all your|all the)(?: quick| fast| great)? (?:help|answer|reply|information|advice|support)",
    r"for (?:helping(?: me)?|answering|that|this)|(?:much |i |really )*appreciated?(?: it| that| this)?",
    r"ok(?:ay)?|okey|k|kk|great|perfect|cool|super|nice(?: one)?|awesome|excellent|wonderful|brilliant|lovely|amazing",
    r"fine|alright|all right|got it|understood|noted|makes sense|i see|i understand|will do|good to know|sounds good",
    r"all (?:good|clear)|sure|right|(?:that|this|it|you)(?: really)? helped(?: me)?|no worries|never ?mind|forget it",
    r"(?:(?:that|this|it)(?:s| is| was)|youre|you are) (?:really |very |so )?(?:helpful|useful|great|perfect|clear)",
    r"(?:really |very |so )?(?:helpful|useful|clear)|good (?:bot|job|work|answer)|well done|that answers my question",
    r"thats (?:all|it)(?: i needed(?: to know)?| for now)?|that (?:is|was|will be) all(?: i needed| for now)?",
    r"have a (?:nice|good|great|lovely) (?:day|evening|weekend|one)|(?:you|u) too|same to you|👍|🙏|❤|🎉",
    r"bye+|bye bye|goodbye|good bye|see (?:you|ya)(?: soon| later| tomorrow)?|cu|tschüss|later|talk (?:soon|later)",
)
_ABOUT: Final = (
    r"(?:who|what) (?:exactly )?(?:are|r) (?:you|u)(?: exactly| anyway| for)?|introduce yourself",
    rf"(?:are|r) (?:you|u) {_CREATURE}(?: or {_CREATURE})?|why (?:are you here|do you exist)",
    rf"(?:am i|is this)(?: talking| chatting| speaking)?(?: to| with)? {_CREATURE}(?: or {_CREATURE})?",
    r"what(?:s| is) your name|do you have a name",
    rf"what(?:s| is| does) (?:that|{_US})(?: for| about| good for| do| called)?",
    rf"who (?:made|built|created|wrote|runs|owns) {_US}|(?:tell|say) (?:me |us )?(?:something |more )?about yourself",
)
_HELP: Final = (
    r"(?:i )?(?:need |want |could use )?(?:some |a bit of )?help(?: me)?(?: out)?|h+elp|hilfe|hmm+|\?",
    r"(?:can|could|may|would|will) (?:you|u|i|someone|anyone) (?:get (?:some )?)?help(?: me)?(?: out| here)?",
    rf"(?:can|could|may) i ask(?: you)?(?: something| {_QUESTION})?",
    rf"(?:i )?(?:have |ve |got |have got )?{_QUESTION}(?: for you)?",
    rf"what (?:else )?(?:can|could|do|does) {_US} (?:do|know|answer|cover|help(?: me| us)? with)(?: here| for me)?",
    rf"what (?:else )?(?:can|could|do|should|may) (?:i|we) (?:ask(?: {_US})?(?: about| here)?|do here|do with {_US})",
    r"what (?:kind of )?(?:questions|things|topics) (?:can|may|should|do) (?:i|we|you) (?:ask|answer|know|cover)",
    rf"how (?:do|does) {_US} work|how (?:do|can|could|should|to) ?(?:i|we)? ?(?:use|operate|talk to|ask) {_US}",
    r"how (?:do|can|should) (?:i|we) (?:start|begin|get started|ask)",
    rf"how (?:can|could) {_US} (?:help|assist)(?: me| us)?",
    r"where do (?:i|we) (?:start|begin)|(?:give|show|tell) me (?:an example|(?:some )?examples|what you can do)",
    r"(?:for )?examples?|commands?|menu|start|get started|options|instructions|manual|test|testing|ping|1 2 3",
)

_GREETING_REPLY: Final = (
    "Hello! Tell me what you would like to post, or what happened, and I look up what our policies say."
)
_THANKS_REPLY: Final = "You are welcome. Ask again before the next post: it takes ten seconds."
_ABOUT_REPLY: Final = (
    "I am Clearpost, a bot. I answer “can I post this?” from our social-media policies, with the sentence that "
    "it rests on, and I name a person to ask when I am not sure. I never make up a rule."
)
_HELP_REPLY: Final = (
    "Describe a post, a picture or a situation in your own words. You get yes, yes if, ask first or no, the "
    "sentence of policy behind it, and a person to ask."
)

_REPLIES: Final = (
    ("help", _HELP_REPLY),
    ("about", _ABOUT_REPLY),
    ("thanks", _THANKS_REPLY),
    ("greeting", _GREETING_REPLY),
)
"""Which phrase decides where a message holds several, the weightiest first."""

_APOSTROPHES: Final = re.compile(r"['’`´]")
_NO_WORDS: Final = re.compile(r"[^\w👋👍🙏❤🎉]+")


def small_talk(text: str) -> Reply | None:
    """The reply to small talk; ``None`` where the text is anything else."""
    words = _words(text)
    if not words or words.count(" ") >= _MOST_WORDS:
        return None
    message = _pattern().fullmatch(words)
    if message is None:
        return None
    reply = next((reply for name, reply in _REPLIES if message[name]), None)
    if reply is _THANKS_REPLY and text.rstrip().endswith("?"):  # "ok?", "sure?", "all good?" want an answer
        return None
    return Reply(kind=ReplyKind.SMALL_TALK, text=reply, examples=EXAMPLES) if reply else None


def _words(text: str) -> str:
    """Small letters with single spaces between words and no marks; a lone question mark asks for help."""
    if text.strip() and not text.strip().strip("?"):
        return "?"
    return _NO_WORDS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


@cache
def _pattern() -> re.Pattern[str]:
    """One or more phrases; each kind is a group that is set where a phrase of its kind occurs."""
    kinds = {"help": _HELP, "about": _ABOUT, "thanks": _THANKS, "greeting": _GREETING, "filler": _FILLER}
    phrases = "|".join(f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in kinds.items())
    return re.compile(rf"(?:(?:{phrases})(?: |$))+")


__all__ = ["EXAMPLES", "small_talk"]
