"""``clearpost triage``, ``triage-chart`` and ``evaluate triage``: as people and as programs read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import ask, measure, triage
from bot.cli.app import app
from bot.settings import Settings, load_settings
from knowledge.contacts import Contacts
from knowledge.errors import ContentError, QuestionError
from knowledge.live import LiveAnswers
from knowledge.models import Outcome, Priority
from knowledge.triage.models import Action, Kind
from knowledge.weights import SMALL_MODEL

KEYS: Final = [
    "id",
    "kind",
    "action",
    "priority",
    "contact",
    "path",
    "do",
    "do_not",
    "holding_reply",
    "confidence",
    "outcome",
]
BURN: Final = "your kettle handle came off while i was pouring, second degree burn, sitting in A&E now"
SPAM: Final = "10k real followers, cheap, dm us now 🔥 link in bio"
MEETING: Final = "@BrightAir thanks, dm sent"


@pytest.fixture
def installed(bare_environment: pytest.MonkeyPatch, tmp_path: Path, sample_answers: LiveAnswers) -> pytest.MonkeyPatch:
    """An installation whose index is open already."""
    bare_environment.setenv("CLEARPOST_DATA", str(tmp_path / "data"))
    bare_environment.setenv("CLEARPOST_MODEL", SMALL_MODEL)

    def opened(index: Path | None) -> tuple[Settings, LiveAnswers]:
        return load_settings(), sample_answers

    for module in (ask, measure, triage):
        bare_environment.setattr(module, "open_answers", opened)
    return bare_environment


def run(*arguments: str, **options: Any) -> Result:
    """What the command prints."""
    return CliRunner().invoke(app, list(arguments), **options)


def _object(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    read: dict[str, Any] = json.loads(line)
    return read


def test_one_text_as_json(installed: pytest.MonkeyPatch) -> None:
    """One object with exactly these keys, all of their types, and the way through the chart."""
    found = _object(run("triage", BURN, "--json"))
    assert list(found)[: len(KEYS)] == KEYS
    assert set(found) - set(KEYS) <= {"doubt"}
    assert (found["id"], found["kind"], found["contact"]) == ("", "safety", "product_safety")
    assert (found["action"], found["priority"], found["outcome"]) == ("escalate", "urgent", "answer")
    assert {"question", "answer"} == set(found["path"][0])
    assert found["path"][-1]["answer"] == "Yes"
    assert all(isinstance(each, str) and each for each in (*found["do"], *found["do_not"], found["holding_reply"]))
    assert 0 < found["confidence"] <= 1


def test_many_texts_keep_order_and_ids(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file is sorted line by line; blank lines, odd ids and texts with nothing in them stop nothing."""
    lines = (
        json.dumps({"id": 7, "text": SPAM, "kind": "ignored"}),
        "",
        json.dumps({"id": None, "text": " "}),
        json.dumps({"id": [1], "text": "x" * 60_000}) + "\r",
        '{"id": "half", "text": "\\ud800 my lawyer will write to you"}',
        json.dumps({"id": "b", "text": BURN}),
    )
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    result = run("triage", "--jsonl", str(path))
    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["id"] for each in found] == [7, None, [1], "half", "b"]
    assert all(list(each)[: len(KEYS)] == KEYS for each in found)
    assert (found[0]["kind"], found[0]["action"]) == ("spam", "ignore")
    assert (found[1]["kind"], found[1]["outcome"], found[1]["contact"]) == (None, "out_of_scope", None)
    assert (found[1]["action"], found[1]["priority"], found[1]["confidence"]) == ("ignore", "none", 0.0)
    assert found[4]["kind"] == "safety"


