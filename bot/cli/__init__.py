"""The command ``clearpost``: parse, call wiring, print. Nothing heavy is imported before a command runs."""

from bot.cli.main import main

__all__ = ["main"]
