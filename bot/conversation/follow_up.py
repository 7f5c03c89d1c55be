"""Tells a follow-up ("and on my own LinkedIn?") from a new question, and completes it from its thread.

A follow-up leaves out what the thread has said: it is a piece of a sentence, it goes on from something ("but",
"what if"), or it speaks of "it", "her" or "that" without having named them. A question with a thing of its own to post
is new, whatever it begins with: joined to another one, the answer would be to a mixture of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.ports import Turn

_KEPT: Final = 1_000
"""Characters of what went before that are kept; encoders read no more, and the follow-up itself must be read."""

_MOST_WORDS: Final = 14
"""A longer message tells its own story, whatever word it begins with."""

_MOST_WORDS_OF_A_PIECE: Final = 8
_MOST_WORDS_OF_AN_OPENING: Final = 10
_MOST_WORDS_OF_A_REFERENCE: Final = 9
_MOST_WORDS_AFTER_A_POINTER: Final = 5

_FILLER: Final = re.compile(
    r"(?:(?:ok|okay|so|well|right|sure|great|cool|fine|thanks|thank you|hm+|ah|oh|yes|yeah|no|nope|alright|got it|"
    r"i see|i mean|sorry|hi|hey|hello)\b ?)+"
)
_LINK: Final = re.compile(r"(?:(?:and|but|or|also|plus|then|otherwise)\b ?)+")
_OPENING: Final = re.compile(
    r"(?:what (?:about|if|when|happens)|how about|even (?:if|when)|only (?:if|when)|if|unless|provided|because|same|"
    r"i have (?:permission|consent|approval)|(?:i|we)(?: would|d| will|ll)? (?:blur|crop|pixelate|anonymi[sz]e))\b"
)
"""What follows such words is said of something; a longer message may bring that thing along."""

_AFTERWARDS: Final = re.compile(
    r"(?:why|why (?:not|is that|so)|how (?:so|come|long)|(?:since|until) when|like what|such as|for example|"
    r"really|seriously|are you (?:sure|certain)|who (?:decides|approves|says(?: so| that)?)|"
    r"(?:who|whom) (?:do|should|can) i (?:ask|call|contact)|"
    r"what does (?:that|this|it) mean|where (?:is|does) (?:that|this|it)(?: stand| written| say that)?|"
    r"(?:do|should|must|can|could|may) (?:i|we)(?: have to| need to)? (?:blur|crop|pixelate|anonymi[sz]e)\b.*)"
    r"(?: (?:then|now|exactly))?"
)
"""Whole messages that only make sense after an answer."""

_VERDICT: Final = re.compile(
    r"(?:is|was|would) it(?: be)?(?: still| also| then| really| even)?"
    r"(?: (?:ok|okay|all ?right|alright|fine|allowed|legal|possible|permitted|safe|enough|better|true|a problem))?"
    r"(?: (?:then|too|now|there|anyway|instead|as well))?(?P<rest>(?: .*)?)"
)
_REST_OF_A_VERDICT: Final = re.compile(
    r"|if (?:he|she|it|they|nobody|no one|everyone|everybody|the)\b.*|"
    r"if (?:i|we) (?!(?:post|share|repost|tweet|write|upload|publish|put|show|film|record|review|sell|like|comment|"
    r"tell|talk|answer|reply|accept|take|give|use)\b).*|"
    r"(?:on|in|with|without|from|for|by|via|under|before|after|during|as|when|because|only|just)\b.*"
)
"""What may come after "is it ok" in a follow-up; "to post …" may not."""

_HEAD: Final = re.compile(
    r"\b(?:(?:can|cant|could|may|might|should|must|shall|do|am|are|will|would) (?:i|we)|"
    r"(?:is|was|would) it(?: \w+){0,3}? (?:to|if (?:i|we))|(?:if|whether) (?:i|we) (?:can|could|may|should|am|are)|"
    r"(?:what|how) about(?= \w+ing\b))"
    r"(?: (?:be|allowed|supposed|to|have|need|still|also|ever|just|now|even|then|not|please|at least)\b)*"
    r" (?P<verb>\w+)(?P<thing>(?: \w+)*)"
)
"""The heart of a question: what shall be done, and with what."""

_NO_THING: Final = re.compile(
    r"$| (?:with|without|if|when|unless|from|before|after|during|until|by|via|under|as|then|too|instead|anyway|"
    r"either|there|here|anonymously|privately|publicly|internally|so|now|afterwards|and|or|but|because)\b|"
    r"(?: (?:on|in|at|to|about|of|for))?(?: (?:all|both|just|only|even))?"
    r"(?: (?:it|its|them|him|his|her|their|me|that|this|those|these|the|one|something|anything)\b|$)"
)
"""After the verb: nothing, a manner, or a thing that must have been named before."""

_PLACES: Final = frozenset(
    """
    on in at to with from for via or and my our own a an the private public personal closed open secret anonymous
    business account accounts page profile channel group groups story stories status dm dms chat chats bio website
    site blog linkedin tiktok instagram insta ig facebook fb x twitter youtube threads bluesky mastodon reddit
    whatsapp signal telegram snapchat discord slack teams glassdoor xing kununu pinterest twitch medium substack
    strava intranet
    """.split()
)
_PIECES: Final = frozenset(
    """
    on in at to with without from for by via under before after during until as about among between within despite
    instead just only even not still anonymously privately internally publicly afterwards later
    """.split()
)
_TELLS: Final = frozenset(
    """
    asks asked wants wanted says said wrote writes sent sends posted posts told called calls offers offered gave
    gives got insulted insults complained complains found saw threatens threatened someone somebody
    """.split()
)
"""Words of somebody who begins to tell what happened: no piece of a sentence."""

_AFTERTHOUGHTS: Final = ("instead", "then", "too", "as well", "either", "anyway", "though", "at least", "afterwards")
_PERSONS: Final = frozenset({"he", "she", "they", "him", "her", "his", "them", "their", "hes", "shes", "theyre"})
_POINTERS: Final = frozenset({"that", "this", "those", "these"})
_MEANT: Final = _PERSONS | _POINTERS | {"it", "its", "thats"}
_NAMES_NOTHING: Final = frozenset(
    """
    i id ill im ive we you me us my our own can cant could may might shall should must would will do does did dont
    am is are was were be been have has had to not never still also even just only at least please maybe then now
    already ever really first again how when where what who why which if and or but so in on with for of from by
    about as too all need want like allowed ok okay fine supposed post repost share reshare write say tell show
    send put use tag name mention ask asked answer reply respond quote link delete remove take leave keep give get
    got see saw let make go read know credit thought guess think publish upload tweet comment edit change hide
    mark film record sell accept check try posted shared sent wrote did already late
    """.split()
)
"""Words after which "it" still means something that went before: none of them names a thing or a person."""

_GOES_ON: Final = _NAMES_NOTHING - {"i", "id", "ill", "im", "ive", "we", "you", "me", "us", "my", "our", "own", "all"}

_CONDITION: Final = re.compile(
    r"\b(?:if|when|without|unless|until|before|even|not|no|never|nobody|instead|but|rather|only|leave|leaving|skip|drop|"
    r"remove|hide|cut|forget)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words of a follow-up that change or take back a condition."""

