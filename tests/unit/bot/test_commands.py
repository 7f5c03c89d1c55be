"""Orders are told from questions: a question that is taken for an order gets no answer."""

from __future__ import annotations

import pytest

from bot.conversation.commands import Command, Order, command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("queue", Command(Order.QUEUE)),
        ("show me the queue", Command(Order.QUEUE)),
        ("My cases", Command(Order.MINE)),
        ("cases?", Command(Order.MINE)),
        ("lift the crisis", Command(Order.LIFT)),
        ("crisis off", Command(Order.LIFT)),
        ("Crisis", Command(Order.CRISIS)),
        ("desk customer_care", Command(Order.DESK, "customer_care")),
        ("desk", Command(Order.DESK)),
        ("triage", Command(Order.TRIAGE)),
        ("Triage: your app ate my photos", Command(Order.TRIAGE, "your app ate my photos")),
        ("escalate she fell off our chair!", Command(Order.ESCALATE, "she fell off our chair!")),
        ("escalate two\nlines", Command(Order.ESCALATE, "two\nlines")),
        ("Who do I ask about a product recall in Germany?", Command(Order.WHO, "a product recall in Germany")),
        ("whom should I contact about fake accounts", Command(Order.WHO, "fake accounts")),
        ("who can I talk to about pay?", Command(Order.WHO, "pay")),
        ("who is responsible for contests?", Command(Order.WHO, "contests")),
        ("who product recall in Germany", Command(Order.WHO, "product recall in Germany")),
        ("who: hacked account", Command(Order.WHO, "hacked account")),
        ("lessons placement", Command(Order.PLACEMENT)),
        ("Take the placement quiz", Command(Order.PLACEMENT)),
        ("skip what I already know", Command(Order.PLACEMENT)),
        ("my certificates", Command(Order.LEVEL)),
        ("certificates paolo@example.com", Command(Order.CERTIFICATES, "paolo@example.com")),
        ("Show me the certificates of paolo@example.com.", Command(Order.CERTIFICATES, "paolo@example.com")),
    ],
)
def test_orders(text: str, expected: Command) -> None:
    """What stands behind the order is kept as it was written."""
    assert command(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "who may post on the official account?",
        "who is this person in my photo",
        "who owns a picture that I take at work?",
        "who posts on our page",
        "May I tell them who I ask about my job?",
        "Is there a queue for approvals?",
        "my cases are full of samples, may I show them?",
        "crisis statements: may I share them?",
        "deskmate posted my badge, what now",
        "can I post my desk",
        "escalated complaints, may I answer them",
        "certificates of paolo@example.com on my page, ok?",
        "certificates of our partners, may I post them",
        "product placement in my video, ok?",
        "may I post about my placement",
        "",
        "?",
    ],
)
def test_questions_are_none(text: str) -> None:
    """Words of an order inside of a question are a question."""
    assert command(text) is None
