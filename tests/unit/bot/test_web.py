"""The web chat: what it takes, what it shows, and what it never lets through."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

import bot.channels.web
from bot.channels.web.app import LARGEST_BODY, web_app
from bot.channels.web.guard import ACCOUNT, COOKIE, POLICY
from bot.channels.web.render import EXAMPLES, quote_view, reply_view
from bot.channels.words import long_date
from bot.conversation.messages import LOCAL, Act, Deed, Message, Press
from bot.conversation.reply import (
    Action,
    Field,
    Head,
    Item,
    Listing,
    Option,
    Person,
    Quote,
    Reply,
    ReplyKind,
    Said,
)
from knowledge.models import Verdict
from tests.platform.cards.case_replies import ANSWERED, CASES, COMPLAINT, CONSENT, CRISIS, OPEN, QUEUE, THREAT

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FETCH = {"X-Requested-With": "fetch"}
FORM = "application/x-www-form-urlencoded"
QUOTE = Quote(
    text="You may praise **our** products.",
    plain="You may praise our products.",
    policy="disclosure",
    title="Disclosure policy",
    version="2.0",
    effective=date(2026, 9, 1),
    section="say-who",
    heading="Say who you work for",
    verdict=Verdict.YES_IF,
    inferred=False,
)
LEAD = Person(
    "coe_lead",
    "Programme lead",
    "Mon–Fri 08:00–18:00 (UTC)",
    (("channel", "#ask"), ("email", "lead@example.com"), ("phone", "+49 30 1234567"), ("badge", "javascript:alert(1)")),
)
ANSWER = Reply(
    ReplyKind.ANSWER,
    "You may, if you say who you work for.",
    id="r1",
    question="may I?",
    verdict=Verdict.YES_IF,
    conditions=("the post names your employer",),
    quotes=(QUOTE,),
    sources=("16 CFR 255.5",),
    person=LEAD,
)


class Recorder:
    """A conversation that remembers its messages and always says the same, or fails.

    ``news`` is what comes back for whoever asks for it; ``asked_for_news`` are those messages.
    """

    def __init__(self, reply: Reply = ANSWER, error: Exception | None = None, news: Reply | None = None) -> None:
        self.messages: list[Message] = []
        self.asked_for_news: list[Message] = []
        self.reply = reply
        self.error = error
        self.news = news

    async def __call__(self, message: Message) -> Reply:
        """The same reply to every message."""
        if message.deed and message.deed.act == "news":
            self.asked_for_news.append(message)
            return self.news or Reply(ReplyKind.NOTE, "")
        self.messages.append(message)
        if self.error is not None:
            raise self.error
        return self.reply


def client(converse: Recorder | None = None, hosts: tuple[str, ...] = ()) -> TestClient:
    """A browser without JavaScript in front of the app; errors that reach the server fail the test."""
    app = web_app(converse or Recorder(), lambda: NOW, allowed_hosts=hosts)
    return TestClient(app)


def test_page_offers_examples_and_a_labelled_composer() -> None:
    """The page opens with three examples, a log that is announced politely and a labelled text field."""
    page = client().get("/").text
    assert all(example in unescape(page) for example in EXAMPLES) and len(EXAMPLES) == 3
    assert 'role="log" aria-live="polite"' in page
    assert '<label class="hidden" for="question">' in page


@pytest.mark.parametrize("path", ["/", "/static/chat.css", "/nowhere"])
def test_headers_hold_everywhere(path: str) -> None:
    """Every response forbids foreign content, sniffing, framing and referrers."""
    headers = client().get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "default-src 'none'" in POLICY and "frame-ancestors 'none'" in POLICY and "unsafe" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages_are_not_stored_and_static_files_are_asked_about() -> None:
    """Replies stay out of caches; an upgrade of a static file shows at once."""
    web = client()
    assert web.get("/").headers["cache-control"] == "no-store"
    assert web.post("/ask", data={"text": "may I?"}).headers["cache-control"] == "no-store"
    assert web.get("/static/chat.js").headers["cache-control"] == "no-cache"


def test_nothing_inline_and_nothing_foreign() -> None:
    """The page holds no inline style or script and loads nothing from another host, as the policy would block it."""
    page = client().post("/ask", data={"text": "may I?"}).text
    assert " style=" not in page and "<style" not in page and " on" + "click" not in page
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_cookie_is_unguessable_and_kept() -> None:
    """The thread is a strict, script-proof cookie of 256 bits that stays the same from page to page."""
    converse = Recorder()
    web = client(converse)
    header = web.get("/").headers["set-cookie"]
    assert "HttpOnly" in header and "samesite=strict" in header.lower()
    thread = web.cookies[COOKIE]
    assert len(thread) == 43
    assert header.count("HttpOnly") == header.count("=strict") == 2 and "Max-Age" not in header
    assert "set-cookie" not in web.get("/").headers
    web.post("/ask", data={"text": "one"})
    assert "set-cookie" not in web.post("/ask", data={"text": "two"}).headers
    assert [message.thread for message in converse.messages] == [thread, thread]


def test_cookie_is_secure_over_https() -> None:
    """Over HTTPS the cookie never travels in the clear."""
    app = web_app(Recorder(), lambda: NOW)
    assert "Secure" in TestClient(app, base_url="https://testserver").get("/").headers["set-cookie"]


@pytest.mark.parametrize("cookie", [None, "short", "x" * 44, "<script>" + "x" * 35])
def test_post_without_a_valid_cookie_begins_a_thread(cookie: str | None) -> None:
    """A thread's name that we cannot have made is not used."""
    converse = Recorder()
    web = client(converse)
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    response = web.post("/ask", data={"text": "may I?"}, headers=headers)
    assert COOKIE in response.headers["set-cookie"]
    assert converse.messages[0].thread != cookie and len(converse.messages[0].thread) == 43


