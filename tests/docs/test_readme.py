"""What the documentation says is so: generated blocks, links, and every command, setting and Make target it names."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from cogapp import Cog
from markdown_it import MarkdownIt
from markdown_it.token import Token
from typer.core import TyperArgument, TyperCommand, TyperOption

from bot.bench.lessons import Line
from bot.settings import Settings
from knowledge import triage_report
from knowledge.content_check import check_content
from knowledge.documents import read_folder
from knowledge.documents.blocks import plain
from knowledge.documents.policy import slug
from knowledge.evaluation_report import FIGURES
from knowledge.pack import DEFAULT_PACK, Pack
from tests.docs import readme

DOCUMENTS: Final = (
    *(readme.ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")),
    *sorted((readme.ROOT / "docs").rglob("*.md")),
)
GENERATED: Final = tuple(path for path in DOCUMENTS if "[[[cog" in path.read_text("utf-8"))
CURRENT: Final = tuple(path for path in DOCUMENTS if path.parent.name != "decisions" and path.name != "CHANGELOG.md")
"""What speaks of the present; decisions and the changelog may name what is gone."""

TODAY: Final = date(2026, 10, 1)

_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
_HTML_LINK: Final = re.compile(r"\b(?:src|srcset|href)=\"([^\"]+)\"")
_COMMAND: Final = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S* )*(?:\.venv/bin/)?clearpost(?: (?P<rest>.*))?$")
_MAKE: Final = re.compile(r"^(?:\$ )?make (?P<rest>[a-zA-Z][^#]*)")
_RULE: Final = re.compile(r"^([a-z][a-z-]*):(?!=)", re.MULTILINE)
_VARIABLE: Final = re.compile(r"^(?:export )?([A-Z_]+)\s*\?=", re.MULTILINE)
_QUOTE: Final = re.compile(
    r"^ *│ “(?P<quote>.+)”\n *│ — (?P<title>.+?), “(?P<heading>.+)”, version (?P<version>\S+?)"
    r"(?:, in force since (?P<since>\S+))?$",
    re.MULTILINE,
)

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(readme.ROOT).as_posix())
each_current = pytest.mark.parametrize("path", CURRENT, ids=lambda path: path.relative_to(readme.ROOT).as_posix())


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_blocks_are_current(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every generated block is what ``make docs`` would write."""
    arguments = ["cog", "--check", "--diff", "-I", str(readme.ROOT), "-p", readme.PROLOGUE, str(path)]
    assert Cog().main(arguments) == 0, f"run 'make docs'\n{capsys.readouterr().out}"


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture is there, and so is the heading that a link names."""
    dead = [link for link in _links(path) if "://" not in link and not _leads_somewhere(path, link)]
    assert dead == []


@each_current
def test_commands_exist(path: Path) -> None:
    """Every ``clearpost`` command that is named exists, takes as many arguments and has the options named."""
    known = dict(readme.every_command())
    wrong = [line for line, words in _named(path, _COMMAND) if not _is_command(words, known)]
    assert wrong == []


@each_current
def test_settings_exist(path: Path) -> None:
    """Every CLEARPOST_ setting that is named is a field of Settings."""
    named = set(re.findall(r"\bCLEARPOST_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
    assert named <= {f"CLEARPOST_{name.upper()}" for name in Settings.model_fields}


@each_current
def test_make_targets_exist(path: Path) -> None:
    """Every Make target and variable that is named stands in the Makefile."""
    makefile = (readme.ROOT / "Makefile").read_text("utf-8")
    known = {*_RULE.findall(makefile), *(f"{name}=" for name in _VARIABLE.findall(makefile))}
    named = {re.sub(r"=.*", "=", word) for _, words in _named(path, _MAKE) for word in words}
    assert named <= known


def test_the_conversation_quotes_the_policies() -> None:
    """Each sentence that the README's conversation quotes stands in the section and version that it names."""
    policies = read_folder(DEFAULT_PACK / "policies").policies
    quotes = [match.groupdict("") for match in _QUOTE.finditer(_unwrapped(readme.SAID.read_text("utf-8")))]
    assert quotes
    for each in quotes:
        policy = next(one for one in policies if (one.title, one.version) == (each["title"], each["version"]))
        section = next(one for one in policy.sections if one.heading == each["heading"])
        assert each["quote"] in [plain(span.of(policy.text)) for span in section.sentences]
        assert each["since"] == (policy.effective.isoformat() if policy.effective else "")


def test_the_guides_example_is_free_of_mistakes(tmp_path: Path) -> None:
    """The content guide's example policy passes check-content beside the default contacts, and reads as two rules."""
    guide = _MARKDOWN.parse((readme.ROOT / "docs" / "content-guide.md").read_text("utf-8"))
    example = next(token.content for token in guide if token.type == "fence" and token.content.startswith("---\nid:"))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "team-events.md").write_text(example, "utf-8")
    contacts = Pack.at(DEFAULT_PACK).contacts.read_bytes()
    (tmp_path / "contacts.yml").write_bytes(contacts)
    assert check_content(tmp_path, TODAY) == []
    (policy,) = read_folder(tmp_path / "policies").policies
    assert [section.verdict.value for section in policy.sections] == ["yes_if", "no"]
    assert all(len(section.situations) == 3 and section.fact for section in policy.sections)


