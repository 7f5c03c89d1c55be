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
    "A reporter wrote to me on LinkedIn about the outage. May I answer?",
    "Can I post a photo of our team lunch?",
)
"""Questions that show the range: a gift, the press, an everyday picture."""

_MOST_WORDS: Final = 16
"""Nobody's small talk is longer; it also bounds the work of the pattern."""

_FILLER: Final = r"""
    there|everyone|everybody|all|team|folks|guys|again|buddy|mate|friend|dear|sir|madam|you|bot|robot|clearpost|oh|
    ah|um|er|
    well|so|and|just|please|pls|plz|then|now|today|really|lol|haha|hehe|yes|yeah|yep|no|nope
"""
_GREETING: Final = r"""
    h+i+|he+y+|hell+o+|hel+o|hullo|hiya|heya|yo|howdy|greetings|salut|hola|hal+o|moin(?: moin)?|servus|bonjour|ciao|
    (?:a |very )*(?:good|guten|happy) (?:morning|afternoon|evening|day|night|tag|morgen|abend|monday|friday)|
    morning|evening|gday|
    how are (?:you|u|things|we)(?: doing| going)?|how r u|hows (?:it going|life|things|your day)|how is it going|
    how do you do|
    (?:whats|what is) up|wassup|sup|nice to (?:meet|see) you|pleased to meet you|(?:are you|anyone|anybody|
    is (?:anyone|anybody)) (?:there|here|awake)|
    i am new here|im new here|hope you are (?:well|fine)|knock knock|👋
"""
_THANKS: Final = r"""
    (?:many |big |ok )?(?:thanks|thank (?:you|u)|thankyou|thx+|tnx|thnx|ty|tysm|tks|cheers|ta|merci|
    danke(?: sch(?:ö|oe)n)?|vielen dank|gracias|obrigad[oa])
    (?: (?:a (?:lot|bunch|million|ton|mil)|so much|very much|loads|heaps|tons|indeed|in advance|
    for (?:the|your|all your|this|that|all the)(?: quick| fast| great)?(?: (?:help|answer|reply|info|information|
    advice|tip|response|time|support))?|for (?:helping|answering|that|this)))*|
    (?:much |really |i |very much )*appreciate(?:d| it| that| this| the help| your help)|
    ok(?:ay)?|okey|okidoki|k|kk|great|perfect|cool|super|nice(?: one)?|awesome|excellent|wonderful|brilliant|lovely|
    amazing|fine|alright|all right|
    got it|understood|noted|makes sense|makes sense now|i see|i understand|will do|good to know|sounds good|
    all good|all clear|sure|right|
    (?:that|this|it|you)(?: was| is| were| are|s| re)?(?: really| very| so| super)? ?(?:helped(?: me)?(?: a lot)?|
    helpful|useful|great|awesome|amazing|perfect|clear)|
    (?:really |very |so )?(?:helpful|useful|clear)|good (?:bot|job|work|answer)|well done|youre (?:great|the best|
    awesome)|
    (?:that|this) answers my question|(?:that|this)(?:s| is| will be| was| is all| will do)?(?: all| it|
     everything)?(?: i needed(?: to know)?| for (?:now|today))|thats (?:all|it)|
    have a (?:nice|good|great|lovely) (?:day|evening|weekend|one)|(?:you|u) too|same to you|no worries|never ?mind|
    forget it|
    bye+|bye bye|goodbye|good bye|see (?:you|ya)|cu|ciao|tschüss|later|talk (?:soon|later)|see you (?:soon|later|
    tomorrow)|👍|🙏|❤|🎉
"""
_ABOUT: Final = r"""
    (?:who|what) (?:exactly )?(?:are|r) (?:you|u)(?: exactly| anyway| for| called)?|
    (?:are|r) (?:you|u) (?:an? |the )?(?:real |actual |live )?(?:bot|robot|human|person|real|ai|machine|chatbot|
    chat bot|computer|llm|chatgpt|chat gpt|gpt|copilot)(?: or (?:an? )?(?:bot|robot|human|person|machine))?|
    (?:am i|is this|is that|do i) (?:talking|chatting|speaking|talk|speak|chat)? ?(?:to |with )?(?:an? |
    the )?(?:real |actual |live )?(?:bot|robot|human|person|ai|machine|chatbot)|
    (?:whats|what is|do you have) (?:your|a) name|
    (?:whats|what is|what does) (?:this|that|clearpost|this (?:bot|thing|tool|chat|app|channel))(?: for| about|
     good for| do| called)?|
    who (?:made|built|created|wrote|runs|owns) (?:you|this|this (?:bot|thing|tool|chat)|clearpost)|
    (?:tell|say) (?:me |us )?(?:something |more |a bit )?about (?:yourself|clearpost|this bot)|introduce yourself|
    why (?:are you here|do you exist)
"""
_HELP: Final = r"""
    (?:i )?(?:need |want |could use )?(?:some |a bit of )?help(?: me)?(?: out)?|h+elp|hilfe|
    (?:can|could|may|would|will) (?:you|u|i|someone|anyone|anybody) (?:help|help me|assist me|assist|ask you|ask|
    ask you something|ask something|ask you a question|ask a question|help me with something|ask you one more thing|
    ask you for help|get help|get some help)(?: here| out)?|
    (?:i )?(?:have |ve |got |have got )?(?:a |one |another |one more |some )?(?:quick |small |short |stupid |
    dumb )?questions?(?: for you| please)?|
    what (?:else )?(?:can|could|do) (?:you|u|it|this bot|clearpost) (?:do|know|answer|cover|help(?: me|
     us)? with)(?: here| for me| for us)?|
    what (?:else )?(?:can|could|do|should|may) (?:i|we) (?:ask|ask you|ask here|ask you about|do here|
    do with (?:you|this))|
    what (?:sort of |kind of )?(?:questions|things|topics) (?:can|could|may|should|do) (?:i|we|you) (?:ask|answer|
    know|cover)(?: here| you| about)?|
    how (?:do|does) (?:you|it|this|clearpost|this bot|this thing|this tool) work|
    how (?:do|can|could|should|to) ?(?:i|we)? ?(?:use|operate|talk to|ask) (?:you|this|clearpost|this bot|
    this thing|this tool)|
    how (?:do|can|could|should) (?:i|we) (?:start|begin|get started|ask|ask a question)|how to (?:start|ask)|
    how (?:can|could) (?:you|clearpost) (?:help|help me|help us|assist)|
    where do (?:i|we) (?:start|begin)|(?:give|show|tell) me (?:an example|examples|some examples|a hint|the menu|
    the commands|what you can do|how this works|how it works)|
    (?:for )?examples?|commands?|menu|start|get started|options|instructions|info|manual|usage|test|testing|
    test test|ping|one two three|1 2 3|hmm+|\?
"""

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
    phrases = "|".join(f"(?P<{name}>{_one_line(phrases)})" for name, phrases in kinds.items())
    return re.compile(rf"(?:(?:{phrases})(?: |$))+")


def _one_line(phrases: str) -> str:
    return re.sub(r"\n *", "", phrases.strip())


__all__ = ["EXAMPLES", "small_talk"]
