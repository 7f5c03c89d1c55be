"""``clearpost migrate``, ``copy-state``, ``new-key``, ``rotate-keys`` and ``teams-package``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import app, tell


@app.command("migrate")
def migrate() -> None:
    """Bring the database of the state up to this version."""
    from bot import wiring
    from bot.settings import load_settings

    applied = wiring.migrate(load_settings())
    print("\n".join(applied) if applied else "the database is up to date")


@app.command("copy-state", short_help="Copy the state of another database into the one that is set.")
def copy_state(
    source: Annotated[
        str | None,
        typer.Argument(metavar="URL", help="The database to copy from; by default the SQLite file in the data folder."),
    ] = None,
) -> None:
    """Copy the state of another database into the one that CLEARPOST_DATABASE names, which has to be empty."""
    from bot import wiring
    from bot.errors import SettingsError
    from bot.settings import load_settings

    settings = load_settings()
    origin = source or settings.default_database_url
    if origin == settings.database_url:
        raise SettingsError("that would copy a database into itself; set CLEARPOST_DATABASE to the new one")
    for name, rows in wiring.copy_state(settings, origin).items():
        print(f"{name:16} {rows:>10,}")


@app.command("new-key")
def new_key() -> None:
    """Make a key for CLEARPOST_ENCRYPTION_KEYS."""
    from bot import wiring

    print(wiring.new_key())


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt every kept token again with the first of the keys."""
    from bot import wiring
    from bot.settings import load_settings

    remembered = wiring.state(load_settings())
    count = remembered.installations.rotate()
    remembered.close()
    print(f"{count} installations are encrypted with the first key; the other keys can be removed")


@app.command("teams-package")
def teams_package(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the package.")] = Path("clearpost.zip"),
) -> None:
    """Write the app package that a Teams administrator uploads."""
    from bot import wiring
    from bot.settings import load_settings

    wiring.write_teams_package(path, load_settings())
    tell(f"{path} is written; docs/install-teams.md says where to upload it")


__all__ = ["copy_state", "migrate", "new_key", "rotate_keys", "teams_package"]