_MARKS: Final = re.compile(r"[^\w-]+|(?<!\w)-|-(?!\w)")
_SENTENCES: Final = re.compile(r"[.!?;]\s+(?=\S+\s+\S)|\n+")
_QUOTED: Final = re.compile(r":\s|[\"“”„«»]")


def complete(text: str, thread: Sequence[Turn]) -> str:
    """The question in full: a follow-up with the question that it follows in front of it, anything else unchanged."""
    if not thread or not _follows(text):
        return text
    before = thread[-1].question.strip()
    if len(before) > _KEPT:
        before = before[-_KEPT:].partition(" ")[2]
    return f"{before} {text.strip()}"


def takes_back(text: str) -> bool:
    """Whether a follow-up may undo what an answer rested on ("what if I leave that out?"), unlike "and on TikTok?"."""
    return bool(_CONDITION.search(text))


def _follows(text: str) -> bool:
    """Whether a message leaves out what its thread has said."""
    several = len([each for each in _SENTENCES.split(text.strip()) if _without(_FILLER, _plain(each))]) > 1
    said = _without(_FILLER, _plain(text))
    rest = _without(_LINK, said)
    words = rest.split()
    if not said or len(words) > _MOST_WORDS:
        return False
    if not words:  # "and?"
        return True
    if _brings_its_own(rest, words, linked=rest != said):
        return False
    if rest != said or _opens(rest, words):
        return True
    if several or _QUOTED.search(text):
        return False
    return _is_piece(rest, words) or _asks_for_verdict(rest) or _refers_back(rest, words)


