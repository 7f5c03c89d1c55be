"""The terminal: how each kind of reply looks, and a conversation with keys."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from bot.channels.terminal import Look, converse, render
from bot.cli.ask import account
from bot.conversation.ask import to_reply
from bot.conversation.messages import Act, Deed, Message, Press
from bot.conversation.reply import Action, Field, Option, Person, Quote, Reply, ReplyKind, Said
from knowledge.models import Reader, Verdict
from tests.fakes.answers import ANSWER, CLARIFY, HAND_OVER, OUT_OF_SCOPE, FakeAnswers
from tests.platform.cards.case_replies import ANSWERED, CASES, COMPLAINT, CONSENT, CRISIS, DOUBT, OPEN, QUEUE

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
QUOTE = Quote(
    text="You may praise **our** products when the post says that you work here.",
    plain="You may praise our products when the post says that you work here.",
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
    "coe_lead", "Programme lead", "Mon–Fri 08:00–18:00 (UTC)", (("channel", "#ask"), ("email", "a@b.example"))
)
YES_IF = Reply(
    ReplyKind.ANSWER,
    QUOTE.plain,
    id="r1",
    question="May I?",
    verdict=Verdict.YES_IF,
    conditions=("the post itself names your employer; a line in the profile is not enough",),
    quotes=(QUOTE, replace(QUOTE, plain="A hashtag is enough.", heading="Hashtags", effective=None)),
    sources=("16 CFR 255.5",),
    person=LEAD,
)


def _text(text: str) -> str:
    return dedent(text).strip("\n")


def test_an_answer() -> None:
    """A verdict, the quote that it rests on, conditions to tick, what else was found, and whom to ask."""
    assert render(YES_IF, Look(width=60)) == _text(
        """
        ✔ YES, IF

        │ “You may praise our products when the post says that you
        │ work here.”
        │ — Disclosure policy, “Say who you work for”, version 2.0,
        │   in force since 2026-09-01

        All of this must be true:
          ☐ the post itself names your employer; a line in the
            profile is not enough

        See also:
        │ “A hashtag is enough.”
        │ — Disclosure policy, “Hashtags”, version 2.0

        Behind it: 16 CFR 255.5

        Ask: Programme lead
             channel #ask · a@b.example · Mon–Fri 08:00–18:00 (UTC)
        """
    )


def test_an_answer_whose_quote_says_more() -> None:
    """Where the quote is another sentence than the answer, both are shown."""
    reply = Reply(ReplyKind.ANSWER, "You may not.", verdict=Verdict.NO, inferred=True, quotes=(QUOTE,))
    assert render(reply) == _text(
        """
        ✘ NO  (inferred from the wording, not marked by its author)

        You may not.

        │ “You may praise our products when the post says that you work here.”
        │ — Disclosure policy, “Say who you work for”, version 2.0, in force since 2026-09-01
        """
    )


def test_ask_first() -> None:
    """What has to be asked first says what to have ready."""
    assert render(to_reply(replace(ANSWER, question="?"), "r1", FakeAnswers().contacts)) == _text(
        """
        ✋ ASK FIRST

        │ “Pass every question of a reporter to Communications.”
        │ — Journalists and analysts, “A reporter asks”, version 1.0, in force since 2026-09-01

        Have this ready when you ask:
          ☐ the name of the outlet

        Behind it: Regulation FD, 17 CFR 243

        Ask: Corporate communications
             channel #press-office · press@example.com · Mon–Fri 07:00–20:00 (UTC)
        """
    )


def test_a_question_that_decides() -> None:
    """The one question with its options by number; no quote that looks like an answer."""
    assert render(to_reply(CLARIFY, "r1", FakeAnswers().contacts)) == _text(
        """
        ? ONE QUESTION FIRST

        What does the reporter want to talk about?

          1) Our company
          2) My hobby
        Type the number that fits.

        Ask: Corporate communications
             channel #press-office · press@example.com · Mon–Fri 07:00–20:00 (UTC)
        """
    )


def test_a_hand_over() -> None:
    """Doubt names a person and marks what was found as uncertain."""
    assert render(to_reply(HAND_OVER, "r1", FakeAnswers().contacts)) == _text(
        """
        ? NOT SURE: ASK A PERSON

        I am not sure enough to give you a verdict. Please ask Social media lead before you
        post.

        What I found, none of it certain:
        │ “Pass every question of a reporter to Communications.”
        │ — Journalists and analysts, “A reporter asks”, version 1.0, in force since 2026-09-01

        Ask: Social media lead
             social@example.com · Mon, Wed 09:00–12:00 (Europe/Berlin)
        """
    )


def test_off_topic() -> None:
    """What is none of our business says so and offers what is."""
    reply = to_reply(OUT_OF_SCOPE, "r1", FakeAnswers().contacts)
    assert render(replace(reply, examples=("Can I review it?", "May I answer?"))) == _text(
        """
        That does not look like a question for me.

        Try for example:
          · Can I review it?
          · May I answer?
        """
    )


@pytest.mark.parametrize("kind", [ReplyKind.SMALL_TALK, ReplyKind.THANKS, ReplyKind.ERROR])
def test_plain_words(kind: ReplyKind) -> None:
    """Small talk, thanks and errors are their words and nothing else."""
    assert render(Reply(kind, "Just these words.")) == "Just these words."


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_told_by_words(verdict: Verdict) -> None:
    """A verdict can be read without colour and without its sign."""
    head = render(Reply(ReplyKind.ANSWER, "So.", verdict=verdict)).split("\n")[0]
    assert verdict.value.replace("_", " ").upper() in head.replace(",", "")


def test_a_follow_up_shows_how_it_was_read() -> None:
    """Where another question was understood than was typed, it is shown; spaces and case make no other question."""
    reply = Reply(ReplyKind.ANSWER, "So.", verdict=Verdict.YES, question="May I? and on TikTok?")
    assert render(reply, typed="and on TikTok?").startswith("Understood as: “May I? and on TikTok?”\n\n✔ YES")
    assert render(reply, typed=" may I?  And on TikTok?\x1b").startswith("✔ YES")


def test_no_line_is_too_long_and_addresses_stay_whole() -> None:
    """Lines are wrapped at the width that was asked for; an address is never broken, so that it can be copied."""
    address = "https://intranet.example.com/social-media/" + "a-very-long-page-name/" * 4
    person = replace(LEAD, reach=(("page", address),))
    lines = render(replace(YES_IF, person=person), Look(width=40)).split("\n")
    assert [line for line in lines if len(line) > 40 and address not in line] == []
    assert any(address in line for line in lines)


def test_no_colour_unless_asked_for() -> None:
    """Colours are an extra: without them the text is the same, and every coloured line ends its colour."""
    coloured = render(YES_IF, Look(colour=True))
    assert "\033" not in render(YES_IF)
    assert re.sub(r"\033\[[\d;]*m", "", coloured) == render(YES_IF)
    for line in coloured.split("\n"):
        assert line.count("\033[0m") * 2 == line.count("\033[")


def test_content_cannot_steer_the_terminal() -> None:
    """Control characters in a policy or a question are blanks."""
    evil = "click \x1b]8;;https://evil.example\x07here\x1b[2J\r"
    person = replace(LEAD, name=evil)
    reply = replace(YES_IF, text=evil, question=evil, conditions=(evil,), sources=(evil,), person=person)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", render(reply, typed="x"))


NOTHING = Reply(ReplyKind.NOTE, "")


class Script:
    """A conversation that answers with the given replies, one after another, and records its messages.

    ``news`` is what comes back each time that the surface asks for it, the last one again and again.
    """

    def __init__(self, *replies: Reply, news: Sequence[Reply] = (NOTHING,)) -> None:
        self.replies = list(replies)
        self.news = list(news)
        self.messages: list[Message] = []

    def __call__(self, message: Message) -> Reply:
        """The next reply."""
        if message.deed and message.deed.act == "news":
            return self.news.pop(0) if len(self.news) > 1 else self.news[0]
        self.messages.append(message)
        return self.replies.pop(0)


def _type(monkeypatch: pytest.MonkeyPatch, script: Script, *lines: str, reader: Reader | None = None) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    converse(script, lambda: NOW, reader or Reader())


CLARIFYING = Reply(
    ReplyKind.CLARIFY,
    "Did they agree?",
    id="r1",
    question="May I post them?",
    options=(Option("Yes, all of them", "photos", "agreed"), Option("No", "photos", "not-agreed")),
)
THANKS = Reply(ReplyKind.THANKS, "Thank you.")


def test_words_are_said_in_one_thread(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed is said with its reader, in one thread that nobody else has; blank lines are not."""
    script = Script(YES_IF, YES_IF)
    _type(monkeypatch, script, "May I?", "", "   ", "  and there? ", reader=Reader("partners", "de"))
    assert [message.text for message in script.messages] == ["May I?", "and there?"]
    assert {message.thread for message in script.messages} == {script.messages[0].thread}
    assert len(script.messages[0].thread) >= 16
    assert all(message.reader == Reader("partners", "de") and message.at == NOW for message in script.messages)
    printed = capsys.readouterr().out
    assert printed.startswith("Clearpost.") and printed.count("✔ YES, IF") == 2