def test_computed_defaults_are_those_of_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's defaults that depend on the home folder are what a user of Debian gets."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", *(f"CLEARPOST_{name.upper()}" for name in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    defaults = {name for name, field in Settings.model_fields.items() if field.default_factory}
    assert defaults == set(readme.COMPUTED_DEFAULTS)
    for name, shown in readme.COMPUTED_DEFAULTS.items():
        assert str(getattr(Settings(), name)) == shown.replace("~", "/home/ada")


def test_the_tables_show_figures_that_are_measured() -> None:
    """Every row of the tables of quality and of lessons is a figure of an evaluation or a run."""
    assert {name for name, _ in readme.QUALITY} <= set(FIGURES)
    assert {name for name, _ in readme.TRIAGED} <= set(triage_report.FIGURES)
    assert {name for name, _ in readme.TAUGHT} <= {each.name for each in fields(Line)}


def test_the_tree_shows_every_package() -> None:
    """No package is missing in the project tree."""
    packages = {
        file.parent.relative_to(readme.ROOT).as_posix()
        for root in ("bot", "knowledge", "lessons")
        for file in (readme.ROOT / root).rglob("__init__.py")
    }
    assert packages <= {path for path, _ in readme.TREE}


def test_the_licence_is_the_whole_apache_licence() -> None:
    """LICENSE is the text that the Apache Software Foundation publishes, to the byte."""
    digest = hashlib.sha256((readme.ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("clearpost", True),
        ("clearpost --debug ask 'x'", True),
        ("clearpost model use all-MiniLM-L6-v2 --no-compare", True),
        ("clearpost ask --top 10 'may I?' > answer.txt", True),
        ("clearpost chat < typed.txt", True),
        ("clearpost model", True),
        ("clearpost remember", False),
        ("clearpost model drop x", False),
        ("clearpost ask --loud 'may I?'", False),
        ("clearpost serve now", False),
    ],
)
def test_wrong_commands_would_be_found(line: str, right: bool) -> None:
    """The check of commands tells real ones from others."""
    match = _COMMAND.match(line)
    assert match
    assert _is_command(_words(match["rest"]), dict(readme.every_command())) is right


def _tokens(path: Path) -> Iterator[Token]:
    for token in _MARKDOWN.parse(path.read_text("utf-8")):
        yield token
        yield from token.children or ()


def _links(path: Path) -> Iterator[str]:
    for token in _tokens(path):
        if token.type in ("html_block", "html_inline"):
            yield from _HTML_LINK.findall(token.content)
        elif target := token.attrs.get("href") or token.attrs.get("src"):
            yield str(target)


def _leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(path: Path) -> set[str]:
    tokens = _MARKDOWN.parse(path.read_text("utf-8"))
    return {slug(plain(tokens[at + 1].content)) for at, token in enumerate(tokens) if token.type == "heading_open"}


def _named(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines of code that match, with the words of their group ``rest``."""
    for token in _tokens(path):
        if token.type in ("fence", "code_inline"):
            for line in map(str.strip, token.content.splitlines()):
                if match := pattern.match(line):
                    yield line, _words(match["rest"])


def _words(rest: str | None) -> list[str]:
    """The words of a command, up to a comment, a pipe or a redirection."""
    lexer = shlex.shlex(rest or "", posix=True, punctuation_chars="<>|&;")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("<>|&;"):
            break
        words.append(word)
    return words


def _is_command(words: list[str], known: dict[str, TyperCommand]) -> bool:
    while words and words[0] in ("--debug", "--help"):
        words = words[1:]
    if not words or words[0] == "COMMAND":
        return True
    for length in (2, 1):
        name = " ".join(("clearpost", *words[:length]))
        if name in known:
            return _is_call(words[length:], known[name])
    return len(words) == 1 and any(name.startswith(f"clearpost {words[0]} ") for name in known)


def _is_call(words: list[str], command: TyperCommand) -> bool:
    options = {
        name: option
        for option in command.params
        if isinstance(option, TyperOption)
        for name in (*option.opts, *option.secondary_opts)
    }
    arguments = sum(
        each.nargs if each.nargs > 0 else len(words) for each in command.params if isinstance(each, TyperArgument)
    )
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if not word.startswith("-"):
            arguments -= 1
        elif name != "--help" and name not in options:
            return False
        elif name in options and not options[name].is_flag and not equals:
            next(rest, None)
    return arguments >= 0


def _unwrapped(text: str) -> str:
    """A transcript with each quote, and each line that says where it stands, on one line."""
    return re.sub(r"\n *│ +(?![“—])(?=\S)", " ", text)
