"""The command line as others build upon it: keys, order, exit codes, and one line where something is wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import typer
import typer.main

from bot.cli.app import app, in_colour
from knowledge.index.build import build_index
from knowledge.models import Outcome, Verdict
from knowledge.pack import Pack
from tests.docs.conftest import COMMAND, GIFT, LINES, PRESS, REPORTER, Ran, Runs, Shell
from tests.fakes.encoder import HashedEncoder

KEYS = {
    "id",
    "question",
    "outcome",
    "verdict",
    "inferred",
    "summary",
    "conditions",
    "citations",
    "contact",
    "confidence",
    "choices",
    "took_ms",
}
CITATION_KEYS = {
    "policy",
    "version",
    "effective",
    "section",
    "heading",
    "verdict",
    "quote",
    "file",
    "start",
    "end",
}
COMMANDS = ("ask", "chat", "serve", "init", "check-content", "index", "model", "doctor", "evaluate", "calibrate")
HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "starlette", "uvicorn", "matplotlib")
POLICY = "# Desk\n\n## Pictures of your desk {#desk verdict=yes}\n\nYou may post a picture of your desk.\n"


def _fails(ran: Ran, code: int, *parts: str) -> None:
    """A command failed with this code and told so in one line that holds these parts; it printed no result."""
    assert ran.code == code, ran
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith("clearpost: ")
    assert "Traceback" not in line and "unexpected" not in line
    for part in parts:
        assert part in line


def _answer(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran
    (line,) = ran.lines
    answer: dict[str, Any] = json.loads(line)
    return answer


def _answers(ran: Ran) -> Iterator[dict[str, Any]]:
    assert ran.code == 0, ran
    for line in ran.lines:
        yield json.loads(line)


def test_an_index_is_built_from_a_pack(runs: Runs, shell: Shell) -> None:
    """``index --content`` says in one line where the index is and what went into it."""
    (line,) = runs.index.lines
    assert runs.index.code == 0
    assert line.startswith(f"{shell.home / 'data' / 'index.db'}: 6 policies, ")
    assert line.endswith("model all-MiniLM-L6-v2")


def test_one_answer_has_the_documented_keys(runs: Runs) -> None:
    """``ask --json`` prints one object with exactly these keys, of these types."""
    answer = _answer(runs.one)
    assert set(answer) == KEYS
    assert (answer["id"], answer["question"]) == ("", PRESS)
    assert (answer["outcome"], answer["verdict"], answer["inferred"]) == ("answer", "ask_first", False)
    assert answer["contact"] == "communications"
    assert answer["summary"].startswith("If a reporter, blogger or podcaster asks you about our company")
    assert isinstance(answer["conditions"], list) and answer["choices"] == []
    assert 0 < answer["confidence"] <= 1 and answer["took_ms"] > 0


def test_a_citation_has_the_documented_keys(runs: Runs, shell: Shell) -> None:
    """Every citation has exactly these keys, and its quote stands in the file between its offsets."""
    citations = _answer(runs.one)["citations"]
    for citation in citations:
        assert set(citation) == CITATION_KEYS
        assert citation["verdict"] in set(Verdict)
        text = (shell.content / "policies" / citation["file"]).read_text("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert citations[0]["section"] == "press-asks-about-company"
    assert (citations[0]["version"], citations[0]["effective"]) == ("1.0", "2026-09-01")


def test_top_sets_how_many_sections_are_cited(runs: Runs) -> None:
    """``--top 10`` cites ten different sections, where three are usual."""
    sections = [(each["policy"], each["section"]) for each in _answer(runs.one)["citations"]]
    assert len(sections) == len(set(sections)) == 10
    assert all(len(answer["citations"]) <= 3 for answer in _answers(runs.many))


def test_many_answers_keep_order_and_ids(runs: Runs) -> None:
    """``ask --jsonl`` answers every line, one object a line, in the order and with the ids of the file."""
    asked = [json.loads(line) for line in LINES if line]
    answers = list(_answers(runs.many))
    assert [answer["id"] for answer in answers] == [each["id"] for each in asked]
    assert [answer["question"] for answer in answers] == [each["q"] for each in asked]
    assert all(set(answer) == KEYS for answer in answers)
    assert {answer["outcome"] for answer in answers} <= set(Outcome)


def test_many_answers_are_each_its_own(runs: Runs) -> None:
    """Answers, small talk, what is off topic and what cannot be asked stand side by side; none stops the others."""
    gift, lunch, hello, press, empty, long, half, reporter = _answers(runs.many)
    assert (gift["outcome"], gift["verdict"]) == ("answer", "yes_if")
    assert len(gift["conditions"]) > 1
    assert (lunch["outcome"], lunch["verdict"], lunch["citations"], lunch["contact"]) == (
        "out_of_scope",
        None,
        [],
        None,
    )
    assert (hello["outcome"], hello["citations"]) == ("out_of_scope", [])
    assert press["verdict"] == "ask_first"
    assert empty["summary"].startswith("There is nothing in that message")
    assert "longer than" in long["summary"]
    assert {empty["outcome"], long["outcome"]} == {"out_of_scope"}
    assert half["took_ms"] > 0
    assert reporter["outcome"] == "clarify"
    assert {"label", "policy", "section"} == set(reporter["choices"][0])


def test_answers_go_by_the_day_that_is_asked_for(runs: Runs) -> None:
    """``--as-of`` a day before any policy was in force cites none and permits nothing."""
    answer = _answer(runs.earlier)
    assert answer["question"] == GIFT
    assert (answer["verdict"], answer["citations"]) == (None, [])


def test_nothing_but_answers_is_printed(runs: Runs) -> None:
    """Standard error is silent where all is well, and no colour goes into a pipe."""
    for ran in (runs.one, runs.many, runs.earlier, runs.chat):
        assert ran.err == ""
        assert "\033" not in ran.out


def test_a_chat_over_a_pipe(runs: Runs) -> None:
    """``chat`` takes a question, a choice and a rating from standard input and ends with it."""
    assert runs.chat.code == 0
    first, second, third, fourth, last = runs.chat.out.split("\n> ")
    assert first.startswith("Clearpost.")
    assert "? ONE QUESTION FIRST" in second and "2) Something private" in second
    assert "✔ YES, IF" in third
    assert fourth.strip() == "Thank you, good to know."
    assert last.strip() == ""
    assert REPORTER not in runs.chat.out


def test_a_question_in_words(runs: Runs, shell: Shell) -> None:
    """Without ``--json`` the reply is text; small talk needs no model."""
    ran = shell.run("ask", "hello")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0].startswith("Hello!")


def test_a_terminal_that_knows_no_utf8(runs: Runs, shell: Shell) -> None:
    """Where standard output is not UTF-8, JSON is escaped and text has question marks; nothing fails."""
    answer = _answer(shell.run("ask", "--json", "hello ☺", PYTHONIOENCODING="ascii"))
    assert answer["question"] == "hello ☺"
    ran = shell.run("ask", "what are you?", PYTHONIOENCODING="ascii")
    assert ran.code == 0 and "?can I post this??" in ran.out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("ask",), "give either a question or --jsonl FILE"),
        (("ask", "May I?", "--jsonl", "file"), "give either a question or --jsonl FILE"),
        (("ask", "--top", "0", "May I?"), "--top"),
        (("ask", "--top", "51", "May I?"), "--top"),
        (("ask", "--as-of", "yesterday", "May I?"), "--as-of"),
        (("ask", "--jason", "May I?"), "--json"),
        (("index", "--content", "a", "--policies", "b"), "not both"),
        (("init",), "FOLDER"),
        (("nonsense",), "nonsense"),
        (("model", "use"), "MODEL"),
    ],
)
def test_misuse_is_one_line(shell: Shell, arguments: tuple[str, ...], part: str) -> None:
    """A mistake on the command line is told in one line with 2, before anything is loaded."""
    _fails(shell.run(*arguments), 2, part, "see 'clearpost --help'")


@pytest.mark.parametrize("text", [" \t\n", "may I " * 1000])
def test_a_question_that_cannot_be_asked(runs: Runs, shell: Shell, text: str) -> None:
    """No text, or far too much of it, is told in one line with 2."""
    _fails(shell.run("ask", text), 2)


@pytest.mark.parametrize("kind", ["missing", "damaged", "truncated", "of another model"])
def test_a_bad_index_is_one_line(
    runs: Runs, shell: Shell, tmp_path: Path, sample_index: Path, sample_pack: Pack, kind: str
) -> None:
    """An index that cannot be used is told in one line with 1, and with the command that builds one."""
    path = tmp_path / "index.db"
    if kind == "damaged":
        path.write_bytes(b"no database" * 1000)
    elif kind == "truncated":
        path.write_bytes(sample_index.read_bytes()[:100_000])
    elif kind == "of another model":
        (tmp_path / "desk.md").write_text(POLICY, "utf-8")
        build_index(Pack(tmp_path, sample_pack.contacts, sample_pack.off_topic, tmp_path), path, HashedEncoder())
    _fails(shell.run("ask", "--index", str(path), "May I?"), 1, str(path), "clearpost index")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b'{"id": 1, "q": "May I?"}\n{"id": 2, "q": "caf\xe9"}\n', ("UTF-8",)),
        (b'{"id": 1, "q": "May I?"}\nMay I?\n', (":2:", '"id" and "q"')),
        (b'\n\n{"id": 1}\n', (":3:", '"id" and "q"')),
        (b'["id", "q"]\n', (":1:", '"id" and "q"')),
        (b'{"id": 1, "q": null}\n', (":1:", '"q"')),
        (b"[" * 100_000, (":1:",)),
        (None, ("questions.jsonl",)),
    ],
    ids=["bad bytes", "no JSON", "no question", "a list", "no text", "nesting", "missing"],
)
def test_a_bad_file_of_questions_is_one_line(
    shell: Shell, tmp_path: Path, content: bytes | None, parts: tuple[str, ...]
) -> None:
    """A file that cannot be read is told in one line with file and line, before anything is answered."""
    path = tmp_path / "questions.jsonl"
    if content is not None:
        path.write_bytes(content)
    _fails(shell.run("ask", "--jsonl", str(path)), 1, str(path), *parts)


def test_content_that_cannot_be_used_is_one_line(shell: Shell, tmp_path: Path) -> None:
    """A pack without policies, and settings that cannot be used, are told in one line with 1."""
    _fails(shell.run("index", "--content", str(tmp_path)), 1, "clearpost init")
    _fails(shell.run("ask", "May I?", CLEARPOST_CONTENT=str(tmp_path)), 1, "clearpost init")
    _fails(shell.run("ask", "May I?", CLEARPOST_PORT="many"), 1, "CLEARPOST_PORT")
    _fails(shell.run("ask", "May I?", CLEARPOST_MODEL="no-such-model"), 1, "no-such-model")


def test_debug_shows_where_it_happened(shell: Shell, tmp_path: Path) -> None:
    """``--debug`` shows the traceback that is hidden otherwise."""
    ran = shell.run("--debug", "index", "--content", str(tmp_path))
    assert ran.code == 1 and "Traceback" in ran.err and "ContentError" in ran.err


def test_a_new_pack_is_free_of_mistakes_and_a_broken_one_is_not(shell: Shell, tmp_path: Path) -> None:
    """``init`` writes a pack that ``check-content`` passes; mistakes are named with file and line, and fail with 1."""
    folder = tmp_path / "pack"
    assert shell.run("init", str(folder)).code == 0
    for path in (folder / "policies").glob("*.md"):
        if path.name != "own-phone.md":
            path.unlink()
    (folder / "questions").rename(tmp_path / "questions")
    policy = folder / "policies" / "own-phone.md"
    text = policy.read_text("utf-8")
    policy.write_text(
        text.replace("verdict=", "verdict=perhaps-", 1).replace("effective: 20", "effective: x", 1), "utf-8"
    )
    ran = shell.run("check-content", str(folder))
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines[-1] == f"{len(ran.lines) - 1} mistakes"
    assert any(line.split(":")[0].endswith("own-phone.md") and line.split(":")[1].isdigit() for line in ran.lines)


def test_the_pack_that_comes_with_it_is_free_of_mistakes(shell: Shell) -> None:
    """``check-content`` without a folder checks the pack of the installation."""
    environment = shell.environment
    del environment["CLEARPOST_CONTENT"]
    done = subprocess.run([COMMAND, "check-content"], env=environment, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().endswith(": nothing to mend\n")


@pytest.mark.parametrize("kind", ["filled", "file"])
def test_init_overwrites_nothing(shell: Shell, tmp_path: Path, kind: str) -> None:
    """``init`` refuses a folder that holds something, and a file, and leaves both as they are."""
    target = tmp_path / "pack"
    kept = target / "notes.txt" if kind == "filled" else target
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine", "utf-8")
    _fails(shell.run("init", str(target)), 1, str(target), "nothing was written")
    assert kept.read_text("utf-8") == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_init_takes_an_empty_folder(shell: Shell, tmp_path: Path) -> None:
    """An empty folder is as good as a new one, and the next step is named."""
    ran = shell.run("init", str(tmp_path))
    assert ran.code == 0 and f"CLEARPOST_CONTENT={tmp_path}" in ran.out
    assert {"policies", "contacts.yml", "off_topic.md", "questions"} <= {path.name for path in tmp_path.iterdir()}


def test_the_doctor_finds_a_sound_installation(runs: Runs, shell: Shell) -> None:
    """After all this, ``doctor`` finds everything well and says so, a line each."""
    ran = shell.run("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split(":")[0] for line in ran.lines] == [
        f"ok   {name}"
        for name in ("python", "sqlite", "settings", "surfaces", "data", "cases", "content", "model", "index")
    ]


def test_the_doctor_fails_where_something_is_wrong(shell: Shell, tmp_path: Path) -> None:
    """``doctor`` fails with 1 and marks what is wrong; it is no error of its own."""
    ran = shell.run("doctor", CLEARPOST_DATA=str(tmp_path / "new"))
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines[-1].startswith("BAD  index: ") and "clearpost index" in ran.lines[-1]


def test_the_models_are_listed(shell: Shell) -> None:
    """``model list`` marks the one in use, and says how the other is had."""
    ran = shell.run("model", "list")
    assert ran.code == 0
    assert "in use, here" in next(line for line in ran.lines if line.startswith("all-MiniLM-L6-v2"))
    assert "clearpost model use all-mpnet-base-v2" in next(line for line in ran.lines if "mpnet" in line)


def test_help_lists_every_command_in_whole_sentences(shell: Shell) -> None:
    """``--help`` lists the commands in the order in which they are needed, with no sentence cut short."""
    ran = shell.run("--help")
    assert (ran.code, ran.err) == (0, "")
    places = [ran.out.index(f"\n  {name} ") for name in COMMANDS]
    assert all(earlier < later for earlier, later in pairwise(places))
    assert "..." not in ran.out


@pytest.mark.parametrize("arguments", [(), ("model",)])
def test_without_a_command_there_is_help(shell: Shell, arguments: tuple[str, ...]) -> None:
    """Who names no command gets the help, as a mistake."""
    ran = shell.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: clearpost") and "Commands:" in ran.err


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("serve", "-h"), ("--version",), ("nonsense",)])
def test_help_loads_nothing_heavy(shell: Shell, arguments: tuple[str, ...]) -> None:
    """Whoever asks for help waits for no model, no server and no library of numbers."""
    program = (
        "import sys\n"
        "from bot.cli import main\n"
        f"sys.argv = ['clearpost', *{arguments!r}]\n"
        "try:\n    main()\n"
        "finally:\n    print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=shell.environment, capture_output=True, check=False, timeout=60
    )
    loaded = set(done.stderr.decode().splitlines()[-1].split())
    assert "typer" in loaded
    assert loaded & set(HEAVY) == set()


class _Terminal(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.mark.parametrize(
    ("terminal", "no_color", "expected"),
    [(True, None, True), (True, "", True), (True, "1", False), (True, "no thanks", False), (False, None, False)],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, no_color: str | None, expected: bool
) -> None:
    """Colours go to a terminal alone, and to none where NO_COLOR holds anything (https://no-color.org)."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("sys.stdout", _Terminal() if terminal else io.StringIO())
    with typer.main.get_command(app).make_context("clearpost", ["doctor"]) as context:
        assert in_colour(cast("typer.Context", context)) is expected
