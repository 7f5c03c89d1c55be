"""``clearpost programme``: how far an organisation takes its lessons, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, print_json, tell
from bot.cli.people import ACTOR
from lessons.dials import Dial, Setting

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring._learning import State
    from lessons.dials import Standing

_MOST: Final = 1e12  # of a budget

programme: Final = typer.Typer(
    help="How far the lessons go: four dials, each casual, structured or formal, and what the programme costs.",
    short_help="How far the lessons go, and what they cost.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(programme, name="programme")

Organisation = Annotated[
    str | None, typer.Option(metavar="NAME", help="The organisation, where there are several besides this machine.")
]


@dataclass(frozen=True, slots=True)
class Opened:
    """The state of an installation and the organisation that is meant, at a moment."""

    settings: Settings
    remembered: State
    organisation: str
    now: datetime


@contextmanager
def opened(organisation: str | None) -> Iterator[Opened]:
    """The state, and the organisation that was named, else the only one, this machine set aside where it is not alone.

    Raises:
        typer.BadParameter: where it is not there, or has to be named.
    """
    from bot import wiring
    from bot.settings import load_settings

    settings = load_settings()
    remembered = wiring.state(settings)
    try:
        yield Opened(settings, remembered, _organisation(remembered, organisation), wiring.now())
    finally:
        remembered.close()


@programme.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@programme.command("status", short_help="Show the four dials and what their next step takes.")
def status(
    organisation: Organisation = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
) -> None:
    """Show where the four dials stand, what that brings, and what the next step takes, with what is there ticked."""
    from bot.wiring import _programme as wired
    from lessons.dials import next_step, to_text

    with opened(organisation) as here:
        kept = wired.programme_settings(here.remembered)
        dials, budget = kept.get(here.organisation), kept.budget(here.organisation)
        standings = next_step(dials, wired.facts(here.settings, here.remembered, here.organisation))
    if as_json:
        yearly = None if budget is None else asdict(budget)
        dial_fields = [_fields(each) for each in standings]
        print_json({"organisation": here.organisation, "dials": dial_fields, "budget": yearly})
        return
    print(to_text(standings), end="")
    if budget is not None:
        print(f"\nbudget        {budget.amount:,.2f} {budget.currency} a year")


@programme.command("set", short_help="Turn a dial.")
def turn(
    dial: Annotated[str, typer.Argument(metavar="DIAL", help=f"One of {', '.join(Dial)}.")],
    setting: Annotated[str, typer.Argument(metavar="SETTING", help=f"One of {', '.join(Setting)}.")],
    organisation: Organisation = None,
) -> None:
    """Turn a dial to casual, structured or formal; it shows from the next lesson on."""
    from bot.wiring import _programme as wired
    from lessons.dials import CHANGES

    if dial not in set(Dial):
        raise typer.BadParameter(f"there is no dial '{dial}'; take one of {', '.join(Dial)}")
    if setting not in set(Setting):
        raise typer.BadParameter(f"there is no setting '{setting}'; take one of {', '.join(Setting)}")
    which, where = Dial(dial), Setting(setting)
    with opened(organisation) as here:
        kept = wired.programme_settings(here.remembered)
        before = kept.turn(here.organisation, which, where, here.now, ACTOR)
        if before is not where:
            here.remembered.learners.look_again(here.now)  # what they get next may be something else now
    stood = "as before" if before is where else f"it was {before}"
    print(f"{which} is {where} in {here.organisation}; {stood}")
    print(CHANGES[which, where])


@programme.command("budget", short_help="Enter what the programme costs in a year.")
def budget(
    amount: Annotated[
        float | None, typer.Argument(metavar="[AMOUNT]", help="In a year; without it, show it.", show_default=False)
    ] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The currency, such as EUR or USD.")] = "EUR",
    forget: Annotated[bool, typer.Option("--forget", help="Take back what was entered.")] = False,
    organisation: Organisation = None,
) -> None:
    """Enter, show or take back what the programme costs in a year; reports tell the cost for each person reached."""
    from bot.wiring import _programme as wired
    from lessons.report import Budget

    if forget and amount is not None:
        raise typer.BadParameter("--forget takes the amount back; leave one of the two out")
    if amount is not None and not 0 < amount <= _MOST:  # also what is no number
        raise typer.BadParameter(f"{amount} is no budget; enter an amount above 0, such as 12000")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise typer.BadParameter(f"'{currency}' is no currency; enter its three letters, such as EUR")
    with opened(organisation) as here:
        kept = wired.programme_settings(here.remembered)
        if forget or amount is not None:
            entered = None if amount is None else Budget(amount, currency.upper())
            kept.enter_budget(here.organisation, entered, here.now, ACTOR)
        now_entered = kept.budget(here.organisation)
        measurement = kept.get(here.organisation).measurement
    if now_entered is None:
        print(f"no budget is entered for {here.organisation}")
        return
    print(f"{here.organisation}: {now_entered.amount:,.2f} {now_entered.currency} a year")
    if measurement is not Setting.FORMAL:
        tell(f"reports tell the cost once measurement is formal; it is {measurement} ('clearpost programme set')")


def _organisation(remembered: State, chosen: str | None) -> str:
    from bot import wiring
    from bot.conversation.messages import LOCAL

    known = wiring.organisations(remembered)
    if chosen is not None:
        if chosen not in known:
            raise typer.BadParameter(f"there is no organisation '{chosen}'; there are {', '.join(known)}")
        return chosen
    others = [each for each in known if each != LOCAL] or list(known)
    if len(others) > 1:
        raise typer.BadParameter(f"there are several organisations; name one with --organisation: {', '.join(others)}")
    return others[0]


def _fields(standing: Standing) -> dict[str, object]:
    return {
        "dial": standing.dial,
        "setting": standing.setting,
        "brings": standing.brings,
        "lacks": [each.words for each in standing.lacks],
        "next": standing.next,
        "next_brings": standing.next_brings,
        "takes": [asdict(each) for each in standing.takes],
    }


__all__ = ["Opened", "Organisation", "budget", "opened", "options", "programme", "status", "turn"]
