"""Turns a reply into what the templates show: words, tones and icons are chosen here, markup is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.cases import CaseView, case_view, tone
from bot.channels.words import (
    ASK_A_PERSON,
    NEAREST_RULE,
    POST_AS_IT_STANDS,
    Passage,
    conditions_title,
    leads_to_a_person,
    linked,
    mail_subject,
    needs_a_person,
    passages,
    says_the_quote,
    source_line,
    understood_as,
    way_link,
)
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from knowledge.models import Verdict

EXAMPLES: Final = (
    "Can I tell my followers how good our new app is?",
    "A journalist sent me a message about us. What do I do?",
    "May I post photos from the office party?",
)
"""Questions that the opening card offers to try, where none are given."""

_WAYS: Final = {"channel": ("Channel", "link"), "email": ("E-mail", "mail"), "phone": ("Phone", "phone")}


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
    ReplyKind.PERSON: Look("Ask a person", "person", "neutral"),
    ReplyKind.BUSY: Look("Too busy just now", "wait", "error"),
    ReplyKind.ERROR: Look("That did not work", "alert", "error"),
}
_PLAIN: Final = Look("", "", "plain")
_OF_TONES: Final = {"good": "check", "careful": "wait", "bad": "alert"}
_OF_KINDS: Final = {
    ReplyKind.TRIAGE: "compass",
    ReplyKind.CONSENT: "mail",
    ReplyKind.CASE: "voice",
    ReplyKind.QUEUE: "inbox",
    ReplyKind.LESSON: "cap",
    ReplyKind.CLARIFY: "question",
}


_LEADS: Final = frozenset(
    {ReplyKind.ANSWER, ReplyKind.HAND_OVER, ReplyKind.TRIAGE, ReplyKind.CONSENT, ReplyKind.CASE, ReplyKind.LESSON}
)
"""Kinds that show their first quote at once."""

_NEWS: Final = {ReplyKind.CASE: "News of your case", ReplyKind.QUEUE: "News of your cases"}


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

    ``understood`` is the question in full where it is not what was typed. ``person_first`` makes the button that asks
    a person the one to press; ``ask_a_person`` is its label. ``passages`` take the place of the text of a lesson.
    """

    kind: str
    look: Look
    text: str
    id: str
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
    person_first: bool
    case: CaseView
    ask_a_person: str
    passages: Sequence[Passage] = ()
    copy_title: str = POST_AS_IT_STANDS


@dataclass(frozen=True, slots=True)
class NewsView:
    """What came back meanwhile, with what stands above it."""

    title: str
    reply: ReplyView


class Pages:
    """The templates, loaded once.

    ``examples`` are the questions of the opening card. ``has_chart`` says whether the triage chart has a page, and
    ``teaches`` whether the first lessons of a new hire can be played.
    """

    def __init__(self, examples: Sequence[str] = EXAMPLES, *, has_chart: bool = False, teaches: bool = False) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["linked"] = linked
        self._environment.globals["has_chart"] = has_chart
        self._environment.globals["teaches"] = teaches
        self._examples = tuple(examples)

    def page(self, base: str, reply: ReplyView | None = None, said: str = "", news: NewsView | None = None) -> str:
        """The whole page; ``base`` is the path that the app is mounted under, ``said`` what the person typed."""
        template = self._environment.get_template("page.html")
        return template.render(base=base, reply=reply, said=said, news=news, opening=self._examples)

    def news(self, base: str, news: NewsView) -> str:
        """What came back meanwhile, to be put into a page that is already there."""
        return self._environment.get_template("news.html").render(base=base, news=news)

    def chart(self, base: str, description: str) -> str:
        """The page of the triage chart; ``description`` is for whoever cannot see the drawing."""
        return self._environment.get_template("chart.html").render(base=base, description=description)

    def fragment(self, base: str, reply: ReplyView) -> str:
        """One reply, to be added to a page that is already there."""
        return self._environment.get_template("reply.html").render(base=base, reply=reply)


def reply_view(reply: Reply, today: date, typed: str = "") -> ReplyView:
    """What is shown of a reply on a day; ``typed`` is the question as it came, for only another reading is repeated."""
    answered = reply.kind is ReplyKind.ANSWER
    verdict = reply.verdict if answered else None
    quotes = tuple(quote_view(each, today) for each in reply.quotes)
    leads = reply.kind in _LEADS
    is_lesson = reply.kind is ReplyKind.LESSON
    return ReplyView(
        kind=reply.kind.value,
        look=_look(reply, verdict),
        text="" if says_the_quote(reply) or is_lesson else reply.text,
        id=reply.id,
        understood="" if reply.kind is ReplyKind.TRIAGE else understood_as(reply, typed),  # a post is not repeated
        inferred=answered and reply.inferred,
        conditions_title=conditions_title(verdict),
        conditions=reply.conditions,
        quote_title=NEAREST_RULE if reply.kind is ReplyKind.HAND_OVER else "",
        quote=quotes[0] if quotes and leads else None,
        more=quotes[1:] if leads else quotes,
        sources=reply.sources,
        options=reply.options,
        person=_person_view(reply.person, reply) if reply.person else None,
        examples=reply.examples,
        person_first=needs_a_person(reply),
        case=case_view(reply),
        ask_a_person="" if leads_to_a_person(reply) else ASK_A_PERSON,
        passages=passages(reply.text) if is_lesson else (),
    )


def _look(reply: Reply, verdict: Verdict | None) -> Look:
    if reply.head:
        icon = _OF_TONES.get(reply.head.tone) or _OF_KINDS.get(reply.kind, "more")
        return Look(reply.head.word, icon, tone(reply.head.tone))
    return _VERDICTS[verdict] if verdict else _KINDS.get(reply.kind, _PLAIN)


def news_view(reply: Reply, today: date) -> NewsView | None:
    """What is shown of a reply that nobody asked for just now; ``None`` where there is nothing new in it."""
    if reply.kind not in _NEWS or not any((reply.head, reply.text, reply.asked, reply.said, reply.items)):
        return None
    return NewsView(_NEWS[reply.kind], reply_view(reply, today))


def quote_view(quoted: Quote, today: date) -> QuoteView:
    """A quote with the line that says where it stands."""
    return QuoteView(quoted.plain, source_line(quoted, today))


def _person_view(person: Person, reply: Reply) -> PersonView:
    subject = mail_subject(reply)
    ways = tuple(
        WayView(*_WAYS.get(way, (way.capitalize(), "link")), address, way_link(way, address, subject, reply.question))
        for way, address in person.reach
    )
    return PersonView(person.name, person.hours, ways)


__all__ = [
    "EXAMPLES",
    "Look",
    "NewsView",
    "Pages",
    "PersonView",
    "QuoteView",
    "ReplyView",
    "WayView",
    "news_view",
    "quote_view",
    "reply_view",
]
