"""``clearpost index``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app, progress_bar, tell


@app.command("index", short_help="Build the index from the policies.")
def index(
    content: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A content pack (policies/, contacts.yml, …).")
    ] = None,
    policies: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Policies alone, in any Markdown.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the index here instead of where the server looks.")
    ] = None,
    ship: Annotated[bool, typer.Option("--ship", hidden=True, help="Put its vectors into this package.")] = False,
) -> None:
    """Build the index from the policies; a running server takes it over at once."""
    if content and policies:
        raise typer.BadParameter("give either --content or --policies, not both")
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.index import build_index
    from knowledge.pack import Pack

    settings = load_settings()
    pack = Pack.of_policies(policies) if policies else Pack.at(content) if content else wiring.pack(settings)
    encoder = wiring.encoder(settings, tell)
    target = output or settings.index
    with progress_bar("building the index") as bar:
        built = build_index(pack, target, encoder, bar)
    if ship:
        from knowledge.index import Index
        from knowledge.index.shipped import write_shipped

        write_shipped(Index.open(target, encoder), encoder)
    for problem in built.problems:
        tell(str(problem))
    print(f"{target}: {built.policies} policies, {built.sections} sections, {built.texts} texts, model {encoder.name}")


__all__ = ["index"]
