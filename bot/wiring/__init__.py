"""Builds everything; the only package that knows everything."""

from bot.wiring._answers import Tell, answers, encoder, ensure_index, is_current, now, pack, today
from bot.wiring._learning import (
    Open,
    days_ago,
    forget_person,
    gaps,
    organisations,
    precedent_questions,
    precedents,
    renew_cards,
)
from bot.wiring._office import office, router, watches
from bot.wiring._server import Work, lone_worker, server
from bot.wiring._state import copy_state, migrate, new_key, state
from bot.wiring._surfaces import slack_config, teams_config, write_teams_package

__all__ = [
    "Open",
    "Tell",
    "Work",
    "answers",
    "copy_state",
    "days_ago",
    "encoder",
    "ensure_index",
    "forget_person",
    "gaps",
    "is_current",
    "lone_worker",
    "migrate",
    "new_key",
    "now",
    "office",
    "organisations",
    "pack",
    "precedent_questions",
    "precedents",
    "renew_cards",
    "router",
    "server",
    "slack_config",
    "state",
    "teams_config",
    "today",
    "watches",
    "write_teams_package",
]
