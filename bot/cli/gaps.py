"""``clearpost gaps``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, print_json

if TYPE_CHECKING:
    from bot.wiring import Open

_MOST: Final = 20


@app.command("gaps", short_help="List what nobody could answer.")
def gaps(
    days: Annotated[int, typer.Option(metavar="N", min=1, max=3650, help="Look back so many days.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
    organisation: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this organisation.")] = None,
) -> None:
    """List what nobody could answer, like with like, and the sections whose answers did not help.

    Words are only kept for a time, so that looking back further finds no more.
    """
    from bot import wiring
    from bot.cli.ask import open_answers

    settings, live = open_answers(None)
    remembered = wiring.state(settings)
    known = wiring.organisations(remembered)
    if organisation is not None and organisation not in known:
        remembered.close()
        raise typer.BadParameter(f"there is no organisation '{organisation}'; there are {', '.join(known)}")
    among = [organisation] if organisation is not None else known
    found = wiring.gaps(settings, live, remembered, wiring.days_ago(days), among)
    remembered.close()
    if as_json:
        print_json({"gaps": [asdict(each) for each in found.gaps], "unhelpful": [asdict(e) for e in found.unhelpful]})
    else:
        print("\n".join(_lines(found)))


def _lines(found: Open) -> list[str]:
    lines = [f"{sum(each.count for each in found.gaps)} questions that nobody could answer"]
    for gap in found.gaps[:_MOST]:
        lines.append(f"{gap.count:>5} × {' '.join(gap.example.split())}")
        if gap.section:
            lines.append(f"        nearest: {gap.section} “{gap.heading}”, of {gap.owner or 'nobody'}")
    if len(found.gaps) > _MOST:
        lines.append(f"      … and {len(found.gaps) - _MOST} more kinds; --json shows all")
    lines += ["", f"{len(found.unhelpful)} sections that did not help"]
    lines += [
        f"{each.share:>5.0%} of {each.ratings}: {each.section} “{each.heading}”, of {each.owner or 'nobody'}"
        for each in found.unhelpful
    ]
    return lines


__all__ = ["gaps"]