@pytest.mark.parametrize(
    ("typed", "option"),
    [("1", 0), ("2", 1), ("y", 0), ("No", 1), ("yes", 0)],
)
def test_an_option_is_chosen(monkeypatch: pytest.MonkeyPatch, typed: str, option: int) -> None:
    """An option is chosen by its number, or by yes or no where only one begins so."""
    script = Script(CLARIFYING, YES_IF)
    _type(monkeypatch, script, "May I post them?", typed)
    assert script.messages[1].press == Press(CLARIFYING.id, Act.CHOOSE, option)


@pytest.mark.parametrize("typed", ["0", "3", "99999999999999999999"])
def test_no_such_option(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    """A number that is not on offer is said to be none, and the options still stand."""
    script = Script(CLARIFYING, YES_IF)
    _type(monkeypatch, script, "May I post them?", typed, "1")
    assert "Type a number from 1 to 2, or ask something else." in capsys.readouterr().out
    assert len(script.messages) == 2 and script.messages[1].press


def test_yes_is_no_choice_between_two_that_begin_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yes does not choose where two options begin with it, or none does; nor does it rate the question."""
    twice = replace(CLARIFYING, options=(Option("Yes, all", "p", "a"), Option("Yes, some", "p", "b")))
    never = replace(CLARIFYING, options=(Option("Nobody", "p", "a"), Option("All", "p", "b")))
    script = Script(twice, never)
    _type(monkeypatch, script, "May I?", "y", "And them?", "y", "n")
    assert [message.text for message in script.messages] == ["May I?", "And them?"]


def test_words_may_follow_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked to choose may ask something else instead; the old options are gone then."""
    script = Script(CLARIFYING, YES_IF, THANKS)
    _type(monkeypatch, script, "May I post them?", "what about gifts?", "1", "y")
    assert [message.text for message in script.messages] == ["May I post them?", "what about gifts?", ""]
    assert script.messages[2].press == Press("r1", Act.HELPED)


@pytest.mark.parametrize(("typed", "helped"), [("y", True), ("Y", True), ("n", False), ("no", False)])
def test_a_reply_is_rated(monkeypatch: pytest.MonkeyPatch, typed: str, helped: bool) -> None:
    """Y or n after a reply says whether it helped."""
    script = Script(YES_IF, THANKS)
    _type(monkeypatch, script, "May I?", typed)
    assert script.messages[1].press == Press("r1", Act.HELPED if helped else Act.NOT_HELPED)


def test_a_rating_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a thank-you, another rating is about the same reply."""
    script = Script(YES_IF, THANKS, THANKS)
    _type(monkeypatch, script, "May I?", "y", "n")
    assert [message.press for message in script.messages[1:]] == [Press("r1", Act.HELPED), Press("r1", Act.NOT_HELPED)]


def test_nothing_to_rate_or_to_choose(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that means nothing yet is not looked up as a question."""
    script = Script(Reply(ReplyKind.SMALL_TALK, "Hello!"))
    _type(monkeypatch, script, "y", "1", "hi", "n", "2")
    assert [message.text for message in script.messages] == ["hi"]
    printed = capsys.readouterr().out
    assert printed.count("There is no answer to rate yet.") == 2
    assert printed.count("There is nothing to choose here.") == 2


@pytest.mark.parametrize("word", ["quit", "exit", "q", "QUIT"])
def test_the_word_that_ends_it(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Quit ends the conversation, as the end of the input does."""
    script = Script()
    _type(monkeypatch, script, word, "May I?")
    assert script.messages == []


def test_triage() -> None:
    """What to do and not to do, the words that may be posted, who takes over, and what can be done by number."""
    assert render(COMPLAINT, Look(width=72), typed="triage Third kettle") == _text(
        """
        ● COMPLAINT: PUT IT RIGHT

        A complaint that can be put right. Customer care takes over.

        Priority: Normal
        Goes to:  Customer care
        Path:     Nobody is in danger → no lawyer → facts are right → a bad
                  experience that can be put right

        Do:
          ✔ Post the reply below once, within the day, from your own account or
            not at all.
          ✔ Send customer care the link and a picture of the post.
          ✔ Tell the customer that somebody looks into it, and let customer care
            do the rest.

        Do not:
          ✘ Do not argue about whose fault it is.
          ✘ Do not ask for an order number or an address in public.

        You may post this as it stands:
            I work there and I am sorry to read that. I am passing it on to the
            colleagues who can put it right; they will write to you here today.

        Ask: Customer care
             channel #customer-care · care@example.com · Mon–Sat 07:00–21:00
             (UTC)

        Sorted as complaint, 86% sure.

          1) Send to customer care

        Type the number that fits.
        """
    )


def test_an_answer_to_a_case() -> None:
    """The own question is quoted, the answer keeps its lines, with who gave it and when."""
    assert render(ANSWERED, Look(width=72), lead="a") == _text(
        """
        ✔ THE ANSWER TO CASE 17

        │ A reporter wrote to me on LinkedIn about the outage on Saturday. May I
        │ tell her what I know?

        Tom Example, Corporate communications, 2 November 2026, 10:20 UTC
          Thank her and send her to press@example.com, please.
          We answer her ourselves before noon. Say nothing about the cause: it
          is not known yet.

          a1) That helped
          a2) Not yet

        Type what stands before the one that fits.
        """
    )


def test_rows_are_numbered_through() -> None:
    """Each row has its own numbers, counted through to the last; the notes follow."""
    shown = render(QUEUE)
    assert re.findall(r"^  (\d\) .*)$", shown, re.MULTILINE) == [
        "1) Claim",
        "2) Show",
        "3) Answer",
        "4) Show",
        "5) Claim",
    ]
    assert shown.index("Overdue · case 12") < shown.index("1) Claim") < shown.index("Mine · case 17")


def test_a_notice_stands_above_all() -> None:
    """A crisis is read before the verdict."""
    assert render(CRISIS).startswith("!! Crisis: the outage of Saturday.")


@pytest.mark.parametrize("name", CASES)
def test_no_card_is_too_wide_or_steers_the_terminal(name: str) -> None:
    """Whatever stands in a card, even 50 kB with control characters: wrapped, cut, harmless."""
    evil = "\x1b]8;;https://evil.example\x07here\x1b[2J " * 1200
    reply = replace(CASES[name], asked=evil, said=(Said(evil, NOW, evil),), text=evil[:500])
    shown = render(reply, Look(width=60))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert max(map(len, shown.split("\n"))) <= 60
    assert "…" in shown


def test_something_is_done_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number does what stands beside it, with its choice; a doubt is settled so."""
    script = Script(DOUBT, YES_IF)
    _type(monkeypatch, script, "our kettle nearly took his hand off lol", "2")
    assert script.messages[1].deed == Deed("settle", "r3", "", ("troll",))
    assert script.messages[1].text == ""


