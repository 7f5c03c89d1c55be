"""``clearpost certificates``: verify, list, issue and revoke, note what counts, see who has not confirmed a policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.app import app, print_json, tell

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.ports import Person
    from bot.ports.certificates import Certificate
    from bot.settings import Settings
    from bot.wiring._learning import State
    from lessons.credentials import StatusList, Verdict

ACTOR: Final = "cli"
"""Who acts in the audit where a command does."""

certificates: Final = typer.Typer(
    help="Certificates of levels: verify one, list them, issue one by hand, take one back.",
    short_help="Verify, list, issue and revoke certificates.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(certificates, name="certificates")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Organisation = Annotated[
    str | None, typer.Option(metavar="NAME", help="The organisation, where there are several here.")
]


@certificates.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@certificates.command("verify", short_help="Say whether a certificate is what it claims to be.")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The certificate: PDF, PNG, SVG, JSON or JWT.")],
    issuer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="An issuer to trust, as did:key:z6Mk…, or a file with its public key (PEM or JWK); your own where "
            "none is given. May be given several times.",
        ),
    ] = None,
    status: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", help="The issuer's revocation list, from /certificates/revoked."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a certificate is what it claims to be; offline. Leaves with 0 only where it is valid.

    A certificate of your own is held against your own records of what was taken back; one of somebody else's against
    the list that you give.
    """
    from bot import wiring
    from lessons.credentials import State as What
    from lessons.credentials import verify as judge

    document, now = _read(file), wiring.now()
    if issuer:
        trusted: Collection[str] = {_trusted(each) for each in issuer}
        listed = _listed(status, trusted, now) if status else None
    else:
        trusted, listed = _own(now)
        listed = _listed(status, trusted, now) if status else listed
    verdict = judge(document, now, trusted, listed)
    if as_json:
        print_json(_verdict_fields(verdict))
    else:
        print(verdict.words)
    if verdict.state is not What.VALID:
        raise typer.Exit(1)


