"""What a resource of the identity provider says of a person, and how a person is shown as a resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from scim2_models import BaseModel, EnterpriseUser, GroupMembership, InvalidValueException, Meta, Name

from bot.conversation.roster import read_address, read_day, read_locale, read_time_zone, read_track, read_words
from bot.ports import Row
from bot.ports.directory import Listed
from bot.ports.roster import Day
from bot.server.scim.resources import Account, Address, ClearpostUser

_LONGEST: Final = 300  # characters of a name by which somebody is looked up


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a person, in the words in which it came; ``None`` is nothing said, empty is taken back."""

    user_name: str | None = None
    external: str | None = None
    email: str | None = None
    active: bool | None = None
    display: str | None = None
    formatted: str | None = None
    composed: str | None = None
    track: str | None = None
    region: str | None = None
    unit: str | None = None
    hired: str | None = None
    time_zone: str | None = None
    locale: str | None = None

    @property
    def name(self) -> str | None:
        """The person's name, as it is shown best."""
        return self.display or self.formatted or self.composed


def said(account: Account) -> Said:
    """What a resource says, as it stands."""
    enterprise, ours = account[EnterpriseUser], account[ClearpostUser]
    return Said(
        user_name=_text(account, "user_name"),
        external=_text(account, "external_id"),
        email=_address(account.emails or ()),
        active=account.active,
        display=_text(account, "display_name"),
        formatted=_text(account.name, "formatted"),
        composed=_composed(account.name),
        track=_text(ours, "track"),
        region=_text(ours, "region"),
        unit=_text(enterprise, "department"),
        hired=_text(ours, "hire_date"),
        time_zone=_text(account, "timezone"),
        locale=_text(account, "locale"),
    )


def news(before: Said, after: Said) -> Said:
    """What is said now and was not before; what is no longer said is taken back.

    Where the address was the user name and nobody says what it is now, it is the user name again.
    """
    values = {each.name: _new(getattr(before, each.name), getattr(after, each.name)) for each in fields(Said)}
    if values["email"] is None and values["user_name"] and before.email and before.user_name:
        is_address = before.email.lower() == before.user_name.lower() and "@" in values["user_name"]
        values["email"] = values["user_name"] if is_address else None
    return Said(**values)


def filled(told: Said, before: Said) -> Said:
    """What is said, with what was said before where nothing is."""
    return Said(
        **{each.name: getattr(before if getattr(told, each.name) is None else told, each.name) for each in fields(Said)}
    )


def row_of(email: str, told: Said, left: Day) -> Row:
    """What is said as the roster takes it.

    Raises:
        InvalidValueException: one of the values cannot be used.
    """
    try:
        return Row(
            email=email,
            name=None if told.name is None else read_words(told.name),
            track=None if told.track is None else read_track(told.track),
            region=None if told.region is None else read_words(told.region),
            unit=None if told.unit is None else read_words(told.unit),
            hired=None if told.hired is None else read_day(told.hired) or "",
            left=left,
            time_zone=None if told.time_zone is None else read_time_zone(told.time_zone),
            locale=None if told.locale is None else read_locale(told.locale),
        )
    except ValueError as error:
        raise InvalidValueException(detail=str(error)) from error


def names_of(told: Said, before: tuple[str, str]) -> tuple[str, str]:
    """The user name and the provider's own id of somebody, where nothing is said of one as it was ``before``.

    Raises:
        InvalidValueException: one of them cannot be kept, or there is no user name.
    """
    user_name = before[0] if told.user_name is None else told.user_name
    external = before[1] if told.external is None else told.external
    if not user_name:
        raise InvalidValueException(detail="userName is empty; everybody needs one")
    for attribute, value in (("userName", user_name), ("externalId", external)):
        if len(value) > _LONGEST or not value.isprintable():
            raise InvalidValueException(
                detail=f"{attribute} cannot be kept; send at most {_LONGEST} characters that can be shown"
            )
    return user_name, external


def address_of(told: Said) -> str:
    """The e-mail address that is said, in lower case; the user name, where it is one and no address is said.

    Raises:
        InvalidValueException: there is none.
    """
    try:
        return read_address(told.email or told.user_name or "")
    except ValueError as error:
        remedy = 'map the address by which Slack or Teams knows the person to emails[type eq "work"].value'
        raise InvalidValueException(detail=f"{error}; {remedy}") from error


def is_active(listed: Listed, today: date) -> bool:
    """Whether somebody is there today."""
    return listed.left is None or listed.left > today


def account_of(listed: Listed, groups: Sequence[GroupMembership], location: str, today: date) -> Account:
    """A person as a resource. ``location`` is its address."""
    person = listed.person
    account = Account(
        id=person.id,
        external_id=listed.external or None,
        user_name=listed.user_name,
        display_name=person.profile.name or None,
        name=Name(formatted=person.profile.name) if person.profile.name else None,
        timezone=person.profile.time_zone or None,
        locale=person.profile.locale or None,
        active=is_active(listed, today),
        emails=[Address(value=person.profile.email, type="work", primary=True)],
        groups=list(groups) or None,
        meta=Meta(resource_type="User", location=location),
    )
    if person.unit:
        account[EnterpriseUser] = EnterpriseUser(department=person.unit)
    if person.track or person.region or person.hire_date:
        account[ClearpostUser] = ClearpostUser(
            track=person.track or None,
            region=person.region or None,
            hire_date=person.hire_date.isoformat() if person.hire_date else None,
        )
    return account


def _text(model: BaseModel | None, field: str) -> str | None:
    """Words of a resource: ``None`` where they are not in it, empty where it says that there are none."""
    if model is None or field not in model.model_fields_set:
        return None
    return str(getattr(model, field) or "").strip()


def _address(emails: Sequence[Address]) -> str | None:
    """The address at work: the primary one, else one that is called so, else any."""
    ranked = sorted(emails, key=lambda each: (not each.primary, each.type != "work"))
    return next((each.value.strip() for each in ranked if each.value and each.value.strip()), None)


def _composed(name: Name | None) -> str | None:
    """A first and a last name; one of them alone is no name to call somebody by."""
    if name is None or not (name.given_name and name.family_name):
        return None
    return f"{name.given_name.strip()} {name.family_name.strip()}"


def _new(before: Any, after: Any) -> Any:  # noqa: ANN401 - words, or whether somebody is active
    if isinstance(before, bool) or isinstance(after, bool):
        return None if before == after else after
    return None if (before or "") == (after or "") else after or ""


__all__ = ["Said", "account_of", "address_of", "filled", "is_active", "names_of", "news", "row_of", "said"]
