"""Turns a reply into what the templates show: words, tones and icons are chosen here, markup is written there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict

EXAMPLES: Final = (
    "Can I tell my followers how good our new app is?",
    "A journalist sent me a message about us. What do I do?",
    "May I post photos from the office party?",
)
"""Questions that the opening card offers to try, where none are given."""

# Not strftime: its names follow the machine's locale.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WAYS: Final = {"channel": ("Channel", "link"), "email": ("E-mail", "mail"), "phone": ("Phone", "phone")}
_EMAIL: Final = re.compile(r"[^\s@?&<>\"]+@[^\s@?&<>\"]+")
_PHONE: Final = re.compile(r"\+?[\d ()/.-]{5,}")
_LONGEST_MAIL: Final = 600  # characters of the question that go into a mail; some mail programs refuse long links


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of reply is told apart: by word, by icon (a name in ``icons.html``) and by tone (a class in CSS)."""

    word: str
    icon: str
    tone: str


_VERDICTS: Final = {
    Verdict.YES: Look("Yes", "check", "yes"),
    Verdict.YES_IF: Look("Yes, if", "list", "yes-if"),
    Verdict.ASK_FIRST: Look("Ask first", "wait", "ask-first"),
    Verdict.NO: Look("No", "cross", "no"),
}
_KINDS: Final = {
    ReplyKind.CLARIFY: Look("One question first", "question", "clarify"),
    ReplyKind.HAND_OVER: Look("Not sure: ask a person", "person", "hand-over"),
    ReplyKind.OUT_OF_SCOPE: Look("Not a question for me", "compass", "neutral"),
    ReplyKind.ERROR: Look("That did not work", "alert", "error"),
}
_PLAIN: Final = Look("", "", "plain")
_CONDITIONS: Final = {Verdict.YES_IF: "All of this must be true", Verdict.ASK_FIRST: "Have this ready when you ask"}


@dataclass(frozen=True, slots=True)
class QuoteView:
    """One quote: its plain words and the line that says where they stand."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class WayView:
    """One way to reach a person; ``link`` is empty where the address is only to be read."""

    label: str
    icon: str
    address: str
    link: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Whom to ask."""

    name: str
    hours: str
    ways: tuple[WayView, ...]


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as ``reply.html`` shows it; empty fields are left out there.

    ``understood`` is the question in full where it is not what was typed. ``question`` goes back with a choice.
    """

    kind: str
    look: Look
    text: str
    id: str
    question: str
    understood: str
    inferred: bool
    conditions_title: str
    conditions: tuple[str, ...]
    quote_title: str
    quote: QuoteView | None
    more: tuple[QuoteView, ...]
    sources: tuple[str, ...]
    options: tuple[Option, ...]
    person: PersonView | None
    examples: tuple[str, ...]


class Pages:
    """The templates, loaded once. ``examples`` are the questions of the opening card."""

    def __init__(self, examples: Sequence[str] = EXAMPLES) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._examples = tuple(examples)

    def page(self, base: str, reply: ReplyView | None = None, said: str = "") -> str:
        """The whole page; ``base`` is the path that the app is mounted under, ``said`` what the person typed."""
        template = self._environment.get_template("page.html")
        return template.render(base=base, reply=reply, said=said, opening=self._examples)

    def fragment(self, base: str, reply: ReplyView) -> str:
        """One reply, to be added to a page that is already there."""
        return self._environment.get_template("reply.html").render(base=base, reply=reply)


def reply_view(reply: Reply, today: date, typed: str = "") -> ReplyView:
    """What is shown of a reply on a day; ``typed`` is the question as it came, for only another reading is repeated."""
    answered = reply.kind is ReplyKind.ANSWER
    verdict = reply.verdict if answered else None
    quotes = tuple(quote_view(each, today) for each in reply.quotes)
    leads = reply.kind in (ReplyKind.ANSWER, ReplyKind.HAND_OVER)
    understood = reply.question if typed and _squeezed(reply.question) != _squeezed(typed) else ""
    return ReplyView(
        kind=reply.kind.value,
        look=_VERDICTS[verdict] if verdict else _KINDS.get(reply.kind, _PLAIN),
        text="" if answered and quotes and quotes[0].text == reply.text else reply.text,  # the quote says it
        id=reply.id,
        question=reply.question,
        understood=understood,
        inferred=answered and reply.inferred,
        conditions_title=_CONDITIONS.get(verdict, "Keep in mind") if verdict else "Keep in mind",
        conditions=reply.conditions,
        quote_title="" if answered else "The nearest rule in our policies. It may not fit your case.",
        quote=quotes[0] if quotes and leads else None,
        more=quotes[1:] if leads else quotes,
        sources=reply.sources,
        options=reply.options,
        person=_person_view(reply.person, reply.question) if reply.person else None,
        examples=reply.examples,
    )


def quote_view(quoted: Quote, today: date) -> QuoteView:
    """A quote with policy, section, version and the day since (or from) which it is in force."""
    parts = [quoted.title, f"section “{quoted.heading}”", f"version {quoted.version}"]
    if quoted.effective is not None:
        tense = "since" if quoted.effective <= today else "from"
        parts.append(f"in force {tense} {long_date(quoted.effective)}")
    return QuoteView(quoted.plain, ", ".join(parts))


def long_date(day: date) -> str:
    """A date as ``1 September 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _person_view(person: Person, question: str) -> PersonView:
    ways = tuple(
        WayView(*_WAYS.get(way, (way.capitalize(), "link")), address, _link(way, address, question))
        for way, address in person.reach
    )
    return PersonView(person.name, person.hours, ways)


def _link(way: str, address: str, question: str) -> str:
    """Only addresses of known shape become links, so that content can bring in no ``javascript:``."""
    if way == "email" and _EMAIL.fullmatch(address):
        body = f"&body={quote(question[:_LONGEST_MAIL], safe='')}" if question else ""
        return f"mailto:{quote(address, safe='@+')}?subject={quote('Can I post this?', safe='')}{body}"
    if way == "phone" and _PHONE.fullmatch(address):
        return "tel:" + re.sub(r"[^\d+]", "", address)
    return address if address.startswith("https://") else ""


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


__all__ = [
    "EXAMPLES",
    "Look",
    "Pages",
    "PersonView",
    "QuoteView",
    "ReplyView",
    "WayView",
    "long_date",
    "quote_view",
    "reply_view",
]
