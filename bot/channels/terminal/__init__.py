"""The terminal as a surface: a conversation with history and choices, and replies as plain or coloured text."""

from bot.channels.terminal.chat import converse
from bot.channels.terminal.look import CHOOSE, Look
from bot.channels.terminal.render import render

__all__ = ["CHOOSE", "Look", "converse", "render"]
