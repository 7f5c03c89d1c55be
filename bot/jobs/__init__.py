"""Durable work: deliveries that are sent once, across crashes, restarts and several workers."""

from bot.jobs.ledger import Ledger
from bot.jobs.limits import SLACK, TEAMS, Limits, Pace, Rate
from bot.jobs.upkeep import Counts
from bot.jobs.worker import Watch, Worker

__all__ = ["SLACK", "TEAMS", "Counts", "Ledger", "Limits", "Pace", "Rate", "Watch", "Worker"]
