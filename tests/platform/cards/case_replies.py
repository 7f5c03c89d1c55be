"""Replies of triage and cases that do not change with the conversation's words: for tests of what shows them.

The pictures show those of ``case_talk``, which the conversation itself makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from bot.conversation.reply import (
    Action,
    Field,
    Head,
    Item,
    Listing,
    Person,
    Quote,
    Reply,
    ReplyKind,
    Said,
)
from knowledge.models import Priority, Verdict

AT: Final = datetime(2026, 11, 2, 9, 41, tzinfo=UTC)

_LEAD: Final = Person(
    "coe_lead",
    "Social media lead",
    "Mon–Fri 08:00–18:00 (UTC)",
    (("channel", "#social-media-coe"), ("email", "social@example.com")),
)
_CARE: Final = Person(
    "customer_care",
    "Customer care",
    "Mon–Sat 07:00–21:00 (UTC)",
    (("channel", "#customer-care"), ("email", "care@example.com")),
)
_QUOTE: Final = Quote(
    text="If a reporter, blogger or podcaster asks you about our company, pass the question to Communications.",
    plain="If a reporter, blogger or podcaster asks you about our company, pass the question to Communications.",
    policy="press",
    title="Journalists and analysts",
    version="1.0",
    effective=date(2026, 9, 1),
    section="press-asks-about-company",
    heading="A reporter asks me about the company",
    verdict=Verdict.ASK_FIRST,
    inferred=False,
)
_POST: Final = (
    "“Third kettle in a row that leaks. I have written to support twice and nobody answers. Never again.” "
    "Someone posted that below our video on Instagram."
)
_QUESTION: Final = "A reporter wrote to me on LinkedIn about the outage on Saturday. May I tell her what I know?"
_SEND: Final = Action("consent", "r1", "Send to customer care", style="primary")
_ANSWER: Final = Action(
    "answer",
    "c1",
    "Answer",
    words=Field("Your answer, as it reaches who asked", hint="What they may do, under which condition, and why"),
    title="Answer",
    submit="Send",
)
_ASK_BACK: Final = Action(
    "ask_back", "c1", "Ask back", words=Field("What do you need to know?", most=1500), title="Ask back", submit="Send"
)
_REASSIGN: Final = Action(
    "reassign",
    "c1",
    "Reassign",
    words=Field("A word to them", required=False, most=500),
    choices=Field(
        "Who should take it?",
        options=(("coe_lead", "Social media lead"), ("legal", "Legal"), ("press_office", "Corporate communications")),
    ),
    title="Reassign",
    submit="Hand over",
)
_PRIORITY: Final = Action(
    "priority",
    "c1",
    "Priority",
    choices=Field(
        "How soon does somebody have to look?",
        options=(("urgent", "Urgent"), ("high", "High"), ("normal", "Normal"), ("none", "Low")),
        value="high",
    ),
    title="Change priority",
    submit="Change",
)
_CLOSE: Final = Action(
    "close",
    "c1",
    "Close",
    style="danger",
    words=Field("Why? Who asked reads this.", hint="Settled by phone", most=500),
    title="Close without an answer",
    submit="Close",
)

COMPLAINT: Final = Reply(
    kind=ReplyKind.TRIAGE,
    text="A complaint that can be put right. Customer care takes over.",
    id="r1",
    question=_POST,
    head=Head("Complaint: put it right", "🔷", "conditional"),
    facts=(
        ("Priority", "Normal"),
        ("Goes to", "Customer care"),
        ("Path", "Nobody is in danger → no lawyer → facts are right → a bad experience that can be put right"),
    ),
    lists=(
        Listing(
            "Do",
            (
                "Post the reply below once, within the day, from your own account or not at all.",
                "Send customer care the link and a picture of the post.",
                "Tell the customer that somebody looks into it, and let customer care do the rest.",
            ),
            "good",
        ),
        Listing(
            "Do not",
            ("Do not argue about whose fault it is.", "Do not ask for an order number or an address in public."),
            "bad",
        ),
    ),
    copy="I work there and I am sorry to read that. I am passing it on to the colleagues who can put it right; "
    "they will write to you here today.",
    person=_CARE,
    notes=("Sorted as complaint, 86% sure.",),
    actions=(_SEND,),
    confidence=0.86,
    priority=Priority.NORMAL,
    triaged_as="complaint",
)
THREAT: Final = Reply(
    kind=ReplyKind.TRIAGE,
    text="Somebody may be in danger. Call the emergency services first: 112 in Europe, 911 in the United States.",
    id="r2",
    question="He writes that he stands on the roof and that we will read about him tomorrow.",
    head=Head("Danger to life", "🚨", "bad"),
    facts=(("Priority", "Urgent"), ("Goes to", "Social media lead")),
    lists=(
        Listing(
            "Do",
            (
                "Call 112 (Europe) or 911 (United States) and say what you read and where.",
                "Keep the post open: the police need its link.",
            ),
            "good",
        ),
        Listing("Do not", ("Do not reply in public.", "Do not wait for anybody's permission."), "bad"),
    ),
    person=_LEAD,
    actions=(Action("consent", "r2", "Tell the social media lead now", style="danger"),),
    confidence=0.93,
    priority=Priority.URGENT,
    triaged_as="threat_self_harm",
)
DOUBT: Final = Reply(
    kind=ReplyKind.TRIAGE,
    text="Has anybody been hurt, or could somebody be?",
    id="r3",
    question="lol our kettle nearly took my uncle's hand off",
    head=Head("One question first", "❓", "careful"),
    notes=("Until you know: treat it as a matter of safety and do not answer the post.",),
    person=_LEAD,
    actions=(
        Action("settle", "r3", "Yes, or it could still happen", style="primary", choice="safety"),
        Action("settle", "r3", "No, it is only a joke", choice="troll"),
    ),
)
CONSENT: Final = Reply(
    kind=ReplyKind.CONSENT,
    text="Only this is sent, and nothing before you press.",
    head=Head("Send this to Customer care?", "📨", "neutral"),
    facts=(
        ("To", "Customer care"),
        ("From", "Ines Example"),
        ("Priority", "Normal"),
        ("First response", "by Mon 2 Nov, 13:41 UTC"),
    ),
    asked=_POST,
    notes=("Along goes what I had found.", "The answer comes to you here."),
    actions=(
        Action("send", "r1", "Send", style="primary"),
        Action(
            "send",
            "r1",
            "Add a note",
            words=Field("What should they know besides?", hint="A link, a date, who else is waiting", most=1500),
            title="Send with a note",
            submit="Send",
        ),
        Action("send", "r1", "Send confidentially", choice="confidential"),
    ),
    private=True,
)
OPEN: Final = Reply(
    kind=ReplyKind.CASE,
    text="",
    head=Head("Case 17 · High priority", "🔶", "careful"),
    facts=(
        ("Status", "not claimed yet"),
        ("With", "Corporate communications (on duty: press@example.com)"),
        ("Asked by", "Ines Example"),
        ("Due", "Mon 2 Nov, 10:41 UTC"),
    ),
    asked=_QUESTION,
    quotes=(_QUOTE,),
    notes=("I had answered “ask first”, 91% sure.",),
    actions=(
        Action("claim", "c1", "Claim", style="primary"),
        _ANSWER,
        _ASK_BACK,
        _REASSIGN,
        _PRIORITY,
        _CLOSE,
    ),
)
CLAIMED: Final = replace(
    OPEN,
    facts=(("Status", "claimed by Tom Example"), *OPEN.facts[1:]),
    said=(
        Said("Tom Example", AT, "Which paper does she write for?"),
        Said("Ines Example", AT.replace(minute=55), "The Example Gazette. She wants it by noon."),
    ),
    actions=(
        replace(_ANSWER, style="primary"),
        *OPEN.actions[2:5],
        Action("claim", "c1", "Take over", choice="over"),
        _CLOSE,
    ),
)
ANSWERED: Final = Reply(
    kind=ReplyKind.CASE,
    text="",
    head=Head("The answer to case 17", "✉️", "good"),
    asked=_QUESTION,
    said=(
        Said(
            "Tom Example, Corporate communications",
            AT.replace(hour=10, minute=20),
            "Thank her and send her to press@example.com, please.\nWe answer her ourselves before noon. "
            "Say nothing about the cause: it is not known yet.",
        ),
    ),
    actions=(
        Action("solved", "c1", "👍 That helped", style="primary"),
        Action(
            "reopen",
            "c1",
            "Not yet",
            words=Field("What is still open?", required=False, most=1500),
            title="Not yet",
            submit="Send",
        ),
    ),
)
QUEUE: Final = Reply(
    kind=ReplyKind.QUEUE,
    text="Three cases wait for somebody.",
    head=Head("Your queue", "🗂️", "neutral"),
    items=(
        Item(
            "Overdue · case 12 · safety",
            "“My hair dryer gave me a shock.” First response was due Mon 2 Nov, 08:15 UTC",
            (Action("claim", "c0", "Claim", style="primary"), Action("open", "c0", "Show")),
        ),
        Item(
            "Mine · case 17 · press",
            "“A reporter wrote to me on LinkedIn about the outage.” Answer due Mon 2 Nov, 16:00 UTC",
            (replace(_ANSWER, style="primary"), Action("open", "c1", "Show")),
        ),
        Item("Unclaimed · case 18", "“May I post the picture of the prize draw?”", (Action("claim", "c2", "Claim"),)),
    ),
    notes=("Two more wait for who asked.",),
)
CRISIS: Final = Reply(
    kind=ReplyKind.ANSWER,
    text=_QUOTE.plain,
    id="r9",
    question=_QUESTION,
    verdict=Verdict.ASK_FIRST,
    quotes=(_QUOTE,),
    person=_LEAD,
    confidence=0.91,
    notice="Crisis: the outage of Saturday. Please post nothing about it until this notice is gone.",
)
CASES: Final[Mapping[str, Reply]] = {
    "triage-complaint": COMPLAINT,
    "triage-threat": THREAT,
    "triage-doubt": DOUBT,
    "consent": CONSENT,
    "case-open": OPEN,
    "case-claimed": CLAIMED,
    "case-answered": ANSWERED,
    "queue": QUEUE,
    "crisis-notice": CRISIS,
}
"""Each by its name."""

__all__ = ["ANSWERED", "CASES", "CLAIMED", "COMPLAINT", "CONSENT", "CRISIS", "DOUBT", "OPEN", "QUEUE", "THREAT"]
