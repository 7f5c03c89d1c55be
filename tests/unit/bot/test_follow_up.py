"""What belongs to the question before it, and what is a question of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from bot.conversation.follow_up import complete, takes_back
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Turn
from knowledge.pack import DEFAULT_PACK
from knowledge.questions import read_questions

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BEFORE = "Can I post a photo of our team lunch?"
THREAD = (Turn("What about gifts?", NOW), Turn(BEFORE, NOW))

FOLLOW_UPS = (
    "and on my own LinkedIn?",
    "what if she agrees",
    "even if nobody sees it?",
    "on TikTok?",
    "with a disclaimer?",
    "LinkedIn?",
    "my private account?",
    "in my private story",
    "and?",
    "What about Instagram?",
    "how about a closed group?",
    "but my manager said it was fine",
    "but only friends can see it",
    "if I blur the faces?",
    "only if they agree?",
    "unless I crop it?",
    "And if I ask her first? She is a good friend.",
    "Ok, and without the logo?",
    "ok thanks, and on Facebook?",
    "so even with a disclaimer?",
    "same for videos?",
    "does that hold for freelancers too?",
    "does it matter that it was years ago",
    "is that still so when I leave the company",
    "Is it ok if she agrees?",
    "is it still ok then?",
    "is it ok?",
    "is it ok on Reddit",
    "would it be ok if nobody can recognise them",
    "is it ok if I blur the faces",
    "can I tag her?",
    "can I post it on LinkedIn too",
    "can I at least like it?",
    "may I share that with my friends",
    "Can I post it?",
    "so I can't post it?",
    "should I ask them first",
    "do I have to blur the faces?",
    "she is a customer",
    "they gave it to me for free",
    "it's my own photo",
    "I have her permission",
    "i have permission",
    "just the logo?",
    "not on my work account",
    "only internally?",
    "anonymously?",
    "after the launch?",
    "for a charity",
    "about my hobby",
    "without naming the client?",
    "or a drawing of it",
    "or can I just mention it?",
    "and am I allowed to comment on it",
    "then can I send it to my wife?",
    "why?",
    "why not",
    "since when?",
    "who do I ask then?",
    "are you sure?",
    "really?",
    "what does that mean?",
    "What if I add a disclaimer?",
    "what if a colleague is in the picture",
    "the old logo instead?",
    "I already posted it",
    "what happens if I already did?",
    "I mean on my private account",
)
NEW = (
    *EXAMPLES,
    "is it ok to post a picture of my desk?",
    "is it okay if I share a photo of my payslip",
    "Is it allowed to review our own products on Amazon",
    "is it legal to record a customer call",
    "would it be ok to repost a customer's review",
    "is it true that we may not talk about politics",
    "can I post a picture of my lunch",
    "Can I write about my salary?",
    "can I talk to journalists?",
    "can I follow a competitor?",
    "may I use our logo on a cake",
    "am I allowed to post about politics?",
    "should I answer an angry customer on Twitter",
    "so my boss wants me to like every post of the CEO",
    "so can I post my badge?",
    "ok so can I accept a gift from a supplier",
    "And can I post photos from the lab?",
    "and is it ok to review a competitor's phone",
    "also, can I post a picture of the office dog",
    "then can I post a photo of my dog?",
    "but can I comment on a competitor's post?",
    "and my boss wants me to delete a bad review",
    "or may I write a reference for a colleague?",
    "what about posting a video of my daughter at the family day",
    "what do I say to a journalist",
    "What should I do about a fake account of our CEO?",
    "a customer insulted me on Facebook, may I answer?",
    "My colleague took a picture of the whiteboard, can I post it?",
    "if a customer insults me, may I delete the comment",
    "on linkedin someone insulted our company",
    "at a fair a blogger filmed me, can I share it",
    "just saw a leak of our roadmap on reddit",
    "as a manager, can I friend my staff",
    "to whom do I report a leak",
    "not sure if I can post my badge",
    "who owns a photo that I took at work?",
    "who can I ask about a logo",
    "Can I post this: “we are hiring, come and join us”?",
    "thanks! Can I also post my new business card?",
    "why can't I post my salary?",
    "someone is selling our prototype on eBay",
    "one of our customers wants a discount for a review",
    "how long do we keep messages from customers?",
    "hi can I post my badge",
    "influencer contract",
    "can i post this accrual before month end closes",
    "can i post that our office is moving",
    "let me rephrase: can I post my payslip",
    "new question: can I follow a client",
    "They let me keep it. My sister would like to review the thing on her blog now, may she?",
    "What if a journalist from the local paper calls me at home about the layoffs at our plant?",
    "",
    "yes",
    "thanks",
)


@pytest.mark.parametrize("text", FOLLOW_UPS)
def test_a_follow_up_is_completed(text: str) -> None:
    """A follow-up is looked up together with the question before it, and with no older one."""
    assert complete(f" {text} ", THREAD) == f"{BEFORE} {text}"


@pytest.mark.parametrize("text", NEW)
def test_a_new_question_stands_alone(text: str) -> None:
    """A question that names what it is about is looked up as it is."""
    assert complete(text, THREAD) == text


@pytest.mark.parametrize("text", FOLLOW_UPS)
def test_nothing_is_completed_without_a_thread(text: str) -> None:
    """The first message of a thread is looked up as it is."""
    assert complete(text, ()) == text


def test_hardly_a_labelled_question_is_taken_for_a_follow_up() -> None:
    """Of real first questions, few could be follow-ups: those that name nothing ("can it stay up?")."""
    questions = read_questions(DEFAULT_PACK / "questions" / "ask-tune.jsonl")
    taken = [each.question for each in questions if complete(each.question, THREAD) != each.question]
    assert len(taken) < 0.01 * len(questions), taken


def test_a_long_thread_leaves_room_for_the_follow_up() -> None:
    """However long the thread has become, the follow-up is whole and what went before is cut at a word."""
    completed = complete("and on TikTok?", (Turn("word " * 800, NOW),))
    assert len(completed) < 1_100
    assert completed.startswith("word word") and completed.endswith("word and on TikTok?")


@pytest.mark.parametrize("text", ["and " * 5000, "is it " * 2000, "on a " * 3000, "ok so " * 3000 + "?", "hm" * 5000])
def test_no_message_makes_it_slow(text: str) -> None:
    """However a message repeats itself, it is judged at once."""
    began = time.process_time()
    complete(text, THREAD)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "text", ["what if I leave that line out?", "even without a disclaimer?", "and if she doesn't agree"]
)
def test_what_takes_a_condition_back(text: str) -> None:
    """A follow-up that changes a condition is told from one that only changes the place."""
    assert takes_back(text)
    assert not takes_back("and on TikTok?")
