"""Words that every surface with cards uses alike: verdicts, headings, sources, the mail to a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final, Literal
from urllib.parse import quote

from bot.conversation.reply import Action, Head, Quote, Reply, ReplyKind
from knowledge.models import Verdict

# Not strftime: its names follow the machine's locale.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EMAIL: Final = re.compile(r"[^\s@?&<>\"]+@[^\s@?&<>\"]+")
_PICTURES: Final = frozenset({"So", "Sk", "Mn", "Cf"})  # emoji, skin colours, variants, joiners
_PHONE: Final = re.compile(r"\+?[\d ()/.-]{5,}")
_ESCALATE: Final = "escalate"  # the act that sends a reply to a person
_DECIDING: Final = frozenset({"ask", "triage", "settle"})  # the acts that answer a question of ours
_ASKING: Final = frozenset({ReplyKind.CLARIFY, ReplyKind.TRIAGE})
_ASKS_LEAVE: Final = frozenset({ReplyKind.ANSWER, ReplyKind.CLARIFY, ReplyKind.HAND_OVER, ReplyKind.OUT_OF_SCOPE})
_LONGEST_MAIL: Final = 600  # characters of the question that go into a mail; some mail programs refuse long links

# Plain names of hosts, no user before them, no letters that look like others; http on this machine alone.
_ADDRESS: Final = re.compile(
    r"(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost))(?::\d{1,5})?(?!\.?[A-Za-z0-9@-])"
    r"(?:[/?#][^\s<>\"'|\\^`{}\x7f-\U0010ffff]*)?"
)
_AFTER_ADDRESS: Final = ".,;:!?)]*_~"
_CUT_SHORT: Final = re.compile(r"\s?…")
_BULLET: Final = "• "
_QUOTED: Final = "  "  # before each line of a quoted post in the text of a lesson

HELPED: Final = "Helpful"
NOT_HELPED: Final = "Not helpful"
ASK_A_PERSON: Final = "Ask a person"
ASK_EMOJI: Final = "🙋"  # not 👤: Microsoft draws that in a purple that is lost on a dark card
SHARE: Final = "Share in thread"
NEAREST_RULE: Final = "The nearest rule in our policies. It may not fit your case."
POST_AS_IT_STANDS: Final = "You may post this as it stands"
INFERRED: Final = "This verdict is inferred from the wording, not marked by its author."

_CONDITIONS: Final = {Verdict.YES_IF: "All of this must be true", Verdict.ASK_FIRST: "Have this ready when you ask"}


_VERDICTS: Final = {
    Verdict.YES: Head("Yes", "✅", "good"),
    Verdict.YES_IF: Head("Yes, if", "☑️", "conditional"),
    Verdict.ASK_FIRST: Head("Ask first", "✋", "careful"),
    Verdict.NO: Head("No", "⛔", "bad"),
}
_KINDS: Final = {
    ReplyKind.CLARIFY: Head("One question first", "❓", "neutral"),
    ReplyKind.HAND_OVER: Head("Not sure: ask a person", ASK_EMOJI, "careful"),
    ReplyKind.OUT_OF_SCOPE: Head("Not a question for me", "🧭", "neutral"),
    ReplyKind.PERSON: Head("Ask a person", ASK_EMOJI, "neutral"),
    ReplyKind.BUSY: Head("Too busy just now", "⏳", "careful"),
    ReplyKind.ERROR: Head("That did not work", "⚠️", "careful"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a lesson's text, a list of points, or a post that it quotes; by lines."""

    kind: Literal["paragraph", "points", "quote"]
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def passages(text: str) -> Sequence[Passage]:
    """What a text of a lesson consists of: points begin with "• ", lines of a quoted post with two spaces."""
    return [
        Passage(kind, tuple(line.removeprefix(_BULLET).strip() for line in lines))
        for kind, lines in groupby(text.rstrip().splitlines(), key=_passage)
        if kind
    ]