@certificates.command("list", short_help="List the certificates that were issued.")
def list_certificates(
    level: Annotated[str | None, typer.Option(metavar="ID", help="Only of this level.")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the certificates that were issued, oldest first."""
    from bot import wiring

    now = wiring.now()
    with _opened() as (_, remembered):
        for name in wiring.organisations(remembered) if organisation is None else (organisation,):
            for each in remembered.certificates.every(name):
                if level is not None and each.level != level:
                    continue
                learner = remembered.learners.find(each.person)
                email = learner.person.profile.email if learner else ""
                if as_json:
                    print_json({**_fields(each, now), "email": email})
                else:
                    print(f"{each.id}  {_state(each, now):8} {each.level:22} {each.issued:%Y-%m-%d}  {email}")


@certificates.command("issue", short_help="Issue a certificate by hand.")
def issue(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The holder's e-mail address.")],
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="The id of a level, such as employees-white.")],
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="What was shown for it; stands on the certificate.")],
    organisation: Organisation = None,
) -> None:
    """Issue a certificate by hand, with what was shown for it in words; it is written down in the audit."""
    from bot import wiring
    from bot.conversation.learn.certification.awarding import By, award, link
    from bot.wiring import _certificates as own

    if not evidence.strip():
        raise typer.BadParameter("say what was shown for it, as --evidence 'Taught three sessions in spring'")
    with _opened() as (settings, remembered):
        signs = own.issuer(settings, own.chosen(settings))
        awards = own.registrar(settings, remembered, signs)
        found = awards.levels().find(level)
        if found is None:
            known = ", ".join(each.id for each in awards.levels().levels) or "none"
            raise typer.BadParameter(f"there is no level '{level}'; there are {known}")
        person = _person(remembered, email, organisation)
        by = By(ACTOR, _home(remembered, person), evidence.strip())
        kept = award(awards, person, found, wiring.now(), by)
    print(f"{kept.id}  {email} holds {level} until {kept.expires:%Y-%m-%d}; see {link(signs, kept)}")


@certificates.command("credit", short_help="Note something that counts for a level.")
def credit(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who did it.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="A kind of evidence of levels.yml, such as slip_told.")],
    about: Annotated[str, typer.Option(metavar="TEXT", help="What it was; the same thing counts once.")],
    organisation: Organisation = None,
) -> None:
    """Note that somebody did something that counts for a level; it is written down in the audit."""
    from bot import wiring
    from bot.ports.certificates import Proof
    from bot.wiring import _certificates as own

    now, what = wiring.now(), " ".join(about.split())
    with _opened() as (settings, remembered):
        kinds = own.registrar(settings, remembered, None).levels().kinds
        if kind not in kinds:
            raise typer.BadParameter(f"there is no evidence '{kind}'; there is {', '.join(kinds) or 'none'}")
        if not what:
            raise typer.BadParameter("say what it was, as --about 'Session on photos, 3 May'")
        person = _person(remembered, email, organisation)
        name = f"hand:{person.id}:{kind}:{what.casefold()}"
        if not remembered.certificates.prove(Proof(name, person.id, kind, what, now, ACTOR)):
            raise typer.BadParameter(f"that was noted for {email} already; name another thing")
        detail = {"kind": kind, "about": what}
        remembered.audit.add(_home(remembered, person), now, ACTOR, "evidence_noted", person.id, detail)
    print(f"{email}: {kinds[kind].words} ({what})")


@certificates.command("revoke", short_help="Take a certificate back.")
def revoke(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, as 'clearpost certificates list' prints it.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept here, and published nowhere.")],
) -> None:
    """Take a certificate back: its page says so at once, and the list that verifiers fetch within minutes."""
    from bot import wiring

    now = wiring.now()
    with _opened() as (_, remembered):
        kept = remembered.certificates.find(identifier)
        if kept is None:
            raise typer.BadParameter(
                f"there is no certificate '{identifier}'; 'clearpost certificates list' shows them"
            )
        if not remembered.certificates.revoke(identifier, now, ACTOR, reason.strip()):
            raise typer.BadParameter(f"'{identifier}' was taken back on {kept.revoked:%Y-%m-%d} already")
        detail = {"level": kept.level, "person": kept.person, "reason": reason.strip()}
        remembered.audit.add(
            _home_of(remembered, kept.person, kept.organisation), now, ACTOR, "certificate_revoked", kept.id, detail
        )
    print(f"{identifier} is revoked")


@certificates.command("attested", short_help="Show who has not confirmed a policy.")
def attested(as_json: AsJson = False) -> None:
    """Show who has not confirmed to have read the policies that everybody has to confirm, a line a person."""
    from bot import wiring
    from bot.conversation.learn.certification.attest import missing
    from bot.wiring import _certificates as own
    from bot.wiring import _programme as programme

    with _opened() as (settings, remembered):
        required = own.required(settings)
        if not required:
            tell("no policy has to be confirmed; name some in CLEARPOST_ATTESTED_POLICIES")
        dials = programme.dials(remembered)
        for each in missing(required, remembered.certificates, remembered.learners, wiring.now(), dials):
            person, policy = each.learner.person, each.policy
            if as_json:
                about = {"policy": policy.id, "version": policy.version, "organisation": person.organisation}
                print_json(about | {"email": person.profile.email, "name": person.profile.name, "track": person.track})
            else:
                print(f"{policy.id:28} {policy.version:8} {person.profile.email or person.id:34} {person.profile.name}")


@certificates.command("issuer", short_help="Print the key that others can trust.")
def show_issuer() -> None:
    """Print the public key with which certificates are signed here, for whoever is to trust them."""
    from bot.settings import load_settings
    from bot.wiring import _certificates as own

    settings = load_settings()
    print(own.signing_key(settings, own.chosen(settings)).did)


@certificates.command("new-key", short_help="Print a new signing key.")
def new_key() -> None:
    """Print a new private signing key on one line, for CLEARPOST_CERTIFICATE_KEY; keep it, and keep it secret."""
    from bot.wiring import _certificates as own

    print(own.new_certificate_key())


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


def _own(now: datetime) -> tuple[Collection[str], StatusList | None]:
    """One's own key, and what one took back oneself."""
    from bot.conversation.learn.certification.academy import PLACES
    from bot.settings import load_settings
    from bot.wiring import _certificates as own
    from lessons.credentials import StatusList, status_list_url

    if not own.has_key(load_settings()):  # whoever only verifies needs neither a key nor a database
        raise typer.BadParameter("nothing is certified here, so name whom you trust with --issuer did:key:…")
    with _opened() as (settings, remembered):
        signs = own.issuer(settings, own.chosen(settings))
        places = frozenset(remembered.certificates.revoked_places())
    return {signs.key.did}, StatusList(status_list_url(signs.url), signs.key.did, places, now, size=PLACES)


def _trusted(text: str) -> str:
    """The issuer named on the command line, itself or by a file."""
    from lessons.credentials import read_issuer

    if text.strip().startswith("did:"):
        return read_issuer(text)
    try:
        return read_issuer(Path(text).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"'{text}' is neither did:key:… nor a file with a public key") from error


def _listed(path: Path, trusted: Collection[str], now: datetime) -> StatusList:
    from lessons.credentials import read_status_list

    return read_status_list(_read(path), trusted, now)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"'{path}' cannot be read ({error.strerror})") from error


def _person(remembered: State, email: str, organisation: str | None) -> Person:
    from bot import wiring

    names = wiring.organisations(remembered) if organisation is None else (organisation,)
    found = [person for name in names if (person := remembered.staff.by_email(name, email))]
    if not found:
        raise typer.BadParameter(f"nobody here has the address {email}; import them with 'clearpost people import'")
    if len(found) > 1:
        several = ", ".join(each.organisation for each in found)
        raise typer.BadParameter(f"{email} is known in {several}; name one with --organisation")
    return found[0]


def _home(remembered: State, person: Person) -> str:
    return _home_of(remembered, person.id, person.organisation)


def _home_of(remembered: State, person: str, organisation: str) -> str:
    """The workspace in whose audit it is written down."""
    accounts = remembered.staff.accounts(person)
    return accounts[0][0] if accounts else organisation


def _state(each: Certificate, now: datetime) -> str:
    if each.revoked is not None:
        return "revoked"
    return "valid" if each.issued <= now <= each.expires else "expired"


def _fields(each: Certificate, now: datetime) -> dict[str, Any]:
    return {
        "id": each.id,
        "state": _state(each, now),
        "level": each.level,
        "issued": each.issued.isoformat(),
        "expires": each.expires.isoformat(),
        "organisation": each.organisation,
        "reason": each.reason,
    }


def _verdict_fields(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state.value,
        "words": verdict.words,
        "holder": verdict.holder,
        "level": verdict.level,
        "level_name": verdict.level_name,
        "issuer": verdict.issuer,
        "did": verdict.did,
        "issued": verdict.issued.isoformat() if verdict.issued else None,
        "expires": verdict.expires.isoformat() if verdict.expires else None,
        "award": verdict.award,
        "listed": verdict.listed.isoformat() if verdict.listed else None,
    }


__all__ = [
    "ACTOR",
    "attested",
    "certificates",
    "credit",
    "issue",
    "list_certificates",
    "new_key",
    "options",
    "revoke",
    "show_issuer",
    "verify",
]
