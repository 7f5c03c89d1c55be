"""Writes the generated blocks of the README and its neighbours; ``make docs`` puts them in place.

cog calls one function a block (``<!-- [[[cog cog.out(readme.settings()) ]]] -->``); each returns Markdown with a line
break at its end. Nothing here needs a model or an index, so the blocks can be checked in every test run.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import typer.main
from pydantic.fields import FieldInfo
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bot.cli import main as _commands  # noqa: F401 - importing it registers the commands
from bot.cli.app import app
from bot.settings import Settings
from knowledge.search.calibration import SHIPPED, Calibration
from knowledge.weights import KNOWN_MODELS

PROLOGUE: Final = "from tests.docs import readme"
"""What cog runs before the blocks (its option ``-p``)."""

ROOT: Final = Path(__file__).parents[2]
"""The folder of the clone."""

TYPED: Final = Path(__file__).with_name("conversation-typed.txt")
"""What a person typed into ``clearpost chat``, a line each."""

SAID: Final = Path(__file__).with_name("conversation-said.txt")
"""What it printed, with the default model; CONTRIBUTING.md has the command that records it again."""

FIGURES: Final = ROOT / "docs" / "figures.json"
"""What ``clearpost evaluate --json`` and ``clearpost bench --json`` printed, for each model."""

LOAD: Final = ROOT / "docs" / "load.json"
"""What ``clearpost bench surfaces --json`` and ``make recovery`` printed."""

COMPUTED_DEFAULTS: Final = {
    "data": "~/.local/share/clearpost",
    "models": "~/.cache/clearpost/models",
    "response_minutes": "{}",
    "answer_minutes": "{}",
    "brown_bag_channels": "{}",
    "praise_channels": "{}",
    "scim_tokens": "{}",
    "scim_groups": "{}",
}
"""Defaults that are made: those that depend on whose machine it is are as they are on Debian."""

_PROMPT: Final = "\n> "

TREE: Final = (
    ("bot", ""),
    ("bot/bench", ""),
    ("bot/channels", ""),
    ("bot/channels/slack", ""),
    ("bot/channels/slack/listeners", ""),
    ("bot/channels/teams", ""),
    ("bot/channels/teams/microsoft", ""),
    ("bot/channels/terminal", ""),
    ("bot/channels/web", ""),
    ("bot/cli", ""),
    ("bot/conversation", ""),
    ("bot/conversation/escalate", ""),
    ("bot/conversation/learn", ""),
    ("bot/conversation/learn/certification", ""),
    ("bot/conversation/learn/gatherings", ""),
    ("bot/conversation/precedents", ""),
    ("bot/jobs", ""),
    ("bot/ports", ""),
    ("bot/server", ""),
    ("bot/server/scim", ""),
    ("bot/state", ""),
    ("bot/state/lessons", ""),
    ("bot/state/migrations", ""),
    ("bot/state/migrations/versions", ""),
    ("bot/wiring", ""),
    ("knowledge", ""),
    ("knowledge/contacts", ""),
    ("knowledge/content", "The default pack: policies, contacts, triage chart, examples, labelled questions."),
    ("knowledge/content_check", ""),
    ("knowledge/documents", ""),
    ("knowledge/index", ""),
    ("knowledge/search", ""),
    ("knowledge/triage", ""),
    ("lessons", ""),
    ("lessons/certification", ""),
    ("lessons/content", "The default curriculum: lessons of five tracks, programmes, levels and their exams."),
    ("lessons/credentials", ""),
    ("lessons/curriculum", ""),
    ("lessons/report", ""),
    ("lessons/schedule", ""),
    ("lessons/soundness", ""),
    ("tests", "What each folder of tests is for stands in tests/README.md."),
    ("docs", "Architecture, content guide, decisions, pictures, recorded figures."),
)
"""Folders and what they hold; an empty text stands for the first sentence of the package's docstring."""

QUALITY: Final = (
    ("section_recall_1", "the right section is cited first"),
    ("section_recall_3", "the right section is among the first three"),
    ("coverage", "a question in scope gets a verdict"),
    ("clarify", "it gets a question back that decides"),
    ("hand_over", "it is handed to a person as not sure"),
    ("false_refusal", "it is refused as none of our business"),
    ("verdict_accuracy", "a verdict that is given is right, of those given"),
    ("wrong_permission", "“yes” or “yes, if” is said where “no” or “ask first” is right, of all in scope"),
    ("off_topic_refused", "a message that is off topic is refused"),
    ("off_topic_answered", "a message that is off topic gets a verdict or a question back"),
    ("calibration_error", "how far the confidence is from the share that is right"),
)
"""The figures of the table, in its order, with what they are shares of."""

TRIAGED: Final = (
    ("kind_accuracy", "the kind is right"),
    ("contact_accuracy", "the contact is right"),
    ("serious_missed", "something serious is taken for something that can wait"),
    ("complaint_f1", "F1 of “is it a complaint?”, rants and everything serious about the company included"),
    ("asked", "one question is asked first"),
    ("calibration_error", "how far the confidence is from the share that is right"),
)
"""The figures of ``clearpost evaluate triage`` in its table."""