def test_new_chat_begins_a_thread() -> None:
    """The link to a new chat leaves the old thread, and stays the same person's: an answer still finds them."""
    converse = Recorder()
    web = client(converse)
    web.get("/")
    old = web.cookies[COOKIE]
    assert web.get("/?new").status_code == 200
    assert web.cookies[COOKIE] != old
    web.post("/ask", data={"text": "may I?"})
    assert (converse.messages[0].account, converse.messages[0].thread) == (old, web.cookies[COOKIE])


def test_who_waits_for_an_answer_is_known_again() -> None:
    """Whoever did something with a case keeps the account beyond the session; a mere question or an error does not."""
    converse = Recorder(CONSENT)
    web = client(converse)
    web.get("/")
    assert "Max-Age" not in str(web.post("/ask", data={"text": "may I?"}).headers)
    header = web.post("/ask", data={"act": "send", "on": "r1"}).headers["set-cookie"]
    assert ACCOUNT in header and "Max-Age=5184000" in header and COOKIE not in header
    converse.reply = Reply(ReplyKind.ERROR, "That is gone.")
    assert "set-cookie" not in web.post("/ask", data={"act": "send", "on": "r1"}).headers


@pytest.mark.parametrize("missing", [COOKIE, ACCOUNT])
def test_half_of_the_cookies_is_enough(missing: str) -> None:
    """A browser that was closed begins a thread as the same person; one from before this version goes on in its own."""
    converse = Recorder()
    web = client(converse)
    web.get("/")
    old = web.cookies[COOKIE]
    web.cookies.delete(missing)
    web.post("/ask", data={"text": "may I?"})
    assert converse.messages[0].account == old
    assert (converse.messages[0].thread == old) is (missing == ACCOUNT)


def test_question_becomes_a_message() -> None:
    """What is typed reaches the conversation as it is, with surface, thread and time; line ends are plain."""
    converse = Recorder()
    web = client(converse)
    web.get("/")
    web.post("/ask", data={"text": " may I post ünïcode?\r\nsecond line "})
    thread = web.cookies[COOKIE]
    said = Message("web", LOCAL, thread, thread, NOW, text=" may I post ünïcode?\nsecond line ")
    assert converse.messages == [said]


@pytest.mark.parametrize(("body", "text"), [("text=", ""), ("", ""), ("text=" + "x" * 20_000, "x" * 20_000)])
def test_empty_and_long_words_are_for_the_conversation_to_judge(body: str, text: str) -> None:
    """The surface passes on what is empty or long, and shows the friendly reply."""
    converse = Recorder(Reply(ReplyKind.ERROR, "Type your question and send it again."))
    response = client(converse).post("/ask", content=body, headers=FETCH | {"Content-Type": FORM})
    assert response.status_code == 200
    assert converse.messages[0].text == text
    assert "Type your question and send it again." in response.text


