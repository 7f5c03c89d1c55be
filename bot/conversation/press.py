"""A button below a reply: only for its asker, and always about what was kept, never about what the button claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import ask
from bot.conversation.certified import Heed, in_public
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.opening import consent
from bot.conversation.kept import from_json
from bot.conversation.messages import Act, Message, Press
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Records

_GONE: Final = "That answer is no longer in my memory, so its buttons do nothing. Please ask me once more."
_NOT_YOURS: Final = "These buttons belong to the person who asked. Ask me yourself, and you get your own answer."
_HELPED: Final = "Thank you, good to know."
_NOT_HELPED: Final = "Thank you. It is noted that this did not help. Please ask a person before you post."


def press(  # noqa: PLR0911 - one return for each button
    message: Message, button: Press, office: Office, memory: timedelta, heed: Heed
) -> Reply:
    """The reply to a press. Blocking: choosing an option asks the policies again.

    ``heed`` says what becomes of a rule for certified people.
    """
    records = office.records
    kept = records.reply(message.workspace, button.reply)
    if kept is None:
        return _refusal(_GONE)
    if kept.account != message.account:
        return _refusal(_NOT_YOURS)
    try:
        original = from_json(kept.body)
    except StateError:  # kept by another version
        return _refusal(_GONE)
    match button.act:
        case Act.CHOOSE:
            return _choose(message, button.option, original, office, heed)
        case Act.HELPED | Act.NOT_HELPED:
            return _rate(message, button, original, records)
        case Act.PERSON:
            return consent(office, replace(message, thread=kept.thread), original, memory)
        case Act.SHARE:
            return in_public(original)
        case Act.SHOW:
            return original if kept.helped is None else _thanks(original, helped=kept.helped)


def _rate(message: Message, button: Press, original: Reply, records: Records) -> Reply:
    helped = button.act is Act.HELPED
    records.rate(message.workspace, button.reply, helped=helped, at=message.at)
    return _thanks(original, helped=helped)


def _choose(message: Message, option: int, original: Reply, office: Office, heed: Heed) -> Reply:
    if not 0 <= option < len(original.options):
        return _refusal(_GONE)
    chosen = original.options[option]
    return ask.choose(original.question, chosen, message.reader, office.new_id(), office.answers, heed)


def _thanks(original: Reply, *, helped: bool) -> Reply:
    return Reply(kind=ReplyKind.THANKS, text=_HELPED if helped else _NOT_HELPED, about=original)


def _refusal(text: str) -> Reply:
    return Reply(kind=ReplyKind.ERROR, text=text)


__all__ = ["press"]
