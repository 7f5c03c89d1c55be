"""``clearpost who``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.app import app, print_json, tell

if TYPE_CHECKING:
    from knowledge.contacts import Contact, Contacts, Routed, TopicSearch

_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom the words lead to. ``opens`` is when a closed contact opens again, in its zone; ``None`` for an open one."""

    query: str
    search: TopicSearch
    routed: Routed
    backup: Contact | None
    open: bool
    opens: datetime | None


@app.command("who", short_help="Find whom to ask, and whether they are there.")
def who(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS", help="What it is about, or the id of a contact.", show_default=False),
    ],
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Where it is, such as de; by default the one the words name.")
    ] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="The business unit that it is about.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="The language to be spoken, such as de.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When, such as 2026-12-24T09:00+01:00.", show_default="now"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as one JSON object.")] = False,
) -> None:
    """Find whom to ask about something, who is on duty there, and whether they are there."""
    from bot import wiring
    from bot.settings import load_settings
    from knowledge.contacts import Need, TopicFinder, find_named, read_contacts, route

    query = " ".join(" ".join(words).split())
    if not query:
        raise typer.BadParameter("say in some words what it is about")
    moment = wiring.now() if at is None else _moment(at)
    settings = load_settings()
    contacts, problems = read_contacts(wiring.pack(settings).contacts)
    if problems:
        mistakes = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        tell(f"contacts.yml has {mistakes}; see 'clearpost check-content'")
    search = find_named(contacts, query) or TopicFinder(contacts, wiring.encoder(settings, tell).encode).find(query)
    named = _region(region, contacts) if region else None
    need = Need(search.contact, named or search.region or settings.region, unit, language)
    found = _found(query, search, route(contacts, need, moment), contacts, moment)
    if as_json:
        print_json(_fields(found))
    else:
        print("\n".join(_lines(found)))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no time; write it as 2026-12-24T09:00+01:00") from error
    if moment.tzinfo is None:
        raise typer.BadParameter(f"'{text}' has no time zone; write it as 2026-12-24T09:00+01:00")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise typer.BadParameter(f"'{text}' is too far away; name a day between {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment


def _region(text: str, contacts: Contacts) -> str:
    """A region as contacts have it, from its code or its name."""
    from knowledge.contacts.public_holidays import code_of
    from knowledge.contacts.regions import find_region

    code = text.strip().lower()
    if code in {"eu", "worldwide", *(each.lower() for contact in contacts for each in contact.regions)} or code_of(
        code
    ):
        return code
    found = find_region(text).region
    if found is None:
        raise typer.BadParameter(f"'{text}' is no region that I know; write it as de, de-by, eu or worldwide")
    return found


def _found(query: str, search: TopicSearch, routed: Routed, contacts: Contacts, at: datetime) -> _Found:
    from zoneinfo import ZoneInfo

    from knowledge.contacts import is_open, next_opening

    contact = routed.contact
    open_now, opens = is_open(contact, at), next_opening(contact, at)
    later = opens.astimezone(ZoneInfo(contact.hours.time_zone)) if opens > at else None
    return _Found(query, search, routed, contacts.get(contact.backup), open_now, later)


def _fields(found: _Found) -> dict[str, object]:
    contact = found.routed.contact
    return {
        "query": found.query,
        "contact": contact.id,
        "name": contact.name,
        "member": found.routed.member,
        "open": found.open,
        "opens": found.opens.isoformat() if found.opens else None,
        "reach": dict(contact.reach),
        "backup": contact.backup,
        "passed_over": [{"contact": identifier, "why": why} for identifier, why in found.routed.passed_over],
        "confidence": round(found.search.confidence, 4),
    }


def _lines(found: _Found) -> list[str]:
    contact = found.routed.contact
    rows = [("on duty", found.routed.member)] if found.routed.member else []
    rows += [("hours", f"{contact.hours}, {_door(found)}"), *contact.reach.items()]
    if found.backup:
        rows.append(("backup", found.backup.name))
    rows += [("passed over", f"{identifier}: {why}") for identifier, why in found.routed.passed_over]
    lines = [contact.name, *(f"  {name:11}  {value}" for name, value in rows)]
    if not found.search.matches:
        lines.append("No topic in contacts.yml is near to these words.")
    return lines


def _door(found: _Found) -> str:
    if found.open:
        return "open now"
    if found.opens is None:
        return "closed, and not open again within 400 days"
    return f"closed now; opens {found.opens:%a} {found.opens.date().isoformat()} at {found.opens:%H:%M}"


__all__ = ["who"]