def test_fetch_gets_the_reply_alone() -> None:
    """JavaScript gets a fragment; without it the same form gets the whole page with question and reply."""
    web = client()
    fragment = web.post("/ask", data={"text": "may I?"}, headers=FETCH).text
    assert fragment.lstrip().startswith("<article") and "<html" not in fragment
    page = web.post("/ask", data={"text": "may I?"}).text
    assert page.startswith("<!doctype html>") and '<span class="words">may I?</span>' in page
    assert "You may, if you say who you work for." in page and 'id="composer"' in page


def test_answer_shows_verdict_conditions_quote_source_and_person() -> None:
    """An answer is a word with an icon, a checklist, the quote without markup, where it stands, and whom to ask."""
    shown = client().post("/ask", data={"text": "may I?"}, headers=FETCH).text
    assert "tone-yes-if" in shown and "<span>Yes, if</span>" in shown and 'aria-hidden="true"' in shown
    assert 'type="checkbox"' in shown and "the post names your employer" in shown
    assert "<blockquote>You may praise our products.</blockquote>" in shown
    assert "Disclosure policy, section “Say who you work for”, version 2.0, in force since 1 September 2026" in shown
    assert "Legal basis: 16 CFR 255.5" in shown
    assert "Programme lead" in shown and "#ask" in shown
    assert 'href="mailto:lead@example.com?subject=Can%20I%20post%20this%3F&amp;body=may%20I%3F"' in shown
    assert 'href="tel:+49301234567"' in shown
    assert 'href="javascript' not in shown
    assert "inferred" not in shown


@pytest.mark.parametrize(
    ("verdict", "word"),
    [(Verdict.YES, "Yes"), (Verdict.YES_IF, "Yes, if"), (Verdict.ASK_FIRST, "Ask first"), (Verdict.NO, "No")],
)
def test_every_verdict_has_its_word(verdict: Verdict, word: str) -> None:
    """No verdict is told by colour alone, and no two look alike."""
    view = reply_view(Reply(ReplyKind.ANSWER, "x", verdict=verdict), NOW.date())
    assert view.look.word == word
    assert view.look.icon and view.look.tone == verdict.value.replace("_", "-")


def test_inferred_verdict_is_marked() -> None:
    """A verdict that was read out of the wording says so."""
    reply = Reply(ReplyKind.ANSWER, "x", verdict=Verdict.NO, inferred=True, quotes=(QUOTE,))
    shown = client(Recorder(reply)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert "inferred from the wording, not marked by its author" in shown


def test_hand_over_shows_no_verdict() -> None:
    """What is not sure never wears a verdict, even if one slipped into the reply."""
    reply = Reply(ReplyKind.HAND_OVER, "x", verdict=Verdict.YES, quotes=(QUOTE, QUOTE), person=LEAD)
    shown = client(Recorder(reply)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert "Not sure: ask a person" in shown and "tone-yes" not in shown
    assert "It may not fit your case" in shown and "More from policy" in shown


def test_every_kind_of_reply_renders() -> None:
    """No kind of reply fails for want of a field."""
    for kind in ReplyKind:
        shown = client(Recorder(Reply(kind, "Some words."))).post("/ask", data={"text": "q"}).text
        assert f'data-kind="{kind}"' in shown and "Some words." in shown


def test_understood_question_is_shown_only_where_it_differs() -> None:
    """A follow-up that was completed from its thread is shown in full; a question is not repeated."""
    reply = Reply(ReplyKind.ANSWER, "x", question="May I post it on LinkedIn?", verdict=Verdict.YES)
    assert reply_view(reply, NOW.date(), "and on LinkedIn?").understood == "May I post it on LinkedIn?"
    assert reply_view(reply, NOW.date(), "may I  post it on linkedin? ").understood == ""
    assert reply_view(reply, NOW.date()).understood == ""


def test_effective_date_in_the_future_and_none() -> None:
    """A version that is not yet in force is not called so; a missing date is left out."""
    assert quote_view(QUOTE, date(2026, 8, 31)).source.endswith("in force from 1 September 2026")
    assert quote_view(QUOTE, date(2026, 9, 1)).source.endswith("in force since 1 September 2026")
    undated = Quote("t", "t", "p", "P", "1", None, "s", "H", Verdict.NO, False)
    assert quote_view(undated, NOW.date()).source == "P, section “H”, version 1"
    assert long_date(date(2027, 12, 31)) == "31 December 2027"


def test_choice_becomes_a_message() -> None:
    """A pressed option carries its reply and its number, and is shown as what was said."""
    converse = Recorder(
        Reply(
            ReplyKind.CLARIFY,
            "Public?",
            id="r7",
            question="may I?",
            options=(Option("Yes, it is", "disclosure", "public"),),
        )
    )
    web = client(converse)
    asked = web.post("/ask", data={"text": "may I?"}, headers=FETCH).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.split("</form>")[0]))
    assert '<button class="option" name="option" value="0">' in asked
    page = web.post("/ask", data=fields | {"option": "0"}).text
    assert converse.messages[1].press == Press("r7", Act.CHOOSE, 0)
    assert converse.messages[1].text == ""
    assert '<span class="words">Yes, it is</span>' in page