def test_a_person_is_asked_with_consent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """P asks a person about the last reply; what will be sent is shown, and a number sends it with a note."""
    sent = Reply(ReplyKind.NOTE, "Sent as case 17.")
    script = Script(YES_IF, CONSENT, sent)
    _type(monkeypatch, script, "May I?", "p", "2", "She waits until noon.", "https://example.com/post", "", "1")
    assert script.messages[1].press == Press("r1", Act.PERSON)
    assert script.messages[2].deed == Deed("send", "r1", "She waits until noon.\nhttps://example.com/post")
    printed = capsys.readouterr().out
    assert "SEND THIS TO CUSTOMER CARE?" in printed and "Sent as case 17." in printed
    assert "There is nothing to choose here." in printed  # what was sent cannot be sent again


def test_nobody_is_asked_before_a_question(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """P without a reply says what to do first."""
    script = Script()
    _type(monkeypatch, script, "p")
    assert script.messages == []
    assert "There is no question to pass on yet." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "deed"),
    [
        (("1",), Deed("claim", "c1")),
        (("4", "2", ""), Deed("reassign", "c1", "", ("legal",))),
        (("4", "9", "x", "3", "You know her.", ""), Deed("reassign", "c1", "You know her.", ("press_office",))),
        (("5", ""), Deed("priority", "c1", "", ("high",))),
        (("5", "1"), Deed("priority", "c1", "", ("urgent",))),
        (("6", "x" * 501, "", "Settled by phone", ""), Deed("close", "c1", "Settled by phone")),
    ],
)
def test_a_form_is_asked_field_by_field(monkeypatch: pytest.MonkeyPatch, typed: Sequence[str], deed: Deed) -> None:
    """Fields are asked one after another: what is no choice or too long is asked again, Enter keeps what stands."""
    script = Script(OPEN, OPEN)
    _type(monkeypatch, script, "case 17", *typed)
    assert script.messages[1].deed == deed


