"""``clearpost ask`` and ``clearpost chat``."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, in_colour, print_json, progress_bar, tell

if TYPE_CHECKING:
    from bot.channels.terminal import Look
    from bot.conversation.certified import Heed
    from bot.settings import Settings
    from knowledge.live import LiveAnswers
    from knowledge.models import Reader

Audience = Annotated[
    str | None,
    typer.Option(metavar="TRACK", help="Ask as one of executives, coe, business_units, employees, partners."),
]
Region = Annotated[str | None, typer.Option(metavar="REGION", help="Ask from a region, such as de or us.")]

_WIDEST: Final = 96
_ASK_AGAIN: Final = "Ask again with that said, or choose in 'clearpost chat'."


@app.command("ask", short_help="Answer one question, or a file of them.")
def ask(
    context: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="What you ask, in your own words.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    jsonl: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help='Answer a file of {"id", "q"} lines, one JSON object a line.'),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Answer from this index file instead of your own.")
    ] = None,
    audience: Audience = None,
    region: Region = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Answer from what was in force on that day."),
    ] = None,
    top: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Cite up to this many sections.")] = 3,
) -> None:
    """Answer one question, or a file of them."""
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("give either a question or --jsonl FILE")
    from knowledge.models import Reader

    questions = list(_read_jsonl(jsonl)) if jsonl else []
    settings, live = open_answers(index)
    reader = Reader(audience, region or settings.region, as_of.date() if as_of else None)
    asking = _Asking(live, reader, top, _heed(settings))
    if text is not None:
        _print_one(asking, text, None if as_json else _look(context, _ASK_AGAIN))
    else:
        _print_all(asking, questions)


@app.command("chat")
def chat(context: typer.Context, audience: Audience = None, region: Region = None) -> None:
    """Talk to Clearpost in this terminal."""
    from bot import wiring
    from bot.channels.terminal import CHOOSE, converse
    from knowledge.models import Reader

    settings, live = open_answers(None)
    reader = Reader(audience, region or settings.region)
    if sys.stdin.isatty():
        tell("one moment, loading the model …")
        live.ask("May I post a picture of my desk?", reader)
    remembered = wiring.state(settings)
    router = wiring.router(settings, live, remembered)
    converse(router.reply, wiring.now, reader, _look(context, CHOOSE), account(settings.data))
    remembered.close()


def account(data: Path) -> str:
    """Who talks in this terminal: a name of 256 random bits kept in the data folder, for answers of another day.

    Empty where it cannot be kept or belongs to somebody else; then answers come back within the conversation alone.
    """
    file = data / "terminal-account"
    try:
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32), "utf-8")
        return file.read_text("utf-8").strip()
    except OSError:
        return ""


def open_answers(index: Path | None) -> tuple[Settings, LiveAnswers]:
    """The answers of this installation (its index is built where it is missing or old), or those of an index file."""
    from bot import wiring
    from bot.settings import load_settings

    settings = load_settings()
    encoder = wiring.encoder(settings, tell)
    if index is None:
        with progress_bar("building the index") as bar:
            wiring.ensure_index(settings, encoder, bar)
    return settings, wiring.answers(settings, encoder, index)


def _look(context: typer.Context, choose: str) -> Look:
    from bot.channels.terminal import Look

    width = shutil.get_terminal_size((_WIDEST, 24)).columns
    return Look(width=max(20, min(width, _WIDEST)), colour=in_colour(context), choose=choose)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Of what is asked, for whom, how many sections are cited, and what rules for certified people say."""

    live: LiveAnswers
    reader: Reader
    top: int
    heed: Heed


def _heed(settings: Settings) -> Heed:
    """Nobody knows who types here: a level is a condition."""
    from bot.conversation.certified import if_certified
    from bot.wiring import _certificates as own

    return if_certified(own.levels(settings))


def _print_one(asking: _Asking, text: str, look: Look | None) -> None:
    """Print a reply, or JSON where there is no look."""
    from bot.channels.terminal import render
    from bot.conversation.ask import to_reply
    from bot.conversation.small_talk import small_talk

    if look is None:
        print_json(_answer_fields(asking, "", text))
    else:
        live = asking.live
        answer = small_talk(text) or to_reply(live.ask(text, asking.reader, asking.top), "", live.contacts, asking.heed)
        print(render(answer, look))


def _print_all(asking: _Asking, questions: list[tuple[object, str]]) -> None:
    from knowledge.errors import QuestionError

    for identifier, question in questions:
        try:
            fields = _answer_fields(asking, identifier, question)
        except QuestionError as error:  # one that cannot be asked does not stop the others
            fields = {"id": identifier, "question": question, **_blank(str(error)), "took_ms": 0.0}
        print_json(fields)


def _answer_fields(asking: _Asking, identifier: object, question: str) -> dict[str, object]:
    from bot.conversation.small_talk import small_talk

    began = time.perf_counter()
    chat_reply = small_talk(question)
    fields = _blank(chat_reply.text) if chat_reply else _fields(asking, question)
    took = round((time.perf_counter() - began) * 1000, 1)
    return {"id": identifier, "question": question, **fields, "took_ms": took}


def _blank(summary: str) -> dict[str, object]:
    """The fields of a reply that looks nothing up."""
    return {
        "outcome": "out_of_scope",
        "verdict": None,
        "inferred": False,
        "summary": summary,
        "conditions": [],
        "citations": [],
        "contact": None,
        "confidence": 0.0,
        "choices": [],
    }


def _fields(asking: _Asking, question: str) -> dict[str, object]:
    from bot.conversation.ask import to_reply

    answer = asking.live.ask(question, asking.reader, asking.top)
    said = to_reply(answer, "", asking.live.contacts, asking.heed)
    return {
        "outcome": answer.outcome.value,
        "verdict": said.verdict.value if said.verdict else None,
        "inferred": answer.inferred,
        "summary": answer.summary,
        "conditions": list(said.conditions),
        "citations": [
            {
                "policy": each.policy,
                "version": each.version,
                "effective": each.effective.isoformat() if isinstance(each.effective, date) else None,
                "section": each.section,
                "heading": each.heading,
                "verdict": each.verdict.value,
                "quote": each.quote,
                "file": each.file,
                "start": each.start,
                "end": each.end,
            }
            for each in answer.citations
        ],
        "contact": answer.contact,
        "confidence": round(answer.confidence, 4),
        "choices": [{"label": each.label, "policy": each.policy, "section": each.section} for each in answer.choices],
    }


def _read_jsonl(path: Path) -> Iterator[tuple[object, str]]:
    from knowledge.errors import ContentError

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"'{path}' cannot be read as UTF-8 text; name a file of JSON lines") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            identifier, question = fields["id"], fields["q"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ContentError(f'{path}:{number}: not an object with "id" and "q"; correct that line') from error
        if not isinstance(question, str):
            raise ContentError(f'{path}:{number}: "q" is no text; put the question in quotes')
        yield identifier, question


__all__ = ["account", "ask", "chat", "open_answers"]
