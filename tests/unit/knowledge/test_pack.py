"""Content packs: their parts, what changes their hash, and starting an own one from the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.contacts import read_contacts
from knowledge.documents import read_folder
from knowledge.errors import ContentError
from knowledge.pack import DEFAULT_PACK, Pack, copy_default_pack
from tests.conftest import PackMaker

POLICY = {"desks.md": "# Desks\n\nYou may post desks.\n"}


def test_the_default_pack_is_whole() -> None:
    """All of its parts are there and can be read."""
    pack = Pack.at(DEFAULT_PACK)
    assert pack.policies.is_dir()
    assert pack.contacts.is_file()
    assert {"ask-tune.jsonl", "ask-test.jsonl"} <= {path.name for path in pack.questions.iterdir()}
    assert len(pack.off_topic_messages()) > 100
    assert pack.chart.is_file()
    assert len(list(pack.examples.glob("*.md"))) == 16


def test_missing_parts_come_from_the_default_pack(tmp_path: Path) -> None:
    """A pack of policies alone can be answered from; its own parts come first."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "off_topic.md").write_text("- mine\n", "utf-8")
    pack = Pack.at(tmp_path)
    default = Pack.at(DEFAULT_PACK)
    assert pack.policies == tmp_path / "policies"
    assert (pack.contacts, pack.questions) == (default.contacts, default.questions)
    assert pack.off_topic_messages() == ("mine",)


def test_a_folder_of_policies_alone(tmp_path: Path) -> None:
    """Other people's policies take everything else from the default pack, whatever lies beside them."""
    (tmp_path / "contacts.yml").write_text("contacts: []", "utf-8")
    pack = Pack.of_policies(tmp_path)
    assert pack.policies == tmp_path
    assert pack.contacts == DEFAULT_PACK / "contacts.yml"


@pytest.mark.parametrize("name", ["", "missing", "a file"])
def test_a_folder_without_policies_is_no_pack(name: str, tmp_path: Path) -> None:
    """The error names the command that writes a pack to start from."""
    (tmp_path / "a file").write_text("x", "utf-8")
    with pytest.raises(ContentError, match="clearpost init"):
        Pack.at(tmp_path / name)


def test_off_topic_messages_are_the_bullets_of_their_list(make_pack: PackMaker) -> None:
    """Headings and prose around them do not count; a message may go over two lines; signs and scripts stay."""
    text = "# Off topic\n\nWrite them as people do.\n\n- vpn is\n  down\n* wo ist die Küche?\n\n## More\n\n- 'quoted'\n"
    assert make_pack(POLICY, off_topic=text).off_topic_messages() == ("vpn is down", "wo ist die Küche?", "'quoted'")


def test_an_off_topic_list_may_be_empty(make_pack: PackMaker) -> None:
    """Then nothing is known to be off topic."""
    assert make_pack(POLICY, off_topic="").off_topic_messages() == ()


@pytest.mark.parametrize("content", [b"- caf\xe9\n", None], ids=["not UTF-8", "a folder"])
def test_an_off_topic_list_that_cannot_be_read(content: bytes | None, make_pack: PackMaker) -> None:
    """The error names the file and what to do."""
    pack = make_pack(POLICY)
    pack.off_topic.unlink()
    if content is None:
        pack.off_topic.mkdir()
    else:
        pack.off_topic.write_bytes(content)
    with pytest.raises(ContentError, match=r"off_topic\.md' is not a readable UTF-8 file; save it as UTF-8"):
        pack.off_topic_messages()


def test_the_content_hash_follows_all_that_goes_into_an_index(make_pack: PackMaker) -> None:
    """Policies, contacts and off-topic messages change it; labelled questions and notes do not."""
    pack = make_pack(POLICY, contacts="contacts: []")
    hashes = [pack.content_hash()]
    assert pack.content_hash() == hashes[0]
    (pack.policies / "notes.bin").write_text("not read", "utf-8")
    (pack.policies.parent / "questions").mkdir()
    (pack.policies.parent / "questions" / "ask-tune.jsonl").write_text("{}", "utf-8")
    assert pack.content_hash() == hashes[0]
    (pack.policies / "desks.md").write_text("# Desks\n\nYou may not.\n", "utf-8")
    hashes.append(pack.content_hash())
    pack.contacts.write_text("contacts: [1]", "utf-8")
    hashes.append(pack.content_hash())
    pack.off_topic.write_text("- more", "utf-8")
    hashes.append(pack.content_hash())
    pack.contacts.unlink()
    hashes.append(pack.content_hash())
    (pack.examples / "praise.md").write_text("- thank you all", "utf-8")
    hashes.append(pack.content_hash())
    (pack.examples / "praise.md").rename(pack.examples / "rant.md")
    hashes.append(pack.content_hash())
    (pack.policies / "desks.md").rename(pack.policies / "tables.md")
    hashes.append(pack.content_hash())
    assert len(set(hashes)) == len(hashes)


def test_a_copy_of_the_default_pack_is_the_same_pack(tmp_path: Path) -> None:
    """It reads without a problem, answers the same, and holds nothing but content."""
    copy_default_pack(tmp_path / "new" / "pack")
    pack = Pack.at(tmp_path / "new" / "pack")
    assert pack.content_hash() == Pack.at(DEFAULT_PACK).content_hash()
    assert pack.contacts.parent == pack.questions.parent == tmp_path / "new" / "pack"
    assert pack.chart.parent == pack.examples.parent == tmp_path / "new" / "pack"
    assert read_folder(pack.policies).problems == ()
    assert read_contacts(pack.contacts)[1] == ()
    assert not [path for path in (tmp_path / "new").rglob("*") if path.suffix == ".py" or path.name == "__pycache__"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    """A folder that somebody made before is taken."""
    copy_default_pack(tmp_path)
    assert (tmp_path / "contacts.yml").is_file()


def test_nobodys_files_are_overwritten(tmp_path: Path) -> None:
    """A folder that holds something is refused, and so is a file; both stay as they are."""
    (tmp_path / "mine").write_text("mine", "utf-8")
    for target in (tmp_path, tmp_path / "mine"):
        with pytest.raises(ContentError, match="is not empty; name a new folder, nothing was written"):
            copy_default_pack(target)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_pack_that_cannot_be_written(tmp_path: Path) -> None:
    """Below a file there can be no folder; the error says to name another."""
    (tmp_path / "mine").write_text("mine", "utf-8")
    with pytest.raises(ContentError, match="cannot be written"):
        copy_default_pack(tmp_path / "mine" / "pack")
