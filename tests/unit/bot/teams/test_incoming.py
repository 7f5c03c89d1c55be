"""Activities, read: words without the mention, threads, HTML of messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.teams.incoming import origin_of, press_of, read, words_of_message
from bot.channels.teams.port import RefusedError
from bot.conversation.messages import Act, Press
from tests.unit.bot.teams.scene import APP, INES, OMAR, TENANT, THREAD, activity, member_of, mention

AT = {"type": "mention", "mentioned": {"id": f"28:{APP}", "name": "Clearpost"}, "text": "<at>Clearpost</at>"}
OTHER = {"type": "mention", "mentioned": {"id": member_of(OMAR), "name": "Omar Example"}, "text": "<at>Omar</at>"}


@pytest.mark.parametrize(
    ("said", "entities", "words"),
    [
        ("<at>Clearpost</at> may I?", [AT], "may I?"),
        ("may I, <at>Clearpost</at>?", [AT], "may I, ?"),
        ("<at>Clearpost</at>\u00a0may&nbsp;I?\r\n", [AT], "may I?"),
        ("<at>Clearpost</at> may <at>Omar</at> post?", [AT, OTHER], "may Omar Example post?"),
        ("a &lt; b &amp; c", [], "a < b & c"),
        ("  two\n\n\n\nlines  ", None, "two\n\nlines"),
        ("no mention", "nonsense", "no mention"),
        ("no mention", [None, "x", {"type": "mention"}, {"type": "clientInfo"}], "no mention"),
        ("<at>Clearpost</at>", [AT], ""),
    ],
)
def test_words(said: str, entities: object, words: str) -> None:
    """The bot's mention is taken out by its entity; other people's names stay; entities of HTML become characters."""
    assert read(activity(text=said, entities=entities)).text == words


def test_thread_is_ones_own_where_others_read_along() -> None:
    """In a channel the thread holds the account, and leads back to the channel's thread for that account alone."""
    thread = read(mention("may I?")).thread
    assert origin_of(thread, INES) == THREAD and not origin_of(thread, OMAR)
    assert not origin_of(read(activity(text="may I?")).thread, INES)


def test_account_without_a_directory() -> None:
    """A guest without an id of the directory is known by Teams' own id."""
    assert read({**activity(), "from": {"id": "29:guest"}}).account == "29:guest"


def test_scope_without_a_type() -> None:
    """Old clients do not say what sort of conversation it is: a group, or a personal chat."""
    conversation = {"id": "c", "tenantId": TENANT}
    assert read(activity(conversation=conversation)).scope == "personal"
    assert read(activity(conversation={**conversation, "isGroup": True})).scope == "group"


def test_playground_without_a_tenant() -> None:
    """Only the Playground may name no tenant."""
    sent = activity(conversation={"id": "c"}, channelData={})
    assert read(sent, unauthenticated=True).workspace == "teams:playground"
    with pytest.raises(RefusedError, match="no tenant"):
        read(sent)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (
            {"body": {"contentType": "html", "content": "<div><p>One</p><p>Two &amp; three<br>four</p></div>"}},
            "One\n\nTwo & three\nfour",
        ),
        ({"body": {"contentType": "html", "content": "hi<script>alert(1)</script> <emoji alt='🎉'></emoji>"}}, "hi 🎉"),
        ({"body": {"contentType": "text", "content": " <b>as it is</b> "}}, "<b>as it is</b>"),
        ({"body": {"contentType": "html", "content": "<p>un<b>closed</p></script>"}}, "unclosed"),
        (None, ""),
        ({"body": {"content": 5}}, ""),
    ],
)
def test_words_of_a_message(payload: object, words: str) -> None:
    """The HTML of a message becomes its words; what is not to be seen is left out."""
    assert words_of_message(payload) == words


def test_press() -> None:
    """A button is a known act on a reply, with an option where there is one."""
    assert press_of("choose", {"reply": "r1", "option": 2, "more": "x"}) == Press("r1", Act.CHOOSE, 2)
    assert press_of("helped", {"reply": "r1"}) == Press("r1", Act.HELPED)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "type",
    "id",
    "text",
    "from",
    "recipient",
    "conversation",
    "channelData",
    "entities",
    "value",
    "name",
    "locale",
]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values), st.booleans())
def test_any_json_is_read_or_refused(changes: dict[str, Any], bare: bool) -> None:
    """Whatever stands in an activity, it is read, or refused in our own words."""
    sent = changes if bare else {**activity(text="may I?"), **changes}
    try:
        incoming = read(sent)
    except RefusedError:
        return
    assert incoming.workspace == f"teams:{incoming.tenant}" and incoming.account and incoming.conversation