def _passage(line: str) -> Literal["paragraph", "points", "quote"] | None:
    """What a line belongs to; ``None`` where it is empty and ends what went before."""
    if not line.strip():
        return None
    if line.startswith(_BULLET):
        return "points"
    return "quote" if line.startswith(_QUOTED) else "paragraph"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, or an address: ``link`` is empty or where it leads, ``words`` are what is shown."""

    words: str
    link: str = ""


def linked(text: str) -> Sequence[Piece]:
    """A text in pieces, with its addresses as links; one that was cut short leads nowhere and stays words."""
    pieces: list[Piece] = []
    told = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER_ADDRESS)
        end = found.start() + len(address)
        if _CUT_SHORT.fullmatch(text, end):
            continue
        pieces += [Piece(text[told : found.start()]), Piece(address.partition("://")[2].rstrip("/"), address)]
        told = end
    return [each for each in (*pieces, Piece(text[told:])) if each.words]


def head(reply: Reply) -> Head | None:
    """The head of a reply; ``None`` where it is mere talk."""
    if reply.head:
        return reply.head
    if reply.kind is ReplyKind.ANSWER and reply.verdict:
        return _VERDICTS[reply.verdict]
    return _KINDS.get(reply.kind)


def conditions_title(verdict: Verdict | None) -> str:
    """What stands above the conditions of an answer."""
    return _CONDITIONS.get(verdict, "Keep in mind") if verdict else "Keep in mind"


def needs_a_person(reply: Reply) -> bool:
    """Whether to ask a person is the next thing to do, so that its button goes first."""
    return reply.kind is ReplyKind.HAND_OVER or (reply.kind is ReplyKind.ANSWER and reply.verdict is Verdict.ASK_FIRST)


def says_the_quote(reply: Reply) -> bool:
    """Whether the text of an answer is its first quote, so that it is shown once."""
    return reply.kind is ReplyKind.ANSWER and bool(reply.quotes) and reply.quotes[0].text == reply.text


def source_line(quoted: Quote, today: date) -> str:
    """Where a quote stands: policy, section, version and the day since (or from) which it is in force."""
    parts = [quoted.title, f"section “{quoted.heading}”", f"version {quoted.version}"]
    if quoted.effective is not None:
        tense = "since" if quoted.effective <= today else "from"
        parts.append(f"in force {tense} {long_date(quoted.effective)}")
    return ", ".join(parts)


def long_date(day: date) -> str:
    """A date as ``1 September 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_moment(at: datetime) -> str:
    """A moment as ``2 November 2026, 09:30 UTC``."""
    at = at.astimezone(UTC)
    return f"{long_date(at.date())}, {at:%H:%M} UTC"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters; where some are left out it ends with "…"."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def without_emoji(label: str) -> str:
    """A label without the emoji before its words, for surfaces that have none."""
    words = label.lstrip("".join({each for each in label if unicodedata.category(each) in _PICTURES}) + " ")
    return words or label


def mail_subject(reply: Reply) -> str:
    """The subject of a mail to the person whom a reply names."""
    about = reply.about or reply
    if about.kind is ReplyKind.TRIAGE or about.triaged_as:
        return "Something I saw about us"
    is_plain = about.kind in _ASKS_LEAVE and not leads_to_a_person(about)
    return "Can I post this?" if is_plain else "A question for you"


def leads_to_a_person(reply: Reply) -> bool:
    """Whether one of its actions sends it to a person, so that it needs no other button for that."""
    return any(each.act == _ESCALATE for each in reply.actions)


def deciding(reply: Reply) -> tuple[Action, ...]:
    """The actions that answer the question that a reply asks: they stand right below it."""
    if reply.kind not in _ASKING or not reply.text:
        return ()
    return tuple(each for each in reply.actions if each.act in _DECIDING)


def remaining(reply: Reply) -> tuple[Action, ...]:
    """All other actions: they stand at the end."""
    asked = deciding(reply)
    return tuple(each for each in reply.actions if each not in asked)


def way_link(way: str, address: str, subject: str, question: str = "") -> str:
    """A link to reach a person; empty where the address is only to be read. A mail begins with the question, if any.

    Only addresses of known shape become links, so that content can bring in no ``javascript:``.
    """
    if way == "email" and _EMAIL.fullmatch(address):
        body = f"&body={quote(question[:_LONGEST_MAIL], safe='')}" if question else ""
        return f"mailto:{quote(address, safe='@+')}?subject={quote(subject, safe='')}{body}"
    if way == "phone" and _PHONE.fullmatch(address):
        return "tel:" + re.sub(r"[^\d+]", "", address)
    return address if address.startswith("https://") else ""


def understood_as(reply: Reply, typed: str) -> str:
    """The question in full where another one was understood than was typed; else empty."""
    if not typed or not reply.question or _squeezed(reply.question) == _squeezed(typed):
        return ""
    return reply.question


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


__all__ = [
    "ASK_A_PERSON",
    "ASK_EMOJI",
    "HELPED",
    "INFERRED",
    "NEAREST_RULE",
    "NOT_HELPED",
    "POST_AS_IT_STANDS",
    "SHARE",
    "Passage",
    "Piece",
    "conditions_title",
    "cut",
    "deciding",
    "head",
    "leads_to_a_person",
    "linked",
    "long_date",
    "long_moment",
    "mail_subject",
    "needs_a_person",
    "passages",
    "remaining",
    "says_the_quote",
    "source_line",
    "understood_as",
    "way_link",
    "without_emoji",
]
