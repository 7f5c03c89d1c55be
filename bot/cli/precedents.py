"""``clearpost precedents``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.app import app, print_json

if TYPE_CHECKING:
    from bot.ports import Precedent
    from knowledge.questions import Labelled


@app.command("precedents", short_help="List the answers that may be used again.")
def precedents(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print those that count as labelled questions, for 'clearpost evaluate'.")
    ] = False,
    organisation: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this organisation.")] = None,
) -> None:
    """List the answers that were offered for use again: what they say, who owns them, until when they count."""
    from bot import wiring
    from bot.conversation.precedents import labelled_precedents
    from bot.settings import load_settings

    remembered = wiring.state(load_settings())
    known = sorted({*wiring.organisations(remembered), *remembered.precedents.organisations()})
    if organisation is not None and organisation not in known:
        remembered.close()
        raise typer.BadParameter(f"there is no organisation '{organisation}'; there are {', '.join(known)}")
    among = [organisation] if organisation is not None else known
    if jsonl:
        today = wiring.now().date()
        counting = [each for name in among for each in remembered.precedents.approved(name, today)]
        remembered.close()
        for labelled in labelled_precedents(counting):
            print_json(_fields(labelled))
        return
    found = wiring.precedents(remembered, among)
    remembered.close()
    print("\n".join(line for each in found for line in _lines(each)) or "no answer was offered yet")


def _fields(labelled: Labelled) -> dict[str, object]:
    return {
        "id": labelled.id,
        "q": labelled.question,
        "verdict": labelled.verdict.value if labelled.verdict else None,
        "topic": labelled.topic,
    }


def _lines(precedent: Precedent) -> list[str]:
    until = f" until {precedent.expires}" if precedent.expires else ""
    rests = f"{precedent.policy}#{precedent.section}" if precedent.policy else "no section"
    who = precedent.author.name or precedent.owner
    return [
        f"{precedent.state.value}{until}: {' '.join(precedent.question.split())}",
        f"    {precedent.verdict.value}, by {who}, owned by {precedent.owner}, rests on {rests}",
        f"    {' '.join(precedent.answer.split())}",
    ]


__all__ = ["precedents"]