def test_several_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several may be chosen, numbers are typed with commas; each counts once."""
    topics = Field("Which?", options=(("a", "A"), ("b", "B"), ("c", "C")), several=True)
    reply = Reply(ReplyKind.CASE, "Crisis mode", actions=(Action("declare", "x", "Declare", choices=topics),))
    script = Script(reply, reply)
    _type(monkeypatch, script, "crisis", "1", "3, 1,3")
    assert script.messages[1].deed == Deed("declare", "x", "", ("c", "a"))


@pytest.mark.parametrize("typed", [("2", ""), ("4", ""), ("2",)])
def test_a_form_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: Sequence[str]
) -> None:
    """An empty line where something is needed, or the end of the input, does nothing."""
    script = Script(OPEN)
    _type(monkeypatch, script, "case 17", *typed)
    assert len(script.messages) == 1
    assert "Nothing was done." in capsys.readouterr().out


def test_what_failed_can_be_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an error the numbers of the card still hold; after a new card they are that card's."""
    script = Script(OPEN, Reply(ReplyKind.ERROR, "Somebody was faster."), replace(OPEN, actions=OPEN.actions[1:]), OPEN)
    _type(monkeypatch, script, "case 17", "1", "1", "1", "We answer her.", "")
    assert [message.deed and message.deed.act for message in script.messages] == [None, "claim", "claim", "answer"]


