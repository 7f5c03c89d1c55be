"""``clearpost check-content`` and ``clearpost init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app


@app.command("check-content", short_help="Check policies, contacts and labelled questions.")
def check_content(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Folder of a content pack; by default your own.", show_default=False),
    ] = None,
) -> None:
    """Check policies, contacts and labelled questions; names every mistake with file, line and remedy."""
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.content_check import check_content as check
    from knowledge.pack import DEFAULT_PACK

    chosen = folder or load_settings().content or DEFAULT_PACK
    problems = check(chosen, wiring.today())
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}")
        raise typer.Exit(1)
    print(f"{chosen}: nothing to mend")


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for your own content pack.")],
) -> None:
    """Copy the default pack as the start of your own."""
    from knowledge.pack import copy_default_pack

    copy_default_pack(folder)
    print(f"wrote {folder}; edit it, run 'clearpost check-content {folder}', then set CLEARPOST_CONTENT={folder}")


__all__ = ["check_content", "init"]