@pytest.mark.parametrize(("pressed", "helped"), [("yes", True), ("no", False)])
def test_feedback_becomes_a_message(pressed: str, helped: bool) -> None:
    """Both buttons below a reply reach the conversation with the reply's id."""
    converse = Recorder()
    web = client(converse)
    shown = web.post("/ask", data={"text": "may I?"}, headers=FETCH).text
    assert '<input type="hidden" name="reply" value="r1">' in shown and f'name="helped" value="{pressed}"' in shown
    web.post("/ask", data={"reply": "r1", "helped": pressed})
    assert converse.messages[1].press == Press("r1", Act.HELPED if helped else Act.NOT_HELPED)


@pytest.mark.parametrize(
    "fields",
    [
        {"reply": "r1", "helped": "maybe"},
        {"helped": "yes"},
        {"option": "0"},
        {"reply": "r1", "option": ""},
        {"reply": "r1", "option": "-1"},
        {"reply": "r1", "option": "²"},
        {"reply": "r1", "option": "9" * 5000},
        {"reply": "r1", "option": "0", "helped": "yes please"},
        {"reply": "r1", "option": "x", "person": "yes"},
        {"person": "yes"},
        {"act": "", "on": "c1"},
        {"act": "a" * 201, "on": "c1"},
        {"act": "claim", "on": "c" * 201},
        {"act": "reassign", "on": "c1", "choices": "c" * 201},
        {"act": "reassign", "on": "c1", "choices": [str(n) for n in range(51)]},
        {f"f{n}": "x" for n in range(60)},
    ],
)
def test_half_a_press_is_refused(fields: dict[str, str | list[str]]) -> None:
    """Fields that none of our forms sends get a friendly 400 and reach nobody."""
    converse = Recorder()
    response = client(converse).post("/ask", data=fields, headers=FETCH)
    assert response.status_code == 400 and "<article" in response.text
    assert converse.messages == []


def test_bytes_that_are_no_text_are_refused() -> None:
    """A body that is no UTF-8 gets a friendly 400."""
    response = client().post("/ask", content=b"text=\xff\xfe", headers=FETCH | {"Content-Type": FORM})
    assert response.status_code == 400 and "<article" in response.text


