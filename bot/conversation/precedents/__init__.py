"""An expert's answer that may be used again: offered, decided on by the policy's owner, shown, and questioned."""

from bot.conversation.precedents.deciding import DEEDS, decide
from bot.conversation.precedents.labels import labelled_precedents
from bot.conversation.precedents.offering import offer
from bot.conversation.precedents.using import ALIKE, apply
from bot.conversation.precedents.watching import question_stale

__all__ = ["ALIKE", "DEEDS", "apply", "decide", "labelled_precedents", "offer", "question_stale"]
