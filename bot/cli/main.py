"""Runs a command; an error is one line that says what to do, a traceback only with ``--debug``."""

from __future__ import annotations

import sys

import click

from bot.cli import ask, content, index, measure, model, serve  # noqa: F401 - importing a module registers its commands
from bot.cli.app import app, tell
from bot.errors import BotError
from knowledge.errors import KnowledgeError, QuestionError


def main() -> None:
    """Run ``clearpost`` and leave with 0, 1 for a failure or 2 for misuse."""
    debug = "--debug" in sys.argv[1:2]
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        tell(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        tell(f"clearpost: {error.format_message().rstrip('.')}; see 'clearpost --help'")
        sys.exit(2)
    except (click.exceptions.Abort, KeyboardInterrupt):
        tell("clearpost: stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left, as `head` does
        sys.exit(0)
    except (BotError, KnowledgeError) as error:
        if debug:
            raise
        tell(f"clearpost: {error}")
        sys.exit(2 if isinstance(error, QuestionError) else 1)
    except Exception as error:  # the last line of defence: users never see a traceback
        if debug:
            raise
        tell(
            f"clearpost: unexpected {type(error).__name__}: {error}; run it again with 'clearpost --debug …' and report it"
        )
        sys.exit(1)


__all__ = ["main"]
