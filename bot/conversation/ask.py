"""A question in, a cited verdict out, or an honest refusal with a person to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.conversation.certified import Heed, if_certified
from bot.conversation.follow_up import complete, takes_back
from bot.conversation.messages import Message
from bot.conversation.reply import Option, Person, Quote, Reply, ReplyKind
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Answers, Records, Turn
from knowledge.contacts import Contacts
from knowledge.documents.blocks import plain
from knowledge.errors import QuestionError
from knowledge.models import Answer, Citation, Outcome, Reader
from lessons.certification import Levels

_KINDS: Final = {
    Outcome.ANSWER: ReplyKind.ANSWER,
    Outcome.CLARIFY: ReplyKind.CLARIFY,
    Outcome.HAND_OVER: ReplyKind.HAND_OVER,
    Outcome.OUT_OF_SCOPE: ReplyKind.OUT_OF_SCOPE,
}


_TO_ANYBODY: Final = if_certified(Levels())


def ask(message: Message, reply_id: str, answers: Answers, records: Records, memory: timedelta, heed: Heed) -> Reply:
    """Answer a question, completed from its thread where it is a follow-up. Blocking: it encodes the question.

    ``heed`` says what becomes of a rule for certified people.
    """
    question = complete(message.text, records.turns(message.workspace, message.thread, message.at - memory))
    followed = question != message.text
    try:
        answer = answers.ask(question, message.reader, follow_up=followed and takes_back(message.text))
    except QuestionError as error:
        return Reply(kind=ReplyKind.ERROR, text=str(error), question=message.text)
    if answer.outcome is not Outcome.OUT_OF_SCOPE:
        records.add_turn(message.workspace, message.thread, Turn(question, message.at))
    return to_reply(answer, reply_id, answers.contacts, heed)


def choose(question: str, option: Option, reader: Reader, reply_id: str, answers: Answers, heed: Heed) -> Reply:
    """Answer after one option of a question that decides was chosen."""
    try:
        answer = answers.choose(question, option.policy, option.section, reader)
    except QuestionError as error:
        return Reply(kind=ReplyKind.ERROR, text=str(error), question=question)
    return to_reply(answer, reply_id, answers.contacts, heed)


def to_reply(answer: Answer, reply_id: str, contacts: Contacts, heed: Heed = _TO_ANYBODY) -> Reply:
    """An answer as a reply, with the person to ask looked up; the level that it asks for is a condition, if no more."""
    reply = Reply(
        kind=_KINDS[answer.outcome],
        text=answer.summary,
        id=reply_id,
        question=answer.question,
        verdict=answer.verdict,
        inferred=answer.inferred,
        conditions=answer.conditions,
        quotes=tuple(quote_of(citation) for citation in answer.citations),
        sources=answer.sources,
        options=tuple(Option(choice.label, choice.policy, choice.section) for choice in answer.choices),
        person=person(answer.contact, contacts),
        examples=EXAMPLES if answer.outcome is Outcome.OUT_OF_SCOPE else (),
        confidence=answer.confidence,
    )
    return heed(reply, answer.certified) if answer.certified else reply


def quote_of(citation: Citation) -> Quote:
    """A citation as a reply shows it."""
    return Quote(
        text=citation.quote,
        plain=plain(citation.quote),
        policy=citation.policy,
        title=citation.title,
        version=citation.version,
        effective=citation.effective,
        section=citation.section,
        heading=citation.heading,
        verdict=citation.verdict,
        inferred=citation.inferred,
    )


def person(identifier: str | None, contacts: Contacts) -> Person | None:
    """A contact as it is shown; ``None`` where there is none."""
    contact = contacts.get(identifier)
    if contact is None:
        return None
    return Person(contact.id, contact.name, str(contact.hours), tuple(contact.reach.items()))


__all__ = ["ask", "choose", "person", "quote_of", "to_reply"]
