"""Whatever is typed into the web chat comes back escaped, with a friendly page and no traceback."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.channels.web.app import web_app
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind

FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch"}


async def echo(message: Message) -> Reply:
    """Says what was said."""
    return Reply(kind=ReplyKind.ERROR, text=f"<script>{message.text}</script>", question=message.text)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=400))
def test_any_text_is_answered_and_escaped(text: str) -> None:
    """Control characters, markup, any script: 200, and no tag of the person's own in the page."""
    client = TestClient(web_app(echo, lambda: datetime(2026, 11, 2, tzinfo=UTC)))
    response = client.post("/ask", content=urlencode({"text": text}), headers=FORM)
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "Traceback" not in response.text


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=400))
def test_any_bytes_get_an_answer(body: bytes) -> None:
    """A body that is no form of ours is answered or refused, never with a server error."""
    client = TestClient(web_app(echo, lambda: datetime(2026, 11, 2, tzinfo=UTC)))
    assert client.post("/ask", content=body, headers=FORM).status_code < 500