def test_markup_is_escaped_everywhere() -> None:
    """No field of a question or a reply can bring in markup."""
    evil = "<img src=x onerror=alert(1)>\"'&"
    quote = Quote(evil, evil, evil, evil, evil, None, evil, evil, Verdict.NO, False)
    reply = Reply(
        ReplyKind.ANSWER,
        evil,
        id=evil,
        question=evil,
        verdict=Verdict.NO,
        conditions=(evil,),
        quotes=(quote, quote),
        sources=(evil,),
        options=(Option(evil, evil, evil),),
        person=Person(evil, evil, evil, (("email", evil), (evil, evil), ("email", '"onx="@example.com'))),
        examples=(evil,),
        head=Head(evil, evil, evil),
        notice=evil,
        facts=((evil, evil),),
        asked=evil,
        said=(Said(evil, NOW, evil),),
        lists=(Listing(evil, (evil,), evil),),
        copy=evil,
        items=(Item(evil, evil, (Action(evil, evil, evil, style=evil, choice=evil),)),),
        notes=(evil,),
        actions=(
            Action(
                evil, evil, evil, words=Field(evil, (), evil, evil), choices=Field(evil, ((evil, evil),)), title=evil
            ),
            Action(evil, evil, evil, words=Field(evil, most=100), submit=evil),
            Action(evil, evil, evil, choices=Field(evil, ((evil, evil),), evil, evil, required=False, several=True)),
        ),
    )
    web = client(Recorder(reply))
    for fields in ({"text": evil + "?"}, {"policy": "p", "section": "s", "question": "q", "label": evil}):
        page = web.post("/ask", data=fields).text
        assert "<img src=x" not in page and '"onx' not in page
        assert page.count("&lt;img src=x") > 10
        assert evil in unescape(page)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://[broken"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_another_site_is_refused(headers: dict[str, str]) -> None:
    """A press that another site made is answered with 403 and reaches nobody."""
    converse = Recorder()
    response = client(converse).post("/ask", data={"text": "may I?"}, headers=headers)
    assert response.status_code == 403
    assert converse.messages == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
    ],
)
def test_own_page_is_let_in(headers: dict[str, str]) -> None:
    """Our own forms get through, with "Origin: null" too, which "no-referrer" makes of them, as the cookie vouches."""
    web = client()
    web.get("/")
    assert web.post("/ask", data={"text": "may I?"}, headers=headers).status_code == 200


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, LARGEST_BODY * 40])
def test_large_body_is_refused_in_friendly_words(size: int) -> None:
    """More than 64 kB is not read; the reply says what to do."""
    converse = Recorder()
    response = client(converse).post("/ask", data={"text": "x" * size}, headers=FETCH)
    assert response.status_code == 413
    assert "<article" in response.text and "Send just the few sentences that matter" in response.text
    assert converse.messages == []


def test_body_at_the_limit_is_read() -> None:
    """64 kB are still taken."""
    converse = Recorder()
    client(converse).post("/ask", data={"text": "x" * (LARGEST_BODY - len("text="))})
    assert len(converse.messages[0].text) == LARGEST_BODY - len("text=")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_wrong_content_type_is_refused(kind: str) -> None:
    """Only a form is read."""
    converse = Recorder()
    response = client(converse).post("/ask", content=b'{"text": "x"}', headers={"Content-Type": kind})
    assert response.status_code == 415
    assert converse.messages == []


@pytest.mark.parametrize("headers", [FETCH, {}])
def test_failure_shows_no_traceback_and_logs_no_question(headers: dict[str, str]) -> None:
    """Whatever breaks, the person is told to try again; the log names the error and its place, not the words."""
    converse = Recorder(error=RuntimeError("broke on 'my secret question'"))
    with capture_logs() as logs:
        response = client(converse).post("/ask", data={"text": "my secret question"}, headers=headers)
    assert response.status_code == 500 and "Please try again" in response.text
    assert "Traceback" not in response.text and "RuntimeError" not in response.text
    assert [(entry["event"], entry["error"]) for entry in logs] == [("web_message_failed", "RuntimeError")]
    assert "test_web.py" in logs[0]["where"] and "secret" not in str(logs)


def test_failure_outside_of_the_conversation_is_caught_too() -> None:
    """A reply that cannot be rendered shows the short page as well, and the server hears of no exception."""
    broken = Reply(ReplyKind.ANSWER, "x", conditions=5)  # type: ignore[arg-type]  # what no reply of ours holds
    with capture_logs() as logs:
        response = client(Recorder(broken)).post("/ask", data={"text": "my secret question"})
    assert response.status_code == 500 and "Please try again" in response.text
    assert logs[0]["event"] == "web_request_failed" and "secret" not in str(logs)
    assert response.headers["content-security-policy"] == POLICY


def test_unknown_address_and_method_are_friendly() -> None:
    """A wrong address shows the page with words to go on; a loaded "/ask" leads back to it."""
    web = client()
    assert web.get("/nowhere").status_code == 404 and 'id="composer"' in web.get("/nowhere").text
    assert web.delete("/ask").status_code == 405
    assert web.get("/ask", follow_redirects=False).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.css"])
