"""Building the index: what goes in, what is encoded again, and what is left when a build goes wrong."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge.encoder import Encoder
from knowledge.errors import ContentError, EncoderError, IndexBuildError
from knowledge.index import Index, TextKind, build_index
from knowledge.index.reader import read_meta
from knowledge.models import Fact, Verdict
from knowledge.pack import Pack
from knowledge.triage.read import read_chart
from knowledge.triage.topics import topic_words
from tests.conftest import PackMaker
from tests.fakes.encoder import FailingEncoder, HashedEncoder, HeldEncoder

OpenIndex = Callable[[Path, Encoder | None], Index]

ROOT = Path(__file__).parents[3]
PATIENCE = 240  # seconds for a subprocess that imports the package on a busy machine

DESKS = dedent("""\
    ---
    id: desks
    title: Desks
    owner: legal
    version: "1.0"
    effective: 2026-01-01
    audience: [everyone]
    regions: [eu]
    ---
    # Desks

    ## Tidy desks {#tidy verdict=yes_if}

    You may post a photo of a **tidy** desk. Look at every screen first.

    - if: no screen can be read
    - ask: communications
    - certified: green, coe-yellow
    - source: GDPR art. 6
    - fact: Can a screen be read?
    - when: No

    ### Situations

    - my new desk on insta?
    - plants on my desk

    ## Readable screens {#screens verdict=no}

    You may not post a screen.

    - fact: Can a screen be read?
    - when: Yes

    ### Situations

    - my code on the monitor
    """)
CHAIRS = "# Chairs\n\n## Old chairs\n\nYou must never post old chairs.\n"
# A build in another process. It reports its progress on a line of its own, so that a test can stop it in the middle.
BUILD = dedent("""\
    import {modules}
    from pathlib import Path
    from knowledge.errors import KnowledgeError
    from knowledge.index import build_index
    from knowledge.pack import Pack
    from tests.fakes.encoder import HashedEncoder, HeldEncoder
    {before}
    try:
        build_index(Pack.at(Path({pack!r})), Path({output!r}), {encoder}, lambda done, of: print(done, of, flush=True))
        print("built")
    except KnowledgeError as error:
        print(type(error).__name__, error)
    """)


def _script(
    pack: Pack, output: Path, *, encoder: str = "HashedEncoder()", modules: str = "os", before: str = ""
) -> str:
    folder = str(pack.policies.parent)
    return BUILD.format(modules=modules, before=before, pack=folder, output=str(output), encoder=encoder)


def _run(script: str) -> str:
    """What a build in another process says at its end."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@contextmanager
