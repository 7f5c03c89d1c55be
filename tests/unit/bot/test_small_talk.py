"""Small talk gets a human reply; a real question never does, however politely it begins."""

from __future__ import annotations

import json
import re
import time

import pytest

from bot.conversation.reply import ReplyKind
from bot.conversation.small_talk import EXAMPLES, small_talk
from knowledge.pack import DEFAULT_PACK

GREETINGS = (
    "hi",
    "Hello!",
    "hey there 👋",
    "Good morning",
    "good afternoon, Clearpost!",
    "Hiya, how are you?",
    "heyyy",
    "Hi, how's it going?",
    "moin moin",
    "Guten Tag",
    "yo what's up",
    "Hello? Anyone there?",
    "👋",
    "Hi everyone, nice to meet you",
)
THANKS = (
    "thanks",
    "Thank you so much!",
    "ok thanks, bye",
    "Great, that helped a lot 🙏",
    "thx!!",
    "Perfect. Thank you for your help",
    "cheers mate",
    "👍",
    "got it, will do",
    "ok",
    "That's all, have a nice day!",
    "many thanks, that answers my question",
    "vielen Dank",
    "never mind",
    "you're great",
)
ABOUT = (
    "who are you?",
    "What are you?",
    "are you a bot or a human",
    "Hi! Am I talking to a real person?",
    "what's your name",
    "What is this?",
    "what is clearpost",
    "hello, who built you?",
    "are you ChatGPT",
    "tell me about yourself",
)
HELP = (
    "help",
    "?",
    "Hi, can you help me?",
    "what can you do?",
    "How does this work?",
    "What can I ask you?",
    "how do i use this thing",
    "quick question",
    "Hello, I have a question for you please",
    "give me an example",
    "hey can i ask you something",
    "test",
)
QUESTIONS = (
    "hi can I post my badge",
    "Hello, may I share our holiday party photos?",
    "hey is it ok to review our own blender on amazon",
    "Good morning, a journalist called me. What do I say?",
    "hi there, my boss wants me to like every company post",
    "Hello from the warehouse, can I film the new robot",
    "hey clearpost, someone is impersonating our CEO",
    "yo can i post my payslip lol",
    "morning selfie in front of the server room, ok?",
    "good evening dress photo from the gala on Insta?",
    "hello kitty picture as profile photo, copyright?",
    "thanks to our team for the record quarter - can I tweet that?",
    "Thank you posts for customers, are they allowed?",
    "ok so can I tag her",
    "ok to post a picture of my desk?",
    "okay, and on TikTok?",
    "great quarter! may I say so before the results are out?",
    "cool new prototype on my desk, story?",
    "perfect shot of the CEO asleep, can I post it",
    "nice review from a client, repost it?",
    "bye bye video of a colleague who was fired",
    "see you at our booth - can I post that with the stand number?",
    "got it from a supplier as a gift, may I show it",
    "what are you allowed to say to journalists",
    "what are you supposed to do if a customer swears at you",
    "what can you post about competitors",
    "what can I say about my salary",
    "What do I do with a troll?",
    "what should I write under an angry review",
    "who are you allowed to tag in a photo",
    "Who can I ask about a logo?",
    "what is this rule about hashtags good for?",
    "what's your policy on politics",
    "are you allowed to like a competitor's post",
    "help a friend sell his car in the company group, allowed?",
    "can you help me answer this customer's complaint about his order",
    "how does disclosure work for influencers",
    "start a petition about our parking",
    "test results of our new drug, can I share them",
    "thanks, but what if she says no?",
    "I have a question about stock options",
    "is this ok?",
    "ok?",
    "why not",
    "yes",
    "",
    "   ",
    "😀",
)


def _text_of(text: str) -> str:
    reply = small_talk(text)
    assert reply is not None, f"{text!r} was looked up"
    return reply.text


@pytest.mark.parametrize("text", GREETINGS)
def test_greetings_are_greeted(text: str) -> None:
    """A greeting is greeted back, with questions to try."""
    assert _text_of(text).startswith("Hello!")


@pytest.mark.parametrize("text", THANKS)
def test_thanks_are_taken(text: str) -> None:
    """Thanks, goodbyes and nods need no policy."""
    assert _text_of(text).startswith("You are welcome.")


@pytest.mark.parametrize("text", ABOUT)
def test_questions_about_clearpost(text: str) -> None:
    """Whoever asks what they are talking to is told that it is a bot."""
    assert _text_of(text).startswith("I am Clearpost, a bot.")


@pytest.mark.parametrize("text", HELP)
def test_requests_for_help(text: str) -> None:
    """Whoever asks what to ask is told what to describe."""
    assert _text_of(text).startswith("Describe a post")


@pytest.mark.parametrize("text", QUESTIONS)
def test_real_questions_are_looked_up(text: str) -> None:
    """A real question is no small talk, whatever word it begins with; nor is what nobody can read."""
    assert small_talk(text) is None


def test_no_labelled_question_is_small_talk() -> None:
    """None of the default pack's labelled questions that holds a word is taken for small talk."""
    files = sorted((DEFAULT_PACK / "questions").glob("ask-*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    questions = [json.loads(line)["q"] for line in lines]
    assert len(questions) > 1000
    assert [each for each in questions if re.search(r"\w", each) and small_talk(each)] == []


def test_every_question_on_offer_is_looked_up() -> None:
    """The questions that small talk offers to try are real ones."""
    assert [small_talk(example) for example in EXAMPLES] == [None] * 3


def test_a_reply_offers_questions_and_takes_no_feedback() -> None:
    """Small talk carries the examples, no verdict and no name for feedback."""
    reply = small_talk("hi")
    assert reply is not None
    assert (reply.kind, reply.examples, reply.verdict, reply.id) == (ReplyKind.SMALL_TALK, EXAMPLES, None, "")


@pytest.mark.parametrize(
    "text", ["ok thanks " * 2000, "hi" * 2000, "thanks a lot, ok thanks, bye " * 5 + "x", "h" * 4000, "? " * 2000]
)
def test_no_message_makes_it_slow(text: str) -> None:
    """However a message repeats itself, it is told from small talk at once."""
    began = time.process_time()
    small_talk(text)
    assert time.process_time() - began < 0.5
