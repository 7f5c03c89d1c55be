"""``clearpost people``: who works for the Center of Excellence, and what a person may ask to be told or forgotten."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, print_json, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Day, Person
    from bot.settings import Settings
    from bot.wiring._learning import State, Who

ACTOR: Final = "cli"
"""Who acts in the audit where a command does."""

_TRACKS: Final = ("executives", "coe", "business_units", "employees", "partners")

people: Final = typer.Typer(
    help="Who works for the Center of Excellence, and what a person may ask to be told or forgotten.",
    short_help="Roles, and what is known of a person.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(people, name="people")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address, as their platform knows it.")]
Subject = Annotated[
    str, typer.Argument(metavar="WHO", help="An e-mail address, or WORKSPACE/ACCOUNT where none is known.")
]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="coe, coe_lead, or the id of a contact.")]
Organisation = Annotated[
    str | None, typer.Option(metavar="NAME", help="The organisation, where the address is known in several.")
]


@people.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@people.command("list", short_help="List the people with a role.")
def list_people(
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="Only those with this role.")] = None,
    organisation: Organisation = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a person.")] = False,
) -> None:
    """List the people with a role."""
    with _opened() as (settings, remembered):
        roles = _roles(settings) if role is None else (_role(settings, role),)
        for name in _organisations(remembered, organisation):
            for each in remembered.staff.with_role(name, *roles):
                if as_json:
                    print_json(_fields(each))
                else:
                    print(_line(each))


@people.command("grant", short_help="Give somebody a role.")
def grant(email: Email, role: Role, organisation: Organisation = None) -> None:
    """Give somebody a role."""
    with _opened() as (settings, remembered):
        chosen, person = _role(settings, role), _person(remembered, email, organisation)
        remembered.staff.grant(person.id, chosen)
        _write_down(remembered, person, "role_granted", {"role": chosen})
    print(f"{email} has the role {chosen}")


@people.command("revoke", short_help="Take a role back.")
def revoke(email: Email, role: Role, organisation: Organisation = None) -> None:
    """Take a role back that was given here; one that a group gives is taken back in that group."""
    with _opened() as (_, remembered):  # a role that the content no longer has can be taken back, too
        person = _person(remembered, email, organisation)
        remembered.staff.revoke(person.id, role)
        after = remembered.staff.by_email(person.organisation, email)
        if role not in person.roles:
            raise typer.BadParameter(f"{email} does not have the role {role}")
        if after is not None and role in after.roles:
            raise typer.BadParameter(f"a group gives {email} the role {role}; take them out of that group")
        _write_down(remembered, person, "role_revoked", {"role": role})
    print(f"{email} no longer has the role {role}")


@people.command("set", short_help="Say what the company knows of somebody.")
def describe(
    email: Email,
    track: Annotated[str | None, typer.Option(metavar="TRACK", help=f"One of {', '.join(_TRACKS)}.")] = None,
    region: Annotated[str | None, typer.Option(metavar="REGION", help="Where they work, such as de.")] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="Their business unit.")] = None,
    hired: Annotated[str | None, typer.Option(metavar="DAY", help="Their first day, as 2026-09-01.")] = None,
    left: Annotated[str | None, typer.Option(metavar="DAY", help="The first day on which they are gone.")] = None,
    organisation: Organisation = None,
) -> None:
    """Say on which track, in which region and business unit somebody works, and since when; empty takes it back."""
    from bot import wiring

    given = {"track": track, "region": region, "unit": unit, "hired": hired, "left": left}
    told = {name: value for name, value in given.items() if value is not None}
    if not told:
        raise typer.BadParameter("say what to set: --track, --region, --unit, --hired or --left")
    if track and track not in _TRACKS:
        raise typer.BadParameter(f"there is no track '{track}'; take one of {', '.join(_TRACKS)}")
    with _opened() as (_, remembered):
        person = _person(remembered, email, organisation)
        days = {"hired": _day(hired), "left": _day(left)}
        remembered.staff.describe(person.id, track=track, region=region, unit=unit, **days, at=wiring.now())
        _write_down(remembered, person, "person_described", {"fields": sorted(told)})
    print(f"{email}: {', '.join(f'{name} {value}' if value else f'no {name}' for name, value in told.items())}")


@people.command("export", short_help="Write out all that is known of somebody.")
def export(
    who: Subject,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it here instead of printing it.")] = None,
    organisation: Organisation = None,
) -> None:
    """Write out all that is known of somebody, as JSON."""
    with _opened() as (_, remembered):
        found = _subject(remembered, who, organisation)
        known = remembered.subjects.export(found.organisation, found.who)
        if known is None:
            raise typer.BadParameter(_unknown(who))
        text = json.dumps(known, ensure_ascii=False, indent=1, default=str)
        if output is None:
            print(text)
        else:
            _write(output, text)
            tell(f"{output} is written; it is readable for you alone")
        _write_down(remembered, found, "person_exported", {})


@people.command("forget", short_help="Delete all that is known of somebody.")
def forget(
    who: Subject,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    organisation: Organisation = None,
) -> None:
    """Delete all that is known of somebody: who they are, and what they said. The audit keeps that it was done."""
    from bot import wiring

    with _opened() as (settings, remembered):
        found = _subject(remembered, who, organisation)
        if not yes:
            _make_sure(who)
        forgotten = wiring.forget_person(remembered, found.organisation, found.who, ACTOR)
        if forgotten is None:
            raise typer.BadParameter(_unknown(who))
        counts, cases = forgotten
        for name, rows in counts.items():
            print(f"{name:16} {rows:>10,}")
        if cases:
            _renew(settings, remembered, found.organisation, cases)


def _day(text: str | None) -> Day:
    """A day that was written: ``None`` where none was, empty where it is taken back."""
    from bot.conversation.roster import read_day

    try:
        return None if text is None else read_day(text) or ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Found:
    """Somebody who asks for their data. ``id`` is empty where they were never met."""

    organisation: str
    who: Who
    id: str = ""


@contextmanager
def _opened() -> Iterator[tuple[Settings, State]]:
    from bot import wiring
    from bot.settings import load_settings

    settings = load_settings()
    remembered = wiring.state(settings)
    try:
        yield settings, remembered
    finally:
        remembered.close()


def _organisations(remembered: State, chosen: str | None) -> Sequence[str]:
    from bot import wiring

    known = wiring.organisations(remembered)
    if chosen is not None and chosen not in known:
        raise typer.BadParameter(f"there is no organisation '{chosen}'; there are {', '.join(known)}")
    return [chosen] if chosen is not None else known


def _roles(settings: Settings) -> tuple[str, ...]:
    """Every role that there is: those of the Center of Excellence, then the contacts of the content."""
    from bot import wiring
    from bot.ports import LEAD, STAFF
    from knowledge.contacts import read_contacts

    contacts, _ = read_contacts(wiring.pack(settings).contacts)
    return tuple(dict.fromkeys((STAFF, LEAD, *(each.id for each in contacts))))


def _role(settings: Settings, role: str) -> str:
    known = _roles(settings)
    if role not in known:
        raise typer.BadParameter(f"there is no role '{role}'; there are {', '.join(known)}")
    return role


def _person(remembered: State, email: str, organisation: str | None) -> Person:
    names = _organisations(remembered, organisation)
    found = [person for name in names if (person := remembered.staff.by_email(name, email))]
    if not found:
        raise typer.BadParameter(_unknown(email))
    if len(found) > 1:
        several = ", ".join(each.organisation for each in found)
        raise typer.BadParameter(f"{email} is known in {several}; name one with --organisation")
    return found[0]


def _subject(remembered: State, who: str, organisation: str | None) -> _Found:
    workspace, slash, account = who.partition("/")
    if "@" in who or not slash:
        person = _person(remembered, who, organisation)
        return _Found(person.organisation, who, person.id)
    owner = remembered.escalations.organisation(workspace)
    person_met = remembered.people.find(workspace, account)
    return _Found(owner, (workspace, account), person_met.id if person_met else "")


def _unknown(who: str) -> str:
    return f"I have not met {who}; they have to write to Clearpost in Slack or Teams once, so that I know who they are"


def _write_down(remembered: State, whose: Person | _Found, action: str, detail: dict[str, object]) -> None:
    from bot import wiring

    accounts = remembered.staff.accounts(whose.id) if whose.id else ()
    workspace = accounts[0][0] if accounts else whose.organisation
    remembered.audit.add(workspace, wiring.now(), ACTOR, action, whose.id, detail)


def _make_sure(who: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"add --yes to forget {who}, for nobody can be asked here")
    typer.confirm(f"Delete all that is known of {who}? It cannot be taken back.", abort=True, err=True)


def _renew(settings: Settings, remembered: State, organisation: str, cases: Sequence[str]) -> None:
    """Take the words off the cards in the channels; that needs the index for the names of contacts."""
    from bot import wiring
    from knowledge.errors import KnowledgeError

    if not settings.index.is_file():  # whoever has no index here has shown no card from here either
        tell("there is no index on this machine, so cards in channels were left as they are")
        return
    try:
        live = wiring.answers(settings, wiring.encoder(settings, tell))
        cards = wiring.renew_cards(settings, live, remembered, organisation, cases)
    except KnowledgeError as error:
        tell(f"the cards in the channels still show these cases: {error}")
        return
    tell(f"{cards} cards of {len(cases)} cases will be shown without what was forgotten")


def _write(path: Path, text: str) -> None:
    from bot.errors import StateError

    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise StateError(f"'{path}' cannot be written ({error.strerror}); name another file") from error


def _fields(person: Person) -> dict[str, object]:
    return {
        "email": person.profile.email,
        "name": person.profile.name,
        "roles": list(person.roles),
        "track": person.track,
        "region": person.region,
        "unit": person.unit,
        "organisation": person.organisation,
    }


def _line(person: Person) -> str:
    described = ", ".join(each for each in (person.track, person.region, person.unit) if each)
    told = f"{person.profile.email or 'no e-mail':34} {person.profile.name:24} {', '.join(person.roles)}"
    return f"{told}  ({described})" if described else told


__all__ = ["ACTOR", "describe", "export", "forget", "grant", "list_people", "options", "people", "revoke"]