def _build_that_hangs(pack: Pack, output: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that stands still in the middle of a build, with the first texts written."""
    script = _script(pack, output, encoder="HeldEncoder(calls=1)")
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            done, of = map(int, process.stdout.readline().split())
            assert done < of
            yield process
        finally:
            process.kill()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def pack(make_pack: PackMaker) -> Pack:
    """Two policies: one annotated, one plain."""
    return make_pack({"desks.md": DESKS, "more/chairs.md": CHAIRS})


@pytest.fixture
def large_pack(make_pack: PackMaker) -> Pack:
    """A pack of more texts than are encoded at a time."""
    rules = "".join(f"\n## Rule {n}\n\nYou may post number {n}.\n" for n in range(500))
    return make_pack({"many.md": f"# Many\n{rules}"}, name="many")


def test_the_index_holds_what_the_policies_say(
    pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex
) -> None:
    """Policies, sections with all their fields, contacts and the origin of the index can be read back."""
    built = build_index(pack, tmp_path / "index.db", fake_encoder)
    index = open_index(tmp_path / "index.db", fake_encoder)
    assert (built.policies, built.sections, built.texts, built.problems) == (2, 3, len(index.vectors), ())
    desks, chairs = index.policies
    assert (desks.id, desks.title, desks.owner, desks.version) == ("desks", "Desks", "legal", "1.0")
    assert (desks.effective, desks.until, desks.audience, desks.regions) == (
        date(2026, 1, 1),
        None,
        ("everyone",),
        ("eu",),
    )
    assert (chairs.file, chairs.owner, chairs.effective, chairs.version) == (
        "more/chairs.md",
        None,
        None,
        "unversioned",
    )
    tidy, screens, old = (index.section(number) for number in range(3))
    assert (tidy.id, tidy.heading, tidy.verdict, tidy.inferred) == ("tidy", "Tidy desks", Verdict.YES_IF, False)
    assert (tidy.conditions, tidy.ask, tidy.sources) == (("no screen can be read",), "communications", ("GDPR art. 6",))
    assert (tidy.certified, screens.certified, old.certified) == (("green", "coe-yellow"), (), ())
    assert (tidy.fact, screens.fact) == (Fact("Can a screen be read?", "No"), Fact("Can a screen be read?", "Yes"))
    assert [span.of(tidy.source) for span in tidy.sentences] == [
        "You may post a photo of a **tidy** desk.",
        "Look at every screen first.",
    ]
    assert (old.verdict, old.inferred, old.ask, old.conditions, old.source) == (Verdict.NO, True, None, (), CHAIRS)
    assert index.contacts.get("coe_lead") is not None
    assert index.meta["encoder"] == "hashed-words"
    assert index.meta["encoder_hash"] == fake_encoder.fingerprint
    assert index.meta["content_hash"] == pack.content_hash()


def test_every_text_stands_in_its_section(
    pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex
) -> None:
    """Headings, passages, sentences and situations are indexed by section; the off-topic messages belong to none."""
    build_index(pack, tmp_path / "index.db", fake_encoder)
    index = open_index(tmp_path / "index.db", fake_encoder)
    texts = [str(text) for (text,) in index.rows("SELECT text FROM texts ORDER BY n")]
    by_kind = {
        kind: [(int(index.section_of[row]), texts[row]) for row in range(len(texts)) if index.kind_of[row] == kind]
        for kind in TextKind
    }
    assert by_kind[TextKind.HEADING] == [
        (0, "Desks: Tidy desks"),
        (1, "Desks: Readable screens"),
        (2, "Chairs: Old chairs"),
    ]
    assert (2, "Old chairs. You must never post old chairs.") in by_kind[TextKind.PASSAGE]
    assert (0, "Tidy desks. You may post a photo of a tidy desk. Look at every screen first.") in by_kind[
        TextKind.PASSAGE
    ]
    assert (2, "You must never post old chairs.") in by_kind[TextKind.SENTENCE]
    assert by_kind[TextKind.SITUATION] == [
        (0, "my new desk on insta?"),
        (0, "plants on my desk"),
        (1, "my code on the monitor"),
    ]
    assert by_kind[TextKind.OFF_TOPIC] == [(-1, each) for each in pack.off_topic_messages()]
    assert index.vectors.tolist() == fake_encoder.encode(texts).tolist()


def test_classifiers_are_learned_only_from_situations(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex
) -> None:
    """A pack with situations gets classifiers; other people's plain policies get none."""
    build_index(make_pack({"desks.md": DESKS}), tmp_path / "situated.db", fake_encoder)
    build_index(make_pack({"chairs.md": CHAIRS}), tmp_path / "plain.db", fake_encoder)
    situated, plain = (open_index(tmp_path / name, None) for name in ("situated.db", "plain.db"))
    assert situated.section_classifier is not None
    assert situated.verdict_classifier is not None
    assert (
        situated.section_classifier.log_probabilities(fake_encoder.encode(["my code on the monitor"])[0]).argmax() == 1
    )
    assert plain.section_classifier is None
    assert plain.verdict_classifier is None


def test_progress_counts_up_to_the_end(large_pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """The progress ends at the number of texts with those of triage, and never goes back."""
    told: list[tuple[int, int]] = []
    built = build_index(large_pack, tmp_path / "index.db", fake_encoder, lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert len(told) > 1
    topics = topic_words(read_chart(large_pack.chart))
    total = built.texts + built.examples + len(topics)
    assert told[-1] == (total, total)


def test_problems_of_files_and_contacts_are_handed_back(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """A broken file does not stop the others; its problem is told, as is one in the contacts."""
    pack = make_pack({"desks.md": DESKS, "empty.md": ""}, contacts="contacts:\n  - {id: alone}\n")
    built = build_index(pack, tmp_path / "index.db", fake_encoder)
    assert built.policies == 1
    assert {problem.file for problem in built.problems} == {"empty.md", "contacts.yml"}


def test_without_policies_nothing_is_built(make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """A folder that holds nothing to answer from is an error that says what to put there; no file is written."""
    pack = make_pack({"notes.bin": "no policy"})
    with pytest.raises(ContentError, match="put Markdown files with headings there"):
        build_index(pack, tmp_path / "out" / "index.db", fake_encoder)
    assert not (tmp_path / "out").exists()


def test_an_unreadable_off_topic_list_is_a_content_error(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """It names the file to mend, and leaves nothing behind."""
    pack = make_pack({"chairs.md": CHAIRS})
    pack.off_topic.write_bytes(b"- caf\xe9\n")
    with pytest.raises(ContentError, match=r"off_topic\.md.*save it as UTF-8"):
        build_index(pack, tmp_path / "out" / "index.db", fake_encoder)
    assert _names(tmp_path / "out") <= {"index.db.lock"}


def test_an_unchanged_pack_is_not_encoded_again(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """A rebuild takes every vector from the index that is there, and comes out the same."""
    build_index(pack, tmp_path / "index.db", fake_encoder)
    first = Index.open(tmp_path / "index.db")
    fake_encoder.encoded.clear()
    build_index(pack, tmp_path / "index.db", fake_encoder)
    second = Index.open(tmp_path / "index.db")
    assert fake_encoder.encoded == []
    assert first.vectors.tolist() == second.vectors.tolist()
    first.close()
    second.close()


def test_only_what_changed_is_encoded_again(make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """Editing one situation of one policy encodes that one text, and its vector is the right one."""
    build_index(make_pack({"desks.md": DESKS, "chairs.md": CHAIRS}), tmp_path / "index.db", fake_encoder)
    fake_encoder.encoded.clear()
    edited = DESKS.replace("plants on my desk", "cactus on my desk")
    build_index(make_pack({"desks.md": edited, "chairs.md": CHAIRS}), tmp_path / "index.db", fake_encoder)
    assert fake_encoder.encoded == ["cactus on my desk"]
    index = Index.open(tmp_path / "index.db")
    row = next(
        n for n, (text,) in enumerate(index.rows("SELECT text FROM texts ORDER BY n")) if text == "cactus on my desk"
    )
    assert index.vectors[row].tolist() == HashedEncoder().encode(["cactus on my desk"])[0].tolist()
    index.close()


@pytest.mark.parametrize("spoil", [b"", b"junk", None], ids=["empty", "junk", "another encoder's"])
def test_an_old_index_that_is_of_no_use_is_replaced(
    spoil: bytes | None, pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """Vectors of a damaged index or of another encoder are never taken over."""
    output = tmp_path / "index.db"
    if spoil is None:
        build_index(pack, output, HashedEncoder(dimensions=16))
    else:
        output.write_bytes(spoil)
    built = build_index(pack, output, fake_encoder)
    index = Index.open(output, fake_encoder)
    assert index.vectors.shape == (built.texts, 256)
    assert len(fake_encoder.encoded) == built.texts + built.examples + len(topic_words(read_chart(pack.chart)))
    index.close()


def test_a_reader_keeps_its_index_while_a_new_one_replaces_it(
    make_pack: PackMaker, tmp_path: Path, fake_encoder: HashedEncoder, open_index: OpenIndex
) -> None:
    """The swap is atomic: what is open goes on reading the old words, what is opened then reads the new ones."""
    output = tmp_path / "index.db"
    build_index(make_pack({"chairs.md": CHAIRS}), output, fake_encoder)
    old = open_index(output, fake_encoder)
    build_index(make_pack({"stools.md": CHAIRS.replace("hairs", "tools")}), output, fake_encoder)
    new = open_index(output, fake_encoder)
    assert old.section(0).heading == "Old chairs"
    assert len(old.find("chairs", "old-chairs")) == 1
    assert new.section(0).heading == "Old ctools"
    assert _names(tmp_path) - {"pack"} == {"index.db", "index.db.lock"}


def test_an_edit_during_a_build_is_noticed_after_it(pack: Pack, tmp_path: Path) -> None:
    """The index bears the hash of what went in, so that a policy saved during the build makes it stale, not current."""
    before = pack.content_hash()

    def save_a_policy(done: int, of: int) -> None:
        (pack.policies / "desks.md").write_text(DESKS.replace("tidy", "very tidy"), "utf-8")

    build_index(pack, tmp_path / "index.db", HashedEncoder(), save_a_policy)
    assert read_meta(tmp_path / "index.db")["content_hash"] == before != pack.content_hash()


def test_a_failing_encoder_leaves_the_old_index(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """Its own error comes through; the old file is untouched and no half-built one stays."""
    output = tmp_path / "index.db"
    build_index(pack, output, HashedEncoder(dimensions=16))
    before = output.read_bytes()
    with pytest.raises(EncoderError, match="mend it"):
        build_index(pack, output, FailingEncoder())
    assert output.read_bytes() == before
    assert _names(tmp_path) - {"pack"} == {"index.db", "index.db.lock"}
    build_index(pack, output, fake_encoder)


def test_a_killed_build_leaves_the_old_index_whole(
    pack: Pack, large_pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """After ``kill -9`` in the middle the old index answers as before, and the next build removes what is left over."""
    output = tmp_path / "out" / "index.db"
    build_index(pack, output, fake_encoder)
    before = output.read_bytes()
    with _build_that_hangs(large_pack, output) as process:
        assert any(name.startswith("index.db.building-") for name in _names(output.parent))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    assert output.read_bytes() == before
    Index.open(output, fake_encoder).close()
    assert any(name.startswith("index.db.building-") for name in _names(output.parent))
    build_index(pack, output, fake_encoder)
    assert _names(output.parent) == {"index.db", "index.db.lock"}


def test_two_processes_do_not_build_one_index(large_pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """While another process builds, a second build says so at once, and touches nothing of the first."""
    output = tmp_path / "out" / "index.db"
    with _build_that_hangs(large_pack, output):
        during = _names(output.parent)
        with pytest.raises(IndexBuildError, match=r"another build of .* is running; wait for it"):
            build_index(large_pack, output, fake_encoder)
        assert _names(output.parent) == during
    build_index(large_pack, output, fake_encoder)


def test_two_threads_do_not_build_one_index(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """The second build fails with what to do; the first one ends well."""
    held = HeldEncoder()
    output = tmp_path / "index.db"
    first = threading.Thread(target=build_index, args=(pack, output, held))
    first.start()
    try:
        assert held.reached.wait(PATIENCE)
        with pytest.raises(IndexBuildError, match="wait for it to end and try again"):
            build_index(pack, output, fake_encoder)
    finally:
        held.go_on.set()
        first.join(PATIENCE)
    Index.open(output, held).close()


def test_a_folder_that_cannot_be_written(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """In a read-only folder the build fails with what to check, and the old index stays."""
    output = tmp_path / "locked" / "index.db"
    build_index(pack, output, fake_encoder)
    (tmp_path / "locked" / "index.db.lock").unlink()
    before = output.read_bytes()
    output.parent.chmod(0o555)
    try:
        said = _run(_script(pack, output, modules="ctypes, os", before=_GIVE_UP_RIGHTS))
    finally:
        output.parent.chmod(0o755)
    if said == "cannot":
        pytest.skip("root may write everywhere here")
    assert said.startswith("IndexBuildError")
    assert "the old index is untouched. Check free space and permissions" in said
    assert output.read_bytes() == before


# Root may write into any folder; without its capabilities (Linux) it may not.
_GIVE_UP_RIGHTS = dedent("""\
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        if not hasattr(libc, "capset") or libc.capset(header, none):
            print("cannot")
            raise SystemExit
    """)


@pytest.mark.parametrize("limit", [40_000, 400_000])
def test_a_full_disk_leaves_the_old_index(
    limit: int, pack: Pack, large_pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder
) -> None:
    """Where the file cannot grow the build fails with what to check; the old index stays and nothing is left over."""
    output = tmp_path / "out" / "index.db"
    build_index(pack, output, fake_encoder)
    before = output.read_bytes()
    limits = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    said = _run(_script(large_pack, output, modules="resource", before=limits))
    assert said.startswith("IndexBuildError")
    assert re.search(r"cannot be written \(.+\); the old index is untouched\. Check free space", said)
    assert output.read_bytes() == before
    assert _names(output.parent) == {"index.db", "index.db.lock"}


def test_a_file_in_place_of_the_folder(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """Where there can be no folder for the index, that is said and the file is not harmed."""
    (tmp_path / "taken").write_text("mine", "utf-8")
    with pytest.raises(IndexBuildError, match="cannot be written"):
        build_index(pack, tmp_path / "taken" / "index.db", fake_encoder)
    assert (tmp_path / "taken").read_text("utf-8") == "mine"


def test_a_folder_in_place_of_the_index(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """A folder where the index should be is not replaced."""
    (tmp_path / "index.db").mkdir()
    with pytest.raises(IndexBuildError, match="cannot be written"):
        build_index(pack, tmp_path / "index.db", fake_encoder)
    assert (tmp_path / "index.db").is_dir()
    assert _names(tmp_path) - {"pack"} == {"index.db", "index.db.lock"}


def test_the_index_is_a_sound_database(pack: Pack, tmp_path: Path, fake_encoder: HashedEncoder) -> None:
    """SQLite finds nothing wrong with the file, nor with its full-text index."""
    build_index(pack, tmp_path / "index.db", fake_encoder)
    connection = sqlite3.connect(tmp_path / "index.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO texts_fts (texts_fts) VALUES ('integrity-check')")
    finally:
        connection.close()
