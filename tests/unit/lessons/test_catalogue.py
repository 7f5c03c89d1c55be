"""read_catalogue: a folder of lessons, whatever else lies in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lessons.catalogue import DEFAULT_CURRICULUM, copy_default_curriculum, read_catalogue
from lessons.errors import CurriculumError
from lessons.models import Track
from tests.unit.lessons.lesson_files import LESSON, PROGRAMMES, changed, write

FIRST = "employees/employees-first-line.md"
UNIT = changed("track: employees", "track: business_units", changed("id: employees-first-line", "id: units-second"))


def _sound(folder: Path, more: dict[str, str | bytes] | None = None) -> Path:
    write(folder, {FIRST: LESSON, "programmes.yml": PROGRAMMES})
    return write(folder, more or {})


def test_lessons_and_programmes_are_found_by_track_and_id(tmp_path: Path) -> None:
    """What others ask a catalogue for."""
    catalogue, flaws = read_catalogue(_sound(tmp_path, {"business_units/units-second.md": UNIT}))
    assert flaws == ()
    assert list(catalogue.lessons) == ["units-second", "employees-first-line"]
    assert [lesson.id for lesson in catalogue.on(Track.BUSINESS_UNITS)] == ["units-second"]
    programme = catalogue.programme("employees-weekly")
    assert programme is not None and catalogue.programmes_of(Track.EMPLOYEES) == (programme,)
    assert catalogue.programme("nobody") is None and catalogue.programmes_of(Track.COE) == ()
    assert catalogue.lessons["employees-first-line"].check("which") is not None


def test_a_catalogue_does_not_change(tmp_path: Path) -> None:
    """It is shared by everything that runs."""
    catalogue, _ = read_catalogue(_sound(tmp_path))
    with pytest.raises(TypeError):
        catalogue.lessons["x"] = catalogue.lessons["employees-first-line"]  # type: ignore[index] # the very point


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"---\nid: x\n\xff", 3, "the file is not UTF-8 (byte 10)"),
        (b"x" * 5_000_000, 1, "the file is larger than 200 kB"),
        (b"# No fields\n", 1, "there is no front matter"),
        (b"---\nid: x\ntitle: 'y\n---\n", 4, "this is not valid YAML"),
        (b"", 1, "there is no front matter"),
    ],
)
def test_a_broken_file_is_left_out_and_named(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    """The other lessons are taught all the same."""
    catalogue, flaws = read_catalogue(_sound(tmp_path, {"coe/broken.md": content}))
    assert list(catalogue.lessons) == ["employees-first-line"]
    assert [(flaw.file, flaw.message) for flaw in flaws] == [("coe/broken.md", message)]
    assert flaws[0].line <= line


def test_an_id_that_stands_twice_counts_once(tmp_path: Path) -> None:
    """The first file by name is kept, and the second named."""
    catalogue, flaws = read_catalogue(_sound(tmp_path, {"employees/other.md": LESSON}))
    assert catalogue.lessons["employees-first-line"].file == FIRST
    assert [(flaw.file, flaw.line) for flaw in flaws] == [("employees/other.md", 2)]
    assert f"is also that of {FIRST}" in flaws[0].message


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    """Some editors write one."""
    write(tmp_path, {FIRST: b"\xef\xbb\xbf" + LESSON.encode(), "programmes.yml": PROGRAMMES})
    assert read_catalogue(tmp_path)[1] == ()


def test_links_in_circles_and_to_nowhere_are_cut(tmp_path: Path) -> None:
    """A folder that links to itself is read once; a file that links to itself, or to nothing, is named."""
    _sound(tmp_path)
    (tmp_path / "employees" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "employees" / "loop.md").symlink_to(tmp_path / "employees" / "loop.md")
    (tmp_path / "employees" / "gone.md").symlink_to(tmp_path / "nothing.md")
    catalogue, flaws = read_catalogue(tmp_path)
    assert list(catalogue.lessons) == ["employees-first-line"]
    assert [flaw.file for flaw in flaws] == ["employees/gone.md", "employees/loop.md"]
    assert all("cannot be read" in flaw.message for flaw in flaws)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe that is named like a lesson would never end."""
    _sound(tmp_path)
    os.mkfifo(tmp_path / "employees" / "pipe.md")
    catalogue, flaws = read_catalogue(tmp_path)
    assert list(catalogue.lessons) == ["employees-first-line"]
    assert [(flaw.file, flaw.message) for flaw in flaws] == [("employees/pipe.md", "this is no file")]


def test_what_belongs_to_others_is_left_alone(tmp_path: Path) -> None:
    """Hidden files, levels, pictures and the questions of examinations are no lessons."""
    others: dict[str, str | bytes] = {
        ".draft.md": "x",
        ".git/a.md": "x",
        "levels.yml": "[",
        "a.png": b"\xff",
        "exams/employees.md": "x",
    }
    assert read_catalogue(_sound(tmp_path, others))[1] == ()


def test_without_programmes_lessons_are_read_all_the_same(tmp_path: Path) -> None:
    """They can be looked up; that nobody gets them is told."""
    catalogue, flaws = read_catalogue(write(tmp_path, {FIRST: LESSON}))
    assert list(catalogue.lessons) == ["employees-first-line"] and catalogue.programmes == ()
    assert [str(flaw) for flaw in flaws] == [
        "programmes.yml:1: there is no 'programmes.yml'. 'clearpost init DIR' writes one to start from."
    ]


def test_programmes_that_are_no_text_are_named_once(tmp_path: Path) -> None:
    """A file that cannot be read is not told to be missing as well."""
    _, flaws = read_catalogue(write(tmp_path, {FIRST: LESSON, "programmes.yml": b"a: 1\n\xff"}))
    assert [(flaw.file, flaw.line) for flaw in flaws] == [("programmes.yml", 2)]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The one thing that is an error."""
    with pytest.raises(CurriculumError, match=r"there is no folder '.*lost'; name one that holds lessons"):
        read_catalogue(tmp_path / "lost")


def test_a_copy_of_the_default_curriculum_is_the_same(tmp_path: Path) -> None:
    """It reads as the original does, and nothing that is there is overwritten."""
    copy_default_curriculum(tmp_path / "pack" / "lessons")
    assert read_catalogue(tmp_path / "pack" / "lessons") == read_catalogue(DEFAULT_CURRICULUM)
    with pytest.raises(CurriculumError, match="is there already; name a new folder, nothing was written"):
        copy_default_curriculum(tmp_path / "pack" / "lessons")
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(CurriculumError, match="cannot be written"):
        copy_default_curriculum(tmp_path / "file" / "lessons")
