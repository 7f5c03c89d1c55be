"""``clearpost check-content`` and ``clearpost init``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.app import app

LESSONS: Final = "lessons"
"""The folder of a content pack that holds a curriculum of its own."""


@app.command("check-content", short_help="Check policies, contacts, labelled questions and lessons.")
def check_content(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Folder of a content pack; by default your own.", show_default=False),
    ] = None,
) -> None:
    """Check policies, contacts, labelled questions and lessons; names every mistake with file, line and remedy."""
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.content_check import check_content as check
    from knowledge.pack import DEFAULT_PACK

    chosen = folder or load_settings().content or DEFAULT_PACK
    today, curriculum = wiring.today(), _curriculum(chosen)
    problems = [*map(str, check(chosen, today, _is_level(curriculum))), *_flaws(chosen, curriculum, today)]
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}")
        raise typer.Exit(1)
    print(f"{chosen}: nothing to mend")


@app.command("init", short_help="Copy the default pack with its lessons to start from.")
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for your own content pack.")],
) -> None:
    """Copy the default pack and its lessons as the start of your own."""
    from knowledge.pack import copy_default_pack
    from lessons.catalogue import copy_default_curriculum

    copy_default_pack(folder)
    copy_default_curriculum(folder / LESSONS)
    print(f"wrote {folder}; edit it, run 'clearpost check-content {folder}', then set CLEARPOST_CONTENT={folder}")


def _curriculum(pack: Path) -> Path | None:
    """The lessons and levels of a pack, if any; those of the default pack stand in the lessons' package."""
    from knowledge.pack import DEFAULT_PACK
    from lessons.catalogue import DEFAULT_CURRICULUM

    curriculum = pack / LESSONS
    if not curriculum.is_dir() and pack.resolve() == DEFAULT_PACK.resolve():
        curriculum = DEFAULT_CURRICULUM
    return curriculum if curriculum.is_dir() else None


def _is_level(curriculum: Path | None) -> Callable[[str], bool] | None:
    """Whether there is a level of a name: none without a curriculum; ``None`` where one has to be mended first."""
    from lessons.certification import read_levels

    if curriculum is None:
        return lambda _name: False
    read = read_levels(curriculum)
    return None if read.flaws else lambda name: bool(read.levels.enough_for(name))


def _flaws(pack: Path, curriculum: Path | None, today: date) -> list[str]:
    """What is wrong with the lessons and levels of a pack."""
    from knowledge.contacts import read_contacts
    from knowledge.documents import read_folder
    from knowledge.documents.changes import Changes
    from knowledge.errors import ContentError
    from lessons.catalogue import read_catalogue
    from lessons.certification.flaws import Around, check_levels
    from lessons.soundness import check_curriculum

    if curriculum is None:
        return []
    try:
        changes = Changes(read_folder(pack / "policies").policies, today)
        contacts = frozenset(each.id for each in read_contacts(pack / "contacts.yml")[0])
    except ContentError:  # was named as such already; half a pack would make every lesson look wrong
        return []
    found = check_curriculum(curriculum, changes.sections(), contacts, today, changes.changed_since)
    around = Around(read_catalogue(curriculum)[0], changes.sections(), contacts, changes.changed_since)
    return [f"{LESSONS}/{each}" for each in (*found, *check_levels(curriculum, around))]


__all__ = ["LESSONS", "check_content", "init"]