def test_static_files_stay_in_their_folder(path: str) -> None:
    """Nothing outside of the static folder can be read."""
    assert client().get(path).status_code == 404


def test_hosts_are_checked_where_they_are_named() -> None:
    """A foreign host name (DNS rebinding) is refused; without a list every name is served."""
    assert client(hosts=("chat.example.com",)).get("/").status_code == 400
    assert client(hosts=("testserver",)).get("/").status_code == 200
    assert client().get("/", headers={"Host": "any.example"}).status_code == 200


def test_mounted_below_a_path_it_finds_its_files() -> None:
    """Behind a proxy that serves it under a path, forms and files point below that path."""
    page = TestClient(web_app(Recorder(), lambda: NOW), root_path="/clearpost").get("/clearpost/").text
    assert 'href="/clearpost/static/chat.css"' in page and 'action="/clearpost/ask"' in page


def test_triage_shows_what_to_do_and_what_not() -> None:
    """A kind with its priority, lists that a sign tells apart, words to post, whom to ask, and the button to them."""
    shown = client(Recorder(COMPLAINT)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert "tone-yes-if" in shown and "<span>Complaint: put it right</span>" in shown and "Understood as" not in shown
    assert re.search(r"<dt>Priority</dt><dd>Normal</dd>", shown)
    assert shown.index("tone-yes") < shown.index("<h3>Do</h3>") < shown.index("<h3>Do not</h3>")
    assert shown.index("<h3>Do not</h3>") < shown.index("You may post this as it stands") < shown.index("Whom to ask")
    assert "they will write to you here today" in shown and "data-copy hidden" in shown
    assert '<button class="primary">Send to customer care</button>' in shown
    assert "tone-no" in client(Recorder(THREAT)).post("/ask", data={"text": "q"}, headers=FETCH).text


def test_a_notice_stands_above_the_head() -> None:
    """A crisis is read before the verdict, on any reply."""
    shown = client(Recorder(CRISIS)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert shown.index('class="notice"') < shown.index("<span>Ask first</span>")


def test_a_case_shows_its_thread_and_forms() -> None:
    """What was asked, who said what and when; a form stands in an element that opens without JavaScript."""
    shown = client(Recorder(ANSWERED)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert "<b>Tom Example, Corporate communications</b>" in shown
    assert '<time class="quiet" datetime="2026-11-02T10:20:00Z">2 November 2026, 10:20 UTC</time>' in shown
    assert "tell her what I know?" in shown and '<button class="primary">That helped</button>' in shown
    assert "(optional)" in shown.split("What is still open?")[1][:60]
    assert '<textarea name="words" rows="4" maxlength="1500"' in shown
    forms = client(Recorder(OPEN)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert forms.count("<details") == 5 and '<option value="high" selected>High</option>' in forms
    assert '<option value="">Choose one</option>' in forms and 'maxlength="500"' in forms
    assert client(Recorder(QUEUE)).post("/ask", data={"text": "q"}, headers=FETCH).text.count("<button") >= 5


@pytest.mark.parametrize(
    ("fields", "deed"),
    [
        ({"act": "claim", "on": "c1", "label": "Claim"}, Deed("claim", "c1")),
        ({"act": "send", "on": "r1", "choices": "confidential"}, Deed("send", "r1", "", ("confidential",))),
        ({"act": "answer", "on": "c1", "words": "line\r\nline"}, Deed("answer", "c1", "line\nline")),
        (
            {"act": "reassign", "on": "c1", "words": "", "choices": ["", "a", "b"]},
            Deed("reassign", "c1", "", ("a", "b")),
        ),
        ({"act": "answer", "on": "c1", "words": "x" * 4000}, Deed("answer", "c1", "x" * 4000)),
        (
            {"act": "declare", "on": "", "choices": [str(n) for n in range(50)]},
            Deed("declare", "", "", tuple(map(str, range(50)))),
        ),
    ],
)
def test_what_is_done_becomes_a_deed(fields: dict[str, str | list[str]], deed: Deed) -> None:
    """What a form of a card sends reaches the conversation within its bounds, and nothing of it as a question."""
    converse = Recorder(CONSENT)
    assert client(converse).post("/ask", data=fields | {"text": "not this"}).status_code == 200
    assert converse.messages[0].deed == deed
    assert converse.messages[0].text == "" and converse.messages[0].press is None


def test_too_many_words_are_refused_and_not_cut() -> None:
    """An answer that is longer than a form takes is refused in friendly words, and nothing is done."""
    converse = Recorder()
    response = client(converse).post("/ask", data={"act": "answer", "on": "c1", "words": "x" * 4001}, headers=FETCH)
    assert response.status_code == 413 and "too long" in response.text
    assert converse.messages == []


def test_the_page_shows_what_was_done() -> None:
    """Without JavaScript the page shows the words of a form, or those of the button, above the reply."""
    web = client(Recorder(CONSENT))
    assert (
        '<span class="words">Claim</span>' in web.post("/ask", data={"act": "claim", "on": "c", "label": "Claim"}).text
    )
    typed = {"act": "answer", "on": "c", "label": "Answer", "words": "We answer her."}
    assert '<span class="words">We answer her.</span>' in web.post("/ask", data=typed).text


def test_a_person_is_asked_by_a_press() -> None:
    """Every reply that can be rated can be passed on to a person; where that is the next thing to do, it leads."""
    converse = Recorder()
    web = client(converse)
    shown = web.post("/ask", data={"text": "may I?"}, headers=FETCH).text
    assert '<button class="small" name="person" value="yes">Ask a person</button>' in shown
    web.post("/ask", data={"reply": "r1", "label": "Ask a person", "person": "yes"})
    assert converse.messages[1].press == Press("r1", Act.PERSON)
    first = client(Recorder(CRISIS)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert '<button class="primary" name="person"' in first


def test_no_second_way_to_the_same_person() -> None:
    """Where an action sends it to a person no other button does; whether it helped is asked all the same."""
    sends = replace(COMPLAINT, actions=(Action("escalate", "r1", "Send it to customer care"),))
    shown = client(Recorder(sends)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert 'name="person"' not in shown and 'name="helped"' in shown and "Send it to customer care" in shown
    bare = client(Recorder(replace(sends, actions=()))).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert 'name="person"' in bare


def test_every_card_renders_however_long_it_is() -> None:
    """Every sort of card is shown; what somebody wrote is cut where it is endless, and the page holds it."""
    for name, reply in CASES.items():
        shown = client(Recorder(reply)).post("/ask", data={"text": "q"}).text
        assert f'data-kind="{reply.kind}"' in shown, name
    endless = Reply(ReplyKind.CASE, "", asked="x" * 50_000, said=(Said("Ines Example", NOW, "y" * 50_000),))
    shown = client(Recorder(endless)).post("/ask", data={"text": "q"}, headers=FETCH).text
    assert len(shown) < 12_000 and "x…" in shown and "y…" in shown


def test_the_answers_to_a_question_stand_below_it() -> None:
    """What decides is pressed right below the question, before what to do; whom to send it to stays at the end."""
    settle = tuple(Action("settle", "r1", label, choice=label) for label in ("Yes, hurt", "No, a joke"))
    lists = (Listing("Do", ("Keep it",), "good"),)
    actions = (*settle, Action("escalate", "r1", "Send it to Safety"))
    asks = Reply(ReplyKind.TRIAGE, "Has anybody been hurt?", id="r1", lists=lists, actions=actions)
    shown = client(Recorder(asks)).post("/ask", data={"text": "q"}, headers=FETCH).text
    order = [
        shown.index(words)
        for words in ("Has anybody", ">Yes, hurt<", ">No, a joke<", "Keep it", ">Send it to Safety<", "Did this help?")
    ]
    assert order == sorted(order)


def test_an_answer_that_came_is_on_the_page() -> None:
    """Who was here before sees what came back: on the page, after a message, and for the script of the page."""
    converse = Recorder(news=ANSWERED)
    web = client(converse)
    assert "News of your case" not in web.get("/").text
    assert converse.asked_for_news == []  # nothing can have come for somebody who was never here
    page = web.get("/").text
    assert page.index("News of your case") < page.index("The answer to case 17") < page.index('class="opening"')
    asked = web.post("/ask", data={"text": "may I?"}).text
    assert (
        asked.index("You may, if you say who you work for") < asked.index("News of your case") < asked.index("<footer")
    )
    assert "The answer to case 17" not in web.post("/ask", data={"text": "may I?"}, headers=FETCH).text
    fragment = web.get("/news", headers=FETCH)
    assert "The answer to case 17" in fragment.text and "<html" not in fragment.text
    account = web.cookies[ACCOUNT]
    assert {(each.workspace, each.account, each.deed) for each in converse.asked_for_news} == {
        (LOCAL, account, Deed("news", ""))
    }
    assert web.get("/").text.count(" autofocus") == 1 == asked.count(" autofocus")


@pytest.mark.parametrize(
    "news",
    [
        Reply(ReplyKind.NOTE, ""),
        Reply(ReplyKind.QUEUE, ""),
        Reply(ReplyKind.ERROR, "Type your question and send it again."),
        Reply(ReplyKind.BUSY, "Too many."),
    ],
)
def test_no_news_is_nothing(news: Reply) -> None:
    """Where nothing came back, or it cannot be told just now, the page is as ever."""
    web = client(Recorder(news=news))
    web.get("/")
    assert 'data-kind="note"' not in web.get("/").text and web.get("/").text.count("<article") == 1  # the template
    assert web.get("/news", headers=FETCH).status_code == 204


def test_news_is_for_the_own_page_alone() -> None:
    """Another site gets nothing, and nobody is asked; nor does a browser that was never here."""
    converse = Recorder(news=ANSWERED)
    web = client(converse)
    assert web.get("/news").status_code == 204
    web.get("/")
    assert web.get("/news", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 204
    assert converse.asked_for_news == []


def test_a_page_without_its_news_is_a_page() -> None:
    """Where news cannot be had the page is shown, and one log line names the error, not its words."""

    async def broken(message: Message) -> Reply:
        raise RuntimeError("broke on 'my secret'")

    web = TestClient(web_app(broken, lambda: NOW))
    web.get("/")
    with capture_logs() as logs:
        assert web.get("/").status_code == 200
    assert [(entry["event"], entry["error"]) for entry in logs] == [("web_news_failed", "RuntimeError")]
    assert "secret" not in str(logs)


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><desc>Is anybody in &lt;danger&gt;?</desc></svg>'


def test_the_triage_chart_has_a_page() -> None:
    """The chart is drawn when it is looked at, is linked from the page, and says in words what it shows."""
    web = TestClient(web_app(Recorder(), lambda: NOW, chart=lambda: SVG), root_path="/clearpost")
    assert 'href="/clearpost/chart"' in web.get("/clearpost/").text
    page = web.get("/clearpost/chart").text
    assert 'src="/clearpost/chart.svg" alt="Is anybody in &lt;danger&gt;?"' in page and "<script" not in page
    drawing = web.get("/clearpost/chart.svg")
    assert drawing.text == SVG and drawing.headers["content-type"].startswith("image/svg+xml")
    assert drawing.headers["content-security-policy"] == POLICY


def test_without_a_chart_there_is_no_page_for_it() -> None:
    """Where nobody can draw it, nothing leads to it."""
    web = client()
    assert "/chart" not in web.get("/").text
    assert web.get("/chart").status_code == web.get("/chart.svg").status_code == 404


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme: int) -> None:
    """Text has 4.5:1 and the edge of a control 3:1 in both colour schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""
    css = (Path(bot.channels.web.__file__).parent / "static" / "house.css").read_text("utf-8")
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", roots[scheme]))
    tones = ("yes", "yes-if", "ask-first", "no", "hand-over", "accent")
    pairs = [*product(("ink", "quiet", "accent"), ("ground", "card")), ("on-accent", "accent"), ("card", "ink")]
    pairs += [(tone, f"{tone}-soft") for tone in tones] + [("card", tone) for tone in (*tones, "quiet")]
    pairs += [("ink", "accent-soft"), ("no", "card"), ("quiet", "accent-soft")]
    weak = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert min(_contrast(colours["edge"], colours[each]) for each in ("card", "ground")) >= 3