TAUGHT: Final = (
    ("people", "people"),
    ("rate", "messages a second that are allowed"),
    ("backend", "database"),
    ("workers", "workers"),
    ("plan_s", "seconds to plan"),
    ("plan_growth", "of these a person, over the same with a hundredth of the people"),
    ("share_of_limit", "sent, as a share of what is allowed"),
    ("rate_limited", "“too many” said"),
    ("rss_mb", "megabytes of a worker"),
    ("lost", "lost"),
    ("doubled", "sent twice"),
)
"""The figures of ``clearpost bench lessons``, with what they say."""

_SPEED: Final = (
    ("answer_over_encode", "an answer's time over that of encoding its question alone"),
    ("scale_100k_over_1k", "an answer's time among 100,000 passages over that among 1,000"),
    ("index_over_encode", "building an index over encoding its texts alone"),
    ("concurrent_over_serial", "questions a second when 16 come at once, over one after the other"),
    ("rss_mb", "megabytes of memory of a server after some questions"),
)
"""The figures of ``clearpost bench``, with what they say."""

_LOADED: Final = (
    ("events", "events of Slack in a minute, 50 at a time"),
    ("lost", "of these, never answered"),
    ("answered_twice", "of these, answered twice, though every tenth was sent twice"),
    ("ack_p99_ms", "milliseconds within which 99 of 100 were acknowledged (Slack waits for 3,000)"),
    ("answers_per_s", "answers a second"),
)
"""The figures of ``clearpost bench surfaces``, with what they say."""

_KILLED: Final = (
    ("deliveries", "deliveries owed"),
    ("kills", "kill -9 meanwhile"),
    ("lost", "lost"),
    ("doubled", "sent twice"),
    ("ambiguous", "of which nobody knows whether they arrived"),
)
"""The figures of ``make recovery``, with what they say."""

_TARGET: Final = re.compile(r"^([a-z][a-z-]*):[^#\n]*## (.+)$", re.MULTILINE)

_NO_SHARES: Final = frozenset({"calibration_error"})


def conversation() -> str:
    """A conversation with ``clearpost chat``, what was typed put back in at each prompt."""
    typed = TYPED.read_text("utf-8").splitlines()
    welcome, *replies = SAID.read_text("utf-8").rstrip().removesuffix(">").rstrip().split(_PROMPT)
    turns = "".join(f"{_PROMPT}{line}\n{reply}" for line, reply in zip(typed, replies, strict=True))
    return f"```text\n{welcome}{turns}\n```\n"


def settings() -> str:
    """A table of every setting: its name, default and description."""
    rows = (
        (f"`CLEARPOST_{name.upper()}`", _default(name, field), field.description or "")
        for name, field in Settings.model_fields.items()
    )
    return _table(("setting", "default", "what it sets"), rows)


def commands() -> str:
    """A table of every command with its arguments, options and the first sentences of its help."""
    rows = ((f"`{_usage(name, command)}`", _opening(command), _options(command)) for name, command in every_command())
    return _table(("command", "what it does", "options"), rows)


def tree() -> str:
    """The folders of the project with a line each."""
    names = {path: "  " * path.count("/") + path.rpartition("/")[2] + "/" for path, _ in TREE}
    width = max(map(len, names.values())) + 2
    lines = (f"{names[path]:{width}}{words or _purpose(ROOT / path)}" for path, words in TREE)
    return "```text\n" + "\n".join(lines) + "\n```\n"


def quality() -> str:
    """What was measured on the test half, model by model; says so where nothing is recorded."""
    recorded = _figures()
    if not recorded:
        return "Nothing is recorded yet; `clearpost evaluate` prints the figures of your installation.\n"
    reports = {model: _part(parts, "evaluate") for model, parts in recorded.items()}
    first = next(iter(reports.values()))
    asked = (
        f"{first['questions']} labelled questions that no number was fitted on: {first['in_scope']} in scope, "
        f"{first['off_topic']} off topic.\n\n"
    )
    rows = ((words, *(_share(name, report.get(name)) for report in reports.values())) for name, words in QUALITY)
    return asked + _table(("how often", *reports), rows)


def triage() -> str:
    """How well triage did on its test half, model by model; says so where nothing is recorded."""
    reports = {model: _part(parts, "triage") for model, parts in _figures().items() if "triage" in parts}
    if not reports:
        return "Nothing is recorded yet; `clearpost evaluate triage` prints the figures of your installation.\n"
    first = next(iter(reports.values()))
    cases = f"{first['cases']} labelled cases that no number was fitted on, {first['serious']} of them serious.\n\n"
    rows = ((words, *(_share(name, report.get(name)) for report in reports.values())) for name, words in TRIAGED)
    return cases + _table(("how often", *reports), rows)


