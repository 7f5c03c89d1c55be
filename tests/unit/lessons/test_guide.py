"""The content guide's examples of a lesson and of programmes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from knowledge.contacts import read_contacts
from knowledge.documents import read_folder
from knowledge.documents.changes import Changes
from knowledge.pack import DEFAULT_PACK
from lessons.soundness import check_curriculum
from tests.unit.lessons.lesson_files import write

GUIDE: Final = Path(__file__).parents[3] / "docs" / "content-guide.md"
TODAY: Final = date(2026, 12, 1)


def test_the_guides_lesson_and_programmes_have_no_flaw(tmp_path: Path) -> None:
    """Both as they are printed, against the default policies; the steps that the guide does not print are missing."""
    fences = [token.content for token in MarkdownIt().parse(GUIDE.read_text("utf-8")) if token.type == "fence"]
    lesson = next(each for each in fences if each.startswith("---\nid: employees-"))
    programmes = next(each for each in fences if each.startswith("programmes:"))
    write(tmp_path, {"employees/employees-thermos.md": lesson, "programmes.yml": programmes})
    changes = Changes(read_folder(DEFAULT_PACK / "policies").policies, TODAY)
    contacts = {contact.id for contact in read_contacts(DEFAULT_PACK / "contacts.yml")[0]}
    found = check_curriculum(tmp_path, changes.sections(), contacts, TODAY, changes.changed_since)
    missing = ["'employees-first-day'", "'employees-who-to-ask'"]
    assert [flaw.message.split(",")[0].rpartition(" ")[2] for flaw in found] == missing, [str(flaw) for flaw in found]