def test_texts_may_come_from_standard_input(installed: pytest.MonkeyPatch) -> None:
    """A dash stands for it."""
    result = run("triage", "--jsonl", "-", input=json.dumps({"id": "a", "text": BURN}) + "\n")
    assert _object(result)["kind"] == "safety"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b'{"id": 1, "text": "caf\xe9"}\n', "UTF-8"),
        (b'{"id": 1, "text": "a"}\nhello\n', ':2: not an object with "id" and "text"'),
        (b'\n{"id": 1}\n', ":2: not an object"),
        (b'["id", "text"]\n', ":1: not an object"),
        (b'{"id": 1, "text": 2}\n', ':1: "text" is no text'),
        (b"[" * 100_000, ":1: not an object"),
    ],
)
def test_a_bad_line_stops_before_anything_is_printed(
    installed: pytest.MonkeyPatch, tmp_path: Path, content: bytes, part: str
) -> None:
    """It is told with file and line."""
    path = tmp_path / "texts.jsonl"
    path.write_bytes(content)
    result = run("triage", "--jsonl", str(path))
    assert isinstance(result.exception, ContentError)
    assert part in str(result.exception) and str(path) in str(result.exception)
    assert result.stdout == ""


def test_a_text_or_a_file(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One of the two, and a file that is there; a text with nothing in it is an error."""
    for arguments in (("triage",), ("triage", "x", "--jsonl", "file")):
        result = run(*arguments)
        assert result.exit_code == 2 and "give either a text or --jsonl FILE" in result.output
    assert isinstance(run("triage", "--jsonl", str(tmp_path / "none")).exception, ContentError)
    assert isinstance(run("triage", " ", "--json").exception, QuestionError)


def test_a_person_reads_what_to_do(installed: pytest.MonkeyPatch) -> None:
    """Without --json it is text: the kind, what to do and not to do, who takes over and how the chart led there."""
    result = run("triage", BURN)
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "SOMEBODY WAS HURT OR ILL, OR COULD BE" in text
    assert "Do:" in text and "Do not:" in text
    assert "Ask: Product safety" in text
    assert "The way through the chart: Is anybody in danger" in text
    assert "\033" not in result.stdout


def test_what_cannot_be_read_is_said(installed: pytest.MonkeyPatch) -> None:
    """A link or another language is not "nothing to do": what helps is said, and who can be asked."""
    result = run("triage", "https://social.example/p/1")
    assert result.exit_code == 0
    assert "I CANNOT OPEN LINKS" in result.stdout and "Ask: Social media lead" in result.stdout
    assert "Paste what it says" in result.stdout and "NOTHING TO DO" not in result.stdout
    found = _object(run("triage", "Ihr Wasserkocher hat meiner Tochter die Hand verbrüht", "--json"))
    assert (found["kind"], found["outcome"], found["priority"]) == (None, "hand_over", "high")


def test_a_region_has_its_own_contact(sample_answers: LiveAnswers) -> None:
    """The entry that stands in for a contact in a region is named there; where nobody takes over, nobody is."""
    safety = sample_answers.contacts.get("product_safety")
    assert safety is not None
    german = replace(safety, id="safety_de", regions=("de",), stands_in_for="product_safety")
    contacts = Contacts((*sample_answers.contacts, german))
    burn, at = sample_answers.triage(BURN, ask_reader()), datetime(2026, 11, 9, 10, tzinfo=UTC)
    assert [triage.addressed(burn, contacts, region, at).contact for region in ("de", "us", None)] == [
        "safety_de",
        "product_safety",
        "product_safety",
    ]
    assert triage.addressed(sample_answers.nothing(""), contacts, "de", at).contact is None


def test_nothing_to_do_is_said(installed: pytest.MonkeyPatch) -> None:
    """A chat between friends is nobody's case."""
    result = run("triage", MEETING)
    assert result.exit_code == 0 and "NOTHING TO DO" in result.stdout


def test_a_doubt_is_told_with_its_question(installed: pytest.MonkeyPatch, sample_answers: LiveAnswers) -> None:
    """Where one question decides, its options are printed, in JSON with their kinds."""
    for text in (f"case {number}: {words}" for number in range(40) for words in DOUBTFUL):
        found = sample_answers.triage(text, ask_reader())
        if found.doubt:
            break
    else:
        pytest.fail("none of these texts leaves a doubt any more; find others")
    printed = _object(run("triage", text, "--json"))
    assert printed["outcome"] == "clarify"
    assert printed["doubt"]["question"] == found.doubt.question
    assert [each["kind"] for each in printed["doubt"]["options"]] == [kind for kind, _ in found.doubt.options]
    assert printed["holding_reply"] == ""
    shown = " ".join(run("triage", text).stdout.split())
    assert "ONE QUESTION FIRST" in shown and "1) " in shown and "Say it again with that in it" in shown
    assert "Until you know, treat it as the more serious of the two." in shown


DOUBTFUL: Final = (
    "the soup was cold and tasted funny, felt bit odd after",
    "my data plan is gone again, who has it",
    "everyone at work has the same problem with the app",
    "writing a post about your prices, why are they so high",
    "i have had enough, last warning, refund me",
)


def ask_reader() -> Any:
    """Anybody."""
    from knowledge.models import Reader

    return Reader()


@pytest.mark.parametrize(("name", "start"), [("chart.svg", "<svg"), ("chart.MD", "# Triage chart")])
def test_the_chart_is_drawn_by_suffix(installed: pytest.MonkeyPatch, tmp_path: Path, name: str, start: str) -> None:
    """As SVG or as Mermaid, with the names of the contacts; where it went is said."""
    result = run("triage-chart", "--output", str(tmp_path / name))
    assert result.exit_code == 0
    assert str(tmp_path / name) in result.stderr
    text = (tmp_path / name).read_text("utf-8")
    assert text.startswith(start) and "Product safety" in text


def test_a_chart_that_cannot_be_drawn_says_why(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another suffix and a folder that is not there each say what to do."""
    result = run("triage-chart", "--output", str(tmp_path / "chart.png"))
    assert result.exit_code == 2 and "neither in .svg nor in .md" in " ".join(result.output.split())
    missing = run("triage-chart", "--output", str(tmp_path / "none" / "chart.svg"))
    assert isinstance(missing.exception, ContentError) and "cannot be written" in str(missing.exception)
    broken = tmp_path / "pack"
    (broken / "policies").mkdir(parents=True)
    (broken / "triage.yml").write_text("version: 1\n", "utf-8")
    result = run("triage-chart", "--output", str(tmp_path / "chart.svg"), "--content", str(broken))
    assert isinstance(result.exception, ContentError) and "triage.yml:1: the chart lacks" in str(result.exception)


def test_triage_is_scored(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``evaluate triage FILE`` prints a table, with --json the figures."""
    path = tmp_path / "cases.jsonl"
    rows = (
        {"id": "a", "text": BURN, "kind": "safety", "contact": "product_safety"},
        {"id": "b", "text": SPAM, "kind": "spam", "contact": "community_team"},
    )
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    result = run("evaluate", "triage", str(path))
    assert result.exit_code == 0 and "2 cases, 1 of them serious" in result.stdout
    figures = json.loads(run("evaluate", "triage", str(path), "--json").stdout)
    assert (figures["kind_accuracy"], figures["serious_missed"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("evaluate", "triage", "a", "b"), "'a' and 'b' are two files; name one"),
        (("evaluate", "a", "b"), "'a' and 'b' are two files; name one"),
        (("evaluate", "triage", "--plot", "a.png"), "--plot is for answers"),
    ],
)
def test_misuse_of_evaluate(installed: pytest.MonkeyPatch, arguments: tuple[str, ...], part: str) -> None:
    """One file, and no picture of triage."""
    result = run(*arguments)
    assert result.exit_code == 2 and part in " ".join(result.output.split())


def test_the_default_is_to_score_answers(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``evaluate FILE`` and ``evaluate ask FILE`` are the same; the file is one of questions."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "a", "q": "lunch menu today", "outcome": "out_of_scope"}', "utf-8")
    outputs = {run("evaluate", *words, str(path)).stdout for words in ((), ("ask",))}
    (only,) = outputs
    assert only.startswith("1 questions: 0 in scope")


def test_the_commands_are_listed() -> None:
    """Both stand in the help."""
    names = typer.main.get_command(app).list_commands(typer.Context(typer.main.get_command(app)))  # type: ignore[attr-defined] # a group
    assert {"triage", "triage-chart"} <= set(names)
    assert names.index("ask") < names.index("triage") < names.index("check-content") < names.index("triage-chart")


def test_values_are_words_of_the_vocabulary(installed: pytest.MonkeyPatch) -> None:
    """Kinds, actions, priorities and outcomes are printed as the design writes them."""
    found = _object(run("triage", SPAM, "--json"))
    assert found["kind"] in set(Kind) and found["action"] in set(Action)
    assert found["priority"] in set(Priority) and found["outcome"] in set(Outcome)