def test_an_answer_comes_back_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer is shown before the next prompt, once, with numbers of its own beside those of the last reply."""
    thanks = Reply(ReplyKind.NOTE, "Case 17 is closed.")
    script = Script(CLARIFYING, thanks, YES_IF, news=(NOTHING, ANSWERED))
    _type(monkeypatch, script, "May I post them?", "a1", "1", "a9")
    printed = capsys.readouterr().out
    assert printed.count("News of your case:") == 1
    assert printed.index("1) Yes, all of them") < printed.index("News of your case:") < printed.index("a1) That helped")
    assert script.messages[1].deed == Deed("solved", "c1")
    assert script.messages[2].press == Press("r1", Act.CHOOSE, 0)
    assert "There is nothing to choose here." in printed


def test_answers_belong_to_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is named talks under that name, in a thread of its own."""
    monkeypatch.setattr("sys.stdin", io.StringIO("May I?\n"))
    script = Script(YES_IF)
    converse(script, lambda: NOW, Reader(), account="kept")
    assert script.messages[0].account == "kept" != script.messages[0].thread


def test_the_account_of_a_terminal_is_kept(tmp_path: Path) -> None:
    """The next conversation is the same person's, under a name that nobody can guess and nobody else can read."""
    name = account(tmp_path)
    assert len(name) == 43 and account(tmp_path) == name
    assert (tmp_path / "terminal-account").stat().st_mode & 0o777 == 0o600
    assert account(tmp_path / "missing") == ""
