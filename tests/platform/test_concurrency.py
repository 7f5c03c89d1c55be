"""A real server with the real small model: questions that come at once are answered as if they came one by one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
import uvicorn

from bot.channels.web.app import web_app
from bot.conversation.router import Router
from bot.state import State
from knowledge.live import LiveAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office

PATIENCE = 60  # seconds

QUESTIONS = (
    "May I post a selfie with the new badge around my neck?",
    "A reporter wrote to me on LinkedIn about the outage. May I answer?",
    "They let me keep the headset, only said be nice. Can I review it?",
    "Can I post a photo of our team lunch?",
    "is it ok to leave five stars for our own app",
    "somebody asks me for the launch date on reddit",
    "the whiteboard behind me shows the roadmap, can I still tweet the picture?",
    "May I praise our new drill on my own Instagram?",
    "A podcast wants to have me on air about my work here",
    "my password was in the screenshot I shared yesterday, what now",
    "a stranger sends me a link and says he is from our IT",
    "Do I have to say that I work here when I comment on our ad?",
    "can a customer's kids be in the picture from the open day",
    "how do I reset my VPN token",
    "What is for lunch today?",
    "My sister gets a discount for writing about us, must she say so?",
)


@pytest.fixture
def port(sample_answers: LiveAnswers, state: State) -> Iterator[int]:
    """The port of a server in a thread of this process, with everything real behind it."""
    coe = office(state, sample_answers, new_id=lambda: "reply")
    router = Router(coe, campus(coe), sample_answers, timedelta(hours=12))
    app = web_app(router, lambda: datetime(2026, 11, 2, 9, tzinfo=UTC))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def ask(port: int, question: str) -> tuple[int, str]:
    """The status and the reply to a question that begins a thread of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}
    try:
        connection.request("POST", "/ask", urlencode({"text": question}), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_at_once_as_one_by_one(port: int) -> None:
    """Sixteen different questions at once get the replies that they get one by one; nobody gets another's."""
    one_by_one = [ask(port, question) for question in QUESTIONS]
    gate = threading.Barrier(len(QUESTIONS))

    def ask_together(question: str) -> tuple[int, str]:
        gate.wait(PATIENCE)
        return ask(port, question)

    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        at_once = list(pool.map(ask_together, QUESTIONS, timeout=PATIENCE))
    assert {status for status, _ in one_by_one} == {200}
    assert len({reply for _, reply in one_by_one}) > len(QUESTIONS) / 2, "too alike to tell whose reply it is"
    assert at_once == one_by_one
