"""Answering while the index is replaced: no question fails, and a bad file changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import EncoderError, IndexFileError, QuestionError
from knowledge.index import build_index
from knowledge.live import LiveAnswers
from knowledge.models import Outcome, Reader
from knowledge.pack import Pack
from tests.conftest import TODAY, PackMaker
from tests.fakes.calibration import even_calibration
from tests.fakes.encoder import FailingEncoder, HashedEncoder

PATIENCE = 240
QUESTION = "may I post desks"


def desks(word: str, since: str = "2026-01-01") -> dict[str, str]:
    """A policy whose only rule names ``word``."""
    rule = f"## Desks {{#desks verdict=yes}}\n\nYou may post {word} desks.\n"
    return {"desks.md": f"---\nid: desks\neffective: {since}\n---\n# Desks\n\n{rule}"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the index is."""
    return tmp_path / "index" / "index.db"


@pytest.fixture
def build(make_pack: PackMaker, path: Path, fake_encoder: HashedEncoder) -> Callable[[str], Pack]:
    """Builds an index whose answer names the given word."""

    def build_one(word: str) -> Pack:
        pack = make_pack(desks(word))
        build_index(pack, path, fake_encoder)
        return pack

    return build_one


@pytest.fixture
def live(build: Callable[[str], Pack], path: Path, fake_encoder: HashedEncoder) -> LiveAnswers:
    """Answers from an index that names "old" desks."""
    build("old")
    return LiveAnswers(path, fake_encoder, even_calibration(fake_encoder), lambda: TODAY)


def _said(live: LiveAnswers) -> str:
    return live.ask(QUESTION, Reader()).summary


OLD, NEW = "You may post old desks.", "You may post new desks."


def test_a_new_index_answers_the_next_question(live: LiveAnswers, build: Callable[[str], Pack]) -> None:
    """A rebuilt index is used from the next question on, by all ways to ask."""
    assert _said(live) == OLD
    build("new")
    assert _said(live) == NEW
    assert [answer.summary for answer in live.ask_all([QUESTION] * 3, Reader())] == [NEW] * 3
    assert live.choose(QUESTION, "desks", "desks", Reader()).summary == NEW


def test_no_question_fails_while_the_index_is_replaced(live: LiveAnswers, build: Callable[[str], Pack]) -> None:
    """Eight threads ask all the time while the index is rebuilt; each answer is a whole one, old or new."""
    words = ["old", "new", "newer", "newest", "last"]
    stop = threading.Event()

    def ask_until_the_end() -> set[str]:
        said = set()
        while not stop.is_set():
            said.add(_said(live))
            said.update(answer.summary for answer in live.ask_all([QUESTION, QUESTION], Reader()))
        return said

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask_until_the_end) for _ in range(8)]
        try:
            for word in words[1:]:
                build(word)
        finally:
            stop.set()
        said = set().union(*(each.result(PATIENCE) for each in asking))
    assert said <= {f"You may post {word} desks." for word in words}
    assert _said(live) == "You may post last desks."


@pytest.mark.parametrize("damage", ["empty", "junk", "half", "another encoder", "gone", "a folder"])
def test_a_bad_new_file_leaves_the_old_index_answering(
    damage: str,
    live: LiveAnswers,
    path: Path,
    build: Callable[[str], Pack],
    make_pack: PackMaker,
    tmp_path: Path,
    fake_encoder: HashedEncoder,
) -> None:
    """Whatever comes in place of the index, the old one goes on answering until a good one is there."""
    bad = tmp_path / "bad.db"
    build_index(make_pack(desks("bad")), bad, HashedEncoder(16) if damage == "another encoder" else fake_encoder)
    if damage in {"empty", "junk", "half"}:
        whole = bad.read_bytes()
        bad.write_bytes({"empty": b"", "junk": b"junk" * 5000, "half": whole[: len(whole) // 2]}[damage])
    if damage in {"gone", "a folder"}:
        path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage != "gone":
        bad.replace(path)
    assert [_said(live) for _ in range(3)] == [OLD] * 3
    if damage == "a folder":
        path.rmdir()
    build("new")
    assert _said(live) == NEW


def test_what_was_never_an_index_is_an_error(path: Path, fake_encoder: HashedEncoder) -> None:
    """Without a good index to begin with there is nothing to answer from."""
    with pytest.raises(IndexFileError, match="clearpost index"):
        LiveAnswers(path, fake_encoder, even_calibration(fake_encoder), lambda: TODAY)


def test_a_choice_from_before_a_rebuild(live: LiveAnswers, make_pack: PackMaker, path: Path) -> None:
    """A section that the new index lacks can no longer be chosen; one that stayed can."""
    assert live.choose(QUESTION, "desks", "desks", Reader()).outcome is Outcome.ANSWER
    renamed = {"desks.md": desks("new")["desks.md"].replace("#desks", "#tables")}
    build_index(make_pack(renamed), path, HashedEncoder())
    with pytest.raises(QuestionError, match="changed in the meantime"):
        live.choose(QUESTION, "desks", "desks", Reader())
    assert live.choose(QUESTION, "desks", "tables", Reader()).summary == NEW


def test_the_contacts_follow_the_index(live: LiveAnswers, make_pack: PackMaker, path: Path) -> None:
    """After a rebuild the contacts are those of the new pack."""
    hours = 'hours: {days: [mon], opens: "08:00", closes: "18:00", time_zone: UTC}'
    contacts = f'contacts:\n  - {{id: coe_lead, name: Nora, {hours}, reach: {{channel: "#nora"}}}}\n'
    build_index(make_pack(desks("new"), contacts=contacts), path, HashedEncoder())
    live.ask(QUESTION, Reader())
    assert [contact.name for contact in live.contacts] == ["Nora"]


def test_the_day_is_asked_for_with_each_question(make_pack: PackMaker, path: Path, fake_encoder: HashedEncoder) -> None:
    """A process that runs over midnight answers by the policy of the new day."""
    versions = {"old.md": desks("old")["desks.md"], "new.md": desks("new", "2026-12-01")["desks.md"]}
    build_index(make_pack(versions), path, fake_encoder)
    days = iter([date(2026, 11, 30), date(2026, 12, 1)])
    live = LiveAnswers(path, fake_encoder, even_calibration(fake_encoder), lambda: next(days))
    assert [_said(live), _said(live)] == [OLD, NEW]


def test_a_failing_encoder_fails_the_question_only(
    build: Callable[[str], Pack], path: Path, fake_encoder: HashedEncoder
) -> None:
    """Its error comes through, and once it works again so do the answers."""
    encoder = FailingEncoder(broken=False)
    build("old")
    live = LiveAnswers(path, encoder, even_calibration(fake_encoder), lambda: TODAY)
    encoder.broken = True
    with pytest.raises(EncoderError, match="mend it"):
        _said(live)
    encoder.broken = False
    assert _said(live) == OLD


@pytest.mark.parametrize("question", ["", " \n", "x" * 50_000])
def test_what_cannot_be_looked_up_is_a_question_error(question: str, live: LiveAnswers) -> None:
    """Nothing is encoded for it."""
    with pytest.raises(QuestionError):
        live.ask(question, Reader())
    with pytest.raises(QuestionError):
        live.choose(question, "desks", "desks", Reader())


def test_many_questions_are_answered_in_order(live: LiveAnswers) -> None:
    """More questions than are encoded together come back complete and in order; none is no error."""
    questions = [f"may I post {number} desks" for number in range(150)]
    assert [answer.question for answer in live.ask_all(questions, Reader())] == questions
    assert live.ask_all([], Reader()) == []
