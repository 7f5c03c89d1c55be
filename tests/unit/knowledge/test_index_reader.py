"""Opening an index: what is refused, with what remedy, and which version of a policy is in force until when."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from knowledge.encoder import Encoder
from knowledge.errors import IndexFileError
from knowledge.index import Index, build_index
from knowledge.index.reader import read_meta
from knowledge.index.schema import SCHEMA_VERSION
from tests.conftest import PackMaker
from tests.fakes.encoder import HashedEncoder

OpenIndex = Callable[[Path, Encoder | None], Index]

REMEDY = "build it again with 'clearpost index'"


def desks(version: str, effective: str | None, rule: str = "You may post your desk.") -> str:
    """One version of a policy."""
    since = f"\neffective: {effective}" if effective else ""
    return dedent("""\
        ---
        id: desks
        version: "{version}"{since}
        ---
        # Desks

        ## Your desk {{#desk verdict=yes}}

        {rule}
        """).format(version=version, since=since, rule=rule)


@pytest.fixture
def built(make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder) -> Path:
    """A sound index of one policy."""
    build_index(make_pack({"desks.md": desks("1.0", "2026-01-01")}), tmp_path / "index.db", fake_encoder)
    return tmp_path / "index.db"


def _refused(path: Path, encoder: Encoder | None = None) -> str:
    """What is said where the file is refused: by both ways to look at it, unless an encoder is asked for."""
    with pytest.raises(IndexFileError) as refused:
        Index.open(path, encoder)
    if encoder is None:
        with pytest.raises(IndexFileError):
            read_meta(path)
    message = str(refused.value)
    assert "\n" not in message
    assert f"'{path}'" in message
    assert message.endswith(REMEDY)
    return message


def test_a_missing_index(tmp_path: Path) -> None:
    """It is said that there is none."""
    assert "there is no index" in _refused(tmp_path / "index.db")


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(200), random.Random(1).randbytes(20_000)],
    ids=["empty", "one byte", "a header's begin", "a blank header", "random"],
)
def test_a_file_that_is_no_index(content: bytes, tmp_path: Path) -> None:
    """Whatever it holds, it is refused as no index, and left alone."""
    path = tmp_path / "index.db"
    path.write_bytes(content)
    assert "no Clearpost index" in _refused(path)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    """A sound SQLite file that is none of ours is refused."""
    connection = sqlite3.connect(tmp_path / "index.db")
    connection.execute("CREATE TABLE meta (name TEXT, value TEXT)")
    connection.commit()
    connection.close()
    assert "no Clearpost index" in _refused(tmp_path / "index.db")


def test_a_folder_in_place_of_an_index(tmp_path: Path) -> None:
    """It cannot be read, and that is what is said."""
    with pytest.raises(IndexFileError, match=r"cannot be read .* check its permissions"):
        Index.open(tmp_path)


def test_a_truncated_index(built: Path, tmp_path: Path) -> None:
    """Cut off anywhere, by a byte or by nearly everything, it is refused."""
    whole = built.read_bytes()
    cut = tmp_path / "cut.db"
    for size in {100, 101, 4095, 4096, 8192, *range(200, len(whole), 7919), len(whole) - 4096, len(whole) - 1}:
        cut.write_bytes(whole[:size])
        assert "truncated" in _refused(cut)


def test_an_index_with_something_behind_it(built: Path) -> None:
    """A file that is longer than it says was not written by a build."""
    built.write_bytes(built.read_bytes() + b"more")
    _refused(built)


def test_damage_inside_is_refused_or_harmless(built: Path, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """Overwritten at random places an index opens or is refused with the remedy; nothing else is ever raised."""
    whole = built.read_bytes()
    path = tmp_path / "damaged.db"
    dice = random.Random(7)
    messages = []
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20))):
            at = dice.randrange(100, len(whole) - 64)
            damaged[at : at + 64] = dice.randbytes(64)
        path.write_bytes(damaged)
        try:
            with np.errstate(all="ignore"):  # numbers that are damaged overflow
                Index.open(path, fake_encoder).close()
        except IndexFileError as error:
            messages.append(str(error))
    assert messages
    assert all(message.endswith(REMEDY) for message in messages)


def test_missing_tables_are_damage(built: Path) -> None:
    """An index of the right version that lacks a table is refused."""
    connection = sqlite3.connect(built)
    connection.execute("DROP TABLE meta")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    assert "damaged" in _refused(built)


def test_another_schema_version(built: Path) -> None:
    """An index of a newer or older Clearpost is refused as such."""
    connection = sqlite3.connect(built)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.commit()
    connection.close()
    assert "another version of Clearpost" in _refused(built)


def test_another_model(built: Path, open_index: OpenIndex) -> None:
    """An index is never searched with vectors of another model; without an encoder it may be looked at."""
    message = _refused(built, HashedEncoder(fingerprint="another"))
    assert "was made with the model hashed-words" in message
    assert open_index(built, None).meta["encoder"] == "hashed-words"


def test_a_path_with_odd_characters(built: Path, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """Spaces, question marks, percent signs, hashes and umlauts in a path are no part of SQLite's URI."""
    odd = tmp_path / "Büro & co?mode=rwc #1 100%41" / "index.db"
    odd.parent.mkdir()
    odd.write_bytes(built.read_bytes())
    index = Index.open(odd, fake_encoder)
    assert index.section(0).heading == "Your desk"
    index.close()


def test_reading_writes_nothing(built: Path, fake_encoder: HashedEncoder) -> None:
    """No journal appears beside the file, and its bytes stay the same."""
    before = built.read_bytes()
    index = Index.open(built, fake_encoder)
    index.section(0)
    assert built.read_bytes() == before
    assert {path.name for path in built.parent.glob("index.db*")} == {"index.db", "index.db.lock"}
    index.close()


def test_a_version_ends_when_the_next_one_begins(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex
) -> None:
    """``until`` is the day on which the next version takes over, whatever the order of the files."""
    pack = make_pack(
        {
            "a.md": desks("3.0", "2027-01-01"),
            "b.md": desks("1.0", None),
            "c.md": desks("2.0", "2026-01-01"),
            "other.md": "---\nid: other\neffective: 2026-06-01\n---\n# Other\n\n## It\n\nYou may.\n",
        }
    )
    build_index(pack, tmp_path / "index.db", fake_encoder)
    index = open_index(tmp_path / "index.db", fake_encoder)
    assert {(policy.id, policy.version): (policy.effective, policy.until) for policy in index.policies} == {
        ("desks", "1.0"): (None, date(2026, 1, 1)),
        ("desks", "2.0"): (date(2026, 1, 1), date(2027, 1, 1)),
        ("desks", "3.0"): (date(2027, 1, 1), None),
        ("other", "unversioned"): (date(2026, 6, 1), None),
    }
    assert [section.policy.version for section in index.find("desks", "desk")] == ["3.0", "1.0", "2.0"]
    assert index.find("desks", "gone") == []
