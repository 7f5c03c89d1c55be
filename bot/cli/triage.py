"""``clearpost triage`` and ``clearpost triage-chart``."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, in_colour, print_json, tell
from bot.cli.ask import Region, open_answers

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.reply import Reply
    from knowledge.contacts import Contacts
    from knowledge.live import LiveAnswers
    from knowledge.models import Reader
    from knowledge.triage.models import Triaged

_WIDEST: Final = 96
_STANDARD_INPUT: Final = Path("-")
_ASK_AGAIN: Final = "Say it again with that in it, or choose in 'clearpost chat'."


@app.command("triage", short_help="Say what to do about something that was said about the company.")
def triage(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="The post, or what happened in your own words.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help='Sort a file of {"id", "text"} lines ("-": standard input).', allow_dash=True
        ),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sort by this index file instead of your own.")
    ] = None,
    region: Region = None,
) -> None:
    """Say what to do about something that was said about the company, and who takes over."""
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("give either a text or --jsonl FILE")
    from bot import wiring
    from knowledge.models import Reader

    lines = list(_read_jsonl(jsonl)) if jsonl else []
    settings, live = open_answers(index)
    reader = Reader(region=region or settings.region)
    now = wiring.now()
    if text is None:
        for identifier, triaged in _sorted(lines, live, reader):
            print_json(_fields(identifier, addressed(triaged, live.contacts, reader.region, now)))
        return
    triaged = addressed(live.triage(text, reader), live.contacts, reader.region, now)
    if as_json:
        print_json(_fields("", triaged))
    else:
        from bot.channels.terminal import Look, render

        width = max(20, min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST))
        look = Look(width=width, colour=in_colour(context), choose=_ASK_AGAIN)
        print(render(_reply(triaged, live.contacts), look))


@app.command("triage-chart", short_help="Draw the triage chart.")
def triage_chart(
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where to draw it: .svg, or .md for Mermaid.")],
    content: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Draw the chart of this content pack instead of your own.")
    ] = None,
) -> None:
    """Draw the triage chart of your content pack, as SVG or as Mermaid in Markdown."""
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.contacts import read_contacts
    from knowledge.errors import ContentError
    from knowledge.pack import Pack
    from knowledge.triage.draw import chart_markdown, chart_svg
    from knowledge.triage.read import read_chart

    draw = {".svg": chart_svg, ".md": chart_markdown}.get(output.suffix.lower())
    if draw is None:
        raise typer.BadParameter(f"'{output}' ends neither in .svg nor in .md; name a file that does")
    pack = Pack.at(content) if content else wiring.pack(load_settings())
    contacts, _ = read_contacts(pack.contacts)
    names = {contact.id: contact.name for contact in contacts}
    try:
        output.write_text(draw(read_chart(pack.chart), names), "utf-8")
    except OSError as error:
        raise ContentError(f"'{output}' cannot be written ({error.strerror}); name another file") from error
    tell(f"wrote {output}")


def addressed(triaged: Triaged, contacts: Contacts, region: str | None, at: datetime) -> Triaged:
    """The same for who takes it in a region at ``at`` (aware): a stand-in there, and nobody who is absent."""
    from dataclasses import replace

    from knowledge.contacts import Need, route

    if triaged.contact is None:
        return triaged
    return replace(triaged, contact=route(contacts, Need(triaged.contact, region), at).contact.id)


def _sorted(lines: list[tuple[object, str]], live: LiveAnswers, reader: Reader) -> Iterator[tuple[object, Triaged]]:
    """The id of each line with what becomes of it. An empty one stops no other; of a book the beginning counts."""
    from knowledge.errors import QuestionError
    from knowledge.live import LONGEST_SAID, clean_said

    cleaned: list[str | None] = []
    for _, said in lines:
        try:
            cleaned.append(clean_said(said[:LONGEST_SAID]))
        except QuestionError:
            cleaned.append(None)
    found = iter(live.triage_all([each for each in cleaned if each is not None], reader))
    for (identifier, _), text in zip(lines, cleaned, strict=True):
        yield identifier, next(found) if text is not None else live.nothing("")


def _fields(identifier: object, triaged: Triaged) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": identifier,
        "kind": triaged.kind.value if triaged.kind else None,
        "action": triaged.action.value,
        "priority": triaged.priority.value,
        "contact": triaged.contact,
        "path": [{"question": step.question, "answer": step.answer} for step in triaged.path],
        "do": list(triaged.do),
        "do_not": list(triaged.do_not),
        "holding_reply": triaged.holding_reply,
        "confidence": round(triaged.confidence, 4),
        "outcome": triaged.outcome.value,
    }
    if triaged.doubt:
        options = [{"kind": kind.value if kind else None, "label": label} for kind, label in triaged.doubt.options]
        fields["doubt"] = {"question": triaged.doubt.question, "options": options}
    if triaged.passage:
        fields["passage"] = triaged.passage
    return fields


def _reply(triaged: Triaged, contacts: Contacts) -> Reply:
    """What is said in a conversation, with the whole way through the chart; nothing can be pressed, only chosen."""
    from dataclasses import replace

    from bot.conversation.ask import person
    from bot.conversation.reply import Option
    from bot.conversation.triage import to_reply
    from knowledge.models import Outcome

    reply = to_reply(triaged, "", lambda identifier: person(identifier, contacts))
    options = tuple(Option(label, "", "") for _, label in triaged.doubt.options) if triaged.doubt else ()
    way = " → ".join(f"{step.question} {step.answer}." for step in triaged.path)
    notes = (f"The way through the chart: {way}",) if triaged.outcome is Outcome.ANSWER else reply.notes
    return replace(reply, actions=(), options=options, notes=notes)


def _read_jsonl(path: Path) -> Iterator[tuple[object, str]]:
    from knowledge.errors import ContentError

    name = "standard input" if path == _STANDARD_INPUT else str(path)
    try:
        data = sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"'{name}' cannot be read as UTF-8 text; name a file of JSON lines") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            identifier, said = fields["id"], fields["text"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ContentError(f'{name}:{number}: not an object with "id" and "text"; correct that line') from error
        if not isinstance(said, str):
            raise ContentError(f'{name}:{number}: "text" is no text; put what was said in quotes')
        yield identifier, said


__all__ = ["addressed", "triage", "triage_chart"]