def lessons() -> str:
    """What planning and sending a week's lesson takes; a row a run."""
    runs = json.loads(LOAD.read_text("utf-8"))["lessons"]
    return _table(
        tuple(words for _, words in TAUGHT), (tuple(_number(run[name]) for name, _ in TAUGHT) for run in runs)
    )


def speed() -> str:
    """What ``clearpost bench`` measured, model by model; says so where nothing is recorded."""
    benches = {model: _part(parts, "bench") for model, parts in _figures().items()}
    if not any(benches.values()):
        return "Nothing is recorded yet; `clearpost bench` measures your machine.\n"
    rows = ((words, *(_number(bench.get(name)) for bench in benches.values())) for name, words in _SPEED)
    return _table(("figure", *benches), rows)


def load() -> str:
    """What a server bears, and what killed workers lose."""
    recorded = json.loads(LOAD.read_text("utf-8"))
    bears = _table(
        ("under load, with the default model on two cores", ""),
        ((words, _number(recorded["surfaces"][name])) for name, words in _LOADED),
    )
    kills = _table(
        ("workers killed in the middle of their work", *map(_proof, recorded["recovery"])),
        ((words, *(_number(each.get(name)) for each in recorded["recovery"])) for name, words in _KILLED),
    )
    return f"{bears}\n{kills}"


def _proof(line: Mapping[str, object]) -> str:
    """What a line of ``make recovery`` is about."""
    what = "reminders" if "cases" in line else "lessons" if "people" in line else ""
    return f"{line['backend']}, {what}" if what else str(line["backend"])


def thresholds() -> str:
    """The thresholds of the shipped calibrations."""
    rows: list[tuple[str, ...]] = []
    for model in KNOWN_MODELS.values():
        fitted = Calibration.read(SHIPPED / f"{model.sha256[:16]}.json")
        for words, regime in (("with situations", fitted.situated), ("without", fitted.plain)):
            chosen = regime.thresholds
            rows.append(
                (model.name, words, f"{chosen.scope:.2f}", f"{chosen.answer:.2f}", f"{chosen.permission_risk:.2f}")
            )
    return _table(("model", "pack", "in scope, at least", "answer, at least", "risk of permission, at most"), rows)


def targets() -> str:
    """A table of the Make targets that say what they are for."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return _table(("target", "what it does"), ((f"`make {name}`", words) for name, words in _TARGET.findall(makefile)))


def every_command() -> Iterator[tuple[str, TyperCommand]]:
    """Every command by its full name, such as ``clearpost model use``, in the order of ``--help``."""
    yield from _below("clearpost", typer.main.get_command(app))


def _below(name: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            yield from _below(f"{name} {inner.name}", inner)
    elif isinstance(command, TyperCommand):
        yield name, command


def _usage(name: str, command: TyperCommand) -> str:
    arguments = (each for each in command.params if isinstance(each, TyperArgument))
    words = (str(each.name).upper() if each.required else f"[{str(each.name).upper()}]" for each in arguments)
    return " ".join((name, *words))


def _opening(command: TyperCommand) -> str:
    return " ".join((command.help or "").partition("\n\n")[0].split())


def _options(command: TyperCommand) -> str:
    options = (each for each in command.params if isinstance(each, TyperOption))
    return ", ".join(f"`{'/'.join((*each.opts, *each.secondary_opts))}`" for each in options)


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory is not None:
        return f"`{COMPUTED_DEFAULTS[name]}`"
    return f"`{field.default}`" if field.default not in (None, ()) else "–"


def _purpose(package: Path) -> str:
    """The first sentence of a package's docstring."""
    words = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    sentence = words.splitlines()[0].partition(". ")[0].replace("``", "").rstrip(".")
    return f"{sentence}."


def _figures() -> Mapping[str, Mapping[str, object]]:
    if not FIGURES.is_file():
        return {}
    recorded: Mapping[str, Mapping[str, object]] = json.loads(FIGURES.read_text("utf-8"))
    return recorded


def _part(parts: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = parts.get(name)
    return part if isinstance(part, dict) else {}


def _share(name: str, value: object) -> str:
    if not isinstance(value, float | int):
        return "–"
    return f"{value:.3f}" if name in _NO_SHARES else f"{value * 100:.1f} %"


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown.

    Raises:
        ValueError: where a cell has several lines, which would end the table.
    """
    cells = (head, ("---",) * len(head), *rows)
    if broken := [each for row in cells for each in row if "\n" in each]:
        raise ValueError(f"a cell of a table is one line: {broken[0]!r}")
    return "".join("| " + " | ".join(each.replace("|", "\\|") for each in row) + " |\n" for row in cells)


__all__ = [
    "COMPUTED_DEFAULTS",
    "FIGURES",
    "LOAD",
    "PROLOGUE",
    "QUALITY",
    "ROOT",
    "SAID",
    "TREE",
    "TYPED",
    "commands",
    "conversation",
    "every_command",
    "load",
    "quality",
    "settings",
    "speed",
    "targets",
    "thresholds",
    "tree",
]
