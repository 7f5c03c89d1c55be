"""Builds everything; the only package that knows everything."""

from bot.wiring._answers import Tell, answers, encoder, ensure_index, is_current, now, pack, today
from bot.wiring._server import server, worker
from bot.wiring._state import router, state
from bot.wiring._surfaces import slack_config, teams_config

__all__ = [
    "Tell",
    "answers",
    "encoder",
    "ensure_index",
    "is_current",
    "now",
    "pack",
    "router",
    "server",
    "slack_config",
    "state",
    "teams_config",
    "today",
    "worker",
]
