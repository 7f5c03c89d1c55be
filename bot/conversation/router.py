"""Decides what a message is and which handler answers it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import ask, deeds, precedents, triage, who
from bot.conversation.commands import Command, Order, command
from bot.conversation.escalate import asker, crisis, opening, queue
from bot.conversation.escalate.office import Office
from bot.conversation.follow_up import complete
from bot.conversation.kept import to_json
from bot.conversation.learn.answering import proven
from bot.conversation.learn.campus import Campus, obey
from bot.conversation.learn.certification.rules import heed
from bot.conversation.leave import asks_leave
from bot.conversation.messages import LOCAL, Act, Message, Press
from bot.conversation.press import press
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.small_talk import small_talk
from bot.ports import Drift, Kept, Triage
from knowledge.answer import LONGEST
from knowledge.errors import QuestionError
from knowledge.models import Outcome, Reader
from knowledge.triage.models import Kind

_ESCALATE_WHAT: Final = "Write what it is about: “escalate A customer says that our kettle burned her hand”."
_TRIAGE_WHAT: Final = "Write, or paste, what somebody said about us: “triage This is the third time my parcel is lost”."
_SURE_ENOUGH: Final = 0.6
_SURE: Final = 0.8
"""The confidence from which a kind that may not be missed, or any other, speaks against a mere question."""

_TOLD: Final = frozenset(
    {Kind.COMPLAINT, Kind.RANT, Kind.MISINFORMATION, Kind.IMPERSONATION, Kind.EMPLOYEE_MISCONDUCT, Kind.TROLL}
)


class Router:
    """The conversation: one message in, one reply out. Handlers block, so they run in a thread of their own."""

    def __init__(
        self, office: Office, campus: Campus, chart: Triage, memory: timedelta, region: str | None = None
    ) -> None:
        """``memory`` is how long a follow-up belongs to its thread, ``region`` that of readers who have none."""
        self._office = office
        self._campus = campus
        self._chart = chart
        self._memory = memory
        self._region = region

    async def __call__(self, message: Message) -> Reply:
        """The reply to a message."""
        return await asyncio.to_thread(self.reply, message)

    def reply(self, message: Message) -> Reply:
        """The reply to a message, for callers without an event loop; one with an id is kept for its buttons."""
        message = replace(message, reader=self._reader(message))
        reply = crisis.cautious(self._office, self._answer(message), message.workspace)
        if reply.id and not (message.press and reply.id == message.press.reply):
            kept = Kept(reply.id, message.account, message.thread, message.at, to_json(reply))
            self._office.records.keep_reply(message.workspace, kept)
        return reply

    def _answer(self, message: Message) -> Reply:
        office = self._office
        if message.deed:
            return deeds.do(message, message.deed, deeds.Means(office, self._chart, self._memory, self._campus))
        if message.press:
            return self._pressed(message, message.press)
        if message.quoted:
            return self._about_a_message(message)
        order = command(message.text)
        if order:
            return self._obey(message, order)
        return small_talk(message.text) or self._understood(message)

    def _pressed(self, message: Message, button: Press) -> Reply:
        """A press on an answer's button; whoever says that an answer helped knows what it quotes from then on."""
        reply = press(message, button, self._office, self._memory, heed(self._campus.academy, message))
        if button.act is Act.HELPED and reply.about is not None:
            proven(self._campus.school, message, reply.about)
        return reply

    def _obey(self, message: Message, order: Command) -> Reply:  # noqa: PLR0911 - one return for each order
        office = self._office
        learned = obey(self._campus, message, order)
        if learned is not None:
            return learned
        match order.order:
            case Order.QUEUE:
                return queue.queue(office, message)
            case Order.MINE:
                return asker.mine(office, message)
            case Order.WHO:
                return who.who(office, message, order.words)
            case Order.DESK:
                return who.set_desk(office, message, order.words)
            case Order.CRISIS:
                return crisis.show(office, message)
            case Order.LIFT:
                return crisis.lift(office, message)
            case Order.TRIAGE:
                if not order.words:
                    return Reply(ReplyKind.ERROR, _TRIAGE_WHAT)
                return triage.triage(message, order.words, office.new_id(), office, self._chart)
        return self._escalate(message, order.words)

    def _escalate(self, message: Message, words: str) -> Reply:
        """A case from words alone, kept so that its button finds it: sorted where that fits, else found by topic."""
        if not words:
            return Reply(ReplyKind.ERROR, _ESCALATE_WHAT)
        office = self._office
        search = office.directory.find(words)
        message = replace(message, reader=replace(message.reader, region=search.region or message.reader.region))
        sorted_as = triage.triage(message, words, office.new_id(), office, self._chart)
        is_case = sorted_as.triaged_as not in ("", Kind.QUESTION) and sorted_as.confidence >= _SURE_ENOUGH
        by_topic = Reply(ReplyKind.PERSON, "", sorted_as.id, words, person=office.shown(search.contact))
        original = sorted_as if is_case else by_topic
        kept = Kept(original.id, message.account, message.thread, message.at, to_json(original))
        office.records.keep_reply(message.workspace, kept)
        return opening.consent(office, message, original, self._memory)

    def _about_a_message(self, message: Message) -> Reply:
        """Somebody else's message was chosen: what to do about it, or whether something may be done with it."""
        office = self._office
        if message.text and self._chart.drift(message.text) is Drift.ASK:
            joined = replace(message, text=f"{message.text}\n\n“{message.quoted}”")
            return self._asked(joined)
        return triage.triage(message, message.quoted, office.new_id(), office, self._chart)

    def _understood(self, message: Message) -> Reply:
        office = self._office
        leaning = self._leaning(message)
        if leaning is Drift.TRIAGE:
            return triage.triage(message, message.text, office.new_id(), office, self._chart)
        if leaning is Drift.UNCLEAR:
            return triage.unclear(message, office.new_id(), office)
        return self._asked(message)

    def _leaning(self, message: Message) -> Drift:
        """Whether somebody asks for leave or tells of something. What may not be missed is looked for in either."""
        if len(message.text) > LONGEST and not asks_leave(message.text):
            return Drift.TRIAGE  # nobody types so much: it was pasted
        try:
            triaged = self._chart.triage(message.text, message.reader)
        except QuestionError:
            return Drift.ASK  # which refuses it in words
        sure = triaged.confidence >= _SURE_ENOUGH
        if triaged.kind is Kind.THREAT_SELF_HARM and sure:
            return Drift.TRIAGE
        if asks_leave(message.text) or self._follows(message):
            return Drift.ASK
        if triaged.outcome is Outcome.HAND_OVER:  # it could not be read, which triage says
            return Drift.TRIAGE
        leaning = self._chart.drift(message.text)
        tells = (triaged.kind is Kind.SAFETY and sure) or (triaged.kind in _TOLD and triaged.confidence >= _SURE)
        return Drift.UNCLEAR if leaning is Drift.ASK and tells else leaning

    def _follows(self, message: Message) -> bool:
        """Whether it goes on from a question of its thread."""
        turns = self._office.records.turns(message.workspace, message.thread, message.at - self._memory)
        return complete(message.text, turns) != message.text

    def _asked(self, message: Message) -> Reply:
        office = self._office
        told = heed(self._campus.academy, message)
        reply = ask.ask(message, office.new_id(), office.answers, office.records, self._memory, told)
        return precedents.apply(office, reply, message.workspace, message.at)

    def _reader(self, message: Message) -> Reader:
        """What is known of the asker: what the message says goes first, then the people table, then the setting."""
        reader = message.reader
        person = None if message.workspace == LOCAL else self._office.people.find(message.workspace, message.account)
        track, region = (person.track, person.region) if person else ("", "")
        return replace(
            reader,
            audience=reader.audience or track or None,
            region=reader.region or region or self._region,
        )


__all__ = ["Router"]
