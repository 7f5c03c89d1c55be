"""Tells a follow-up ("and on my own LinkedIn?") from a new question, and completes it from its thread.

A follow-up leaves out what the thread has said: it is a piece of a sentence, it begins with a word that goes on from
something, or it speaks of "it", "her" or "that" without having named them. A question that could stand alone is new,
whatever it begins with: joined to another one it would be answered as a mixture of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.ports import Turn

_MOST_WORDS: Final = 14
"""A longer message tells its own story, whatever word it begins with."""

_KEPT: Final = 1_000
"""Characters of what went before that are kept; an encoder reads no more, and the follow-up itself must be read."""

_FILLER: Final = re.compile(
    r"(?:(?:ok(?:ay)?|so|well|right|sure|great|cool|fine|thanks|thank you|hm+|ah|oh|yes|yeah|no|nope|alright|got it|i see|"
    r"sorry|hi|hey|hello)\s+)+"
)
_LINK: Final = re.compile(r"(?:(?:and|or|also|plus|then|otherwise)\s+)+")

_OPENING: Final = re.compile(
    r"(?:but|what (?:about|if|when)|how about|even (?:if|when|though)|only (?:if|when)|not even|if|unless|provided|because|"
    r"same (?:for|with|on|rule|thing|answer)|why|since when|until when|for how long|how (?:so|come)|like what|such as|"
    r"really|seriously|are you (?:sure|certain)|who (?:do|should|can) i (?:ask|call|contact)|who (?:decides|approves|says)|"
    r"do(?:es)? (?:that|this|it|they|he|she)|did (?:that|it|they|he|she)|(?:would|could|can|may|should|will|must) "
    r"(?:that|it|they|he|she)|(?:is|was|are|were) (?:he|she|they|those|these)|(?:it|he|she|they|that|its|thats|hes|shes|theyre) "
    r"|i would|id |i will|ill |i wont|i have (?:her|his|their|permission|consent)|i only|i just)(?:\b|(?<= ))"
)
"""Nothing begins a new question of its own like this. A longer one may; see ``_ALONE``."""

_IS_IT: Final = re.compile(
    r"(?:is|was|would) (?:it|that|this)(?: be)?(?: still| also| then| really| even)?"
    r"(?: (?:ok(?:ay)?|all ?right|alright|fine|allowed|legal|possible|permitted|safe|enough|a problem|better|different|true))?"
    r"(?: (?:then|too|as well|now|there|anyway|instead))?"
)
"""A question for the verdict. It goes on from the thread unless it goes on itself with a post of its own."""

_PLACE: Final = re.compile(
    r"(?:(?:on|in|at|to|with|without|from|for|by|via|under|before|after|during|until|as|inside|outside|about|among|"
    r"between|just|only|even|not|still|instead|my|our|own|a|an|the|private|public|personal|closed|secret|anonymous|"
    r"anonymously|privately|internally|publicly|verbally|account|accounts|page|profile|channel|group|groups|story|stories|"
    r"dm|dms|status|chat|blog|linkedin|tiktok|instagram|insta|ig|facebook|fb|x|twitter|youtube|threads|bluesky|mastodon|"
    r"reddit|whatsapp|signal|telegram|snapchat|discord|slack|teams|glassdoor|xing|kununu|pinterest|twitch|medium|substack|"
    r"strava|or|and|maybe|perhaps) ?)+"
)
"""Made of nothing but where and how."""

_PIECE: Final = re.compile(
    r"(?:on|in|at|to|with|without|from|for|by|via|under|before|after|during|until|as|about|among|between|within|despite|"
    r"instead of|just|only|even|not|still|anonymously|privately|internally|publicly|afterwards|later)\b"
)
_MOST_WORDS_OF_A_PIECE: Final = 8

_AFTERTHOUGHT: Final = re.compile(r".* (?:instead|then|too|as well|either|anyway|though|at least|afterwards)")
_MOST_WORDS_OF_AN_AFTERTHOUGHT: Final = 8

_MEANT: Final = frozenset({"it", "them", "her", "him", "his", "hers", "their", "theirs", "she", "he", "they", "its", "one"})
_MEANT_ALONE: Final = frozenset({"that", "this", "those", "these"})
_MOST_WORDS_OF_A_REFERENCE: Final = 10

_NAMES_NOTHING: Final = frozenset(
    """
    i we you me us my our myself can could may might shall should must would will do does did dont am is are was were be been have
    has had to not never still also even just only at least please maybe then now already ever really first again how when
    where what who whom why which if and or but so in on with for of from by about as too need want like allowed ok okay
    fine supposed id ill ive im post repost share reshare write say tell show send put use tag name mention ask answer reply
    respond quote link like delete remove take leave keep give get see saw let make do go read know blur crop credit thank
    thought guess think publish upload tweet comment comments add edit change hide mark film record sell accept it's
    """.split()
)
"""Words after which "it" still means something that went before: none of them is a thing that could be posted."""

_VERB_ALONE: Final = re.compile(
    r"(?:(?:do|should|must|shall|can|could|may) (?:i|we)(?: (?:have|need) to)? |what if (?:i|we) |need to |have to )"
    r"(?:blur|crop|pixelate|anonymi[sz]e|disguise|wait|hurry|add|leave (?:out|off)|post|share|reply|answer|say so)\b"
)
_MOST_WORDS_OF_A_VERB: Final = 6

_ALONE: Final = re.compile(
    r"\b(?:(?:can|could|may|might|should|must|shall|do|am|are|will|would) (?:i|we)|(?:is|would) it(?: be)? (?:ok|okay|fine|allowed)|"
    r"am i allowed|what (?:do|should|can) (?:i|we))\b"
)
"""The heart of a question that can stand alone."""

_OWN_THING: Final = re.compile(
    r"(?:can|could|may|might|should|must|shall|am|are|will|would|do|is|it|be|ok|okay|fine|allowed|i|we|to|if|have|need|ever|"
    r"also|now|just)(?: (?:can|i|we|to|be|it|ok|okay|fine|allowed|if|have|need|ever|also|now|just|still|have))* "
    r"\w+ (?:(?:a|an|my|our|some|any|about|to a|with a)\b.*|(?!(?:on|in|at|to|with|without|from|for|by|via|under|there|here|"
    r"the|that|this|those|these|it|them|her|him|his|their|if|when|then|too|as|anyway|instead|anonymously|privately)\b)\w+.*)"
)
"""Such a question with a thing of its own, "can I post a picture of my desk"."""


def complete(text: str, thread: Sequence[Turn]) -> str:
    """The question in full: a follow-up with the question that it follows in front of it, anything else unchanged."""
    if not thread or not _follows(text):
        return text
    before = thread[-1].question.strip()
    if len(before) > _KEPT:
        before = before[-_KEPT:].partition(" ")[2]
    return f"{before} {text.strip()}"