def _brings_its_own(rest: str, words: Sequence[str], *, linked: bool) -> bool:
    """A question with a thing of its own, or a story before the question."""
    head = _HEAD.search(rest)
    meant = not _MEANT.isdisjoint(words)
    if head is None:
        return linked and not meant and len(words) > 6 and words[0] in {"my", "our", "a", "an", "someone", "somebody"}
    before = rest[: head.start()].split()
    if len(before) > 3 and _MEANT.isdisjoint(before):
        return True
    if _asks_for_verdict(rest):
        return False
    return not _NO_THING.match(head["thing"]) and not set(head["thing"].split()) <= _PLACES


def _opens(rest: str, words: Sequence[str]) -> bool:
    if _AFTERWARDS.fullmatch(rest):
        return True
    return bool(_OPENING.match(rest)) and (len(words) <= _MOST_WORDS_OF_AN_OPENING or not _MEANT.isdisjoint(words))


def _is_piece(rest: str, words: Sequence[str]) -> bool:
    """Where or how without what ("on TikTok?", "with a disclaimer?"), or an afterthought ("the logo instead?")."""
    if len(words) > _MOST_WORDS_OF_A_PIECE or not _TELLS.isdisjoint(words):
        return False
    return (
        words[0] in _PIECES or _PLACES.issuperset(words) or rest.endswith(tuple(f" {each}" for each in _AFTERTHOUGHTS))
    )


def _asks_for_verdict(rest: str) -> bool:
    """True of "is it still ok?" and "is it fine if she agrees", not of "is it ok to post a picture of my desk"."""
    verdict = _VERDICT.fullmatch(rest)
    return verdict is not None and _REST_OF_A_VERDICT.fullmatch(verdict["rest"].strip()) is not None


def _refers_back(rest: str, words: Sequence[str]) -> bool:
    """Something is meant that was not named in this message."""
    if len(words) > _MOST_WORDS_OF_A_REFERENCE or re.match(r"(?:is|was|would) it\b", rest):
        return False
    place = next((number for number, word in enumerate(words) if word in _MEANT), None)
    if place is None or not _NAMES_NOTHING.issuperset(words[:place]):
        return False
    after = words[place + 1 : place + 2]
    points_at_something = words[place] in _POINTERS and not _GOES_ON.issuperset(after)  # "that photo", "that I won"
    return not points_at_something or len(words) <= _MOST_WORDS_AFTER_A_POINTER


def _plain(text: str) -> str:
    """Small letters with single spaces between words and no marks."""
    return _MARKS.sub(" ", re.sub(r"['’`´]", "", text.casefold())).strip()


def _without(pattern: re.Pattern[str], text: str) -> str:
    """The text without what the pattern matches at its beginning."""
    match = pattern.match(text)
    return text[match.end() :].strip() if match else text


__all__ = ["complete", "takes_back"]
