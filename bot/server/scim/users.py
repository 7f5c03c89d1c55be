"""``/Users``: the people of an organisation, whom its identity provider lists, describes and takes off the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from scim2_models import Context, ForbiddenException, GroupMembership, NotFoundException, UniquenessException

from bot.ports import Audit, Change, Roster, Row
from bot.ports.directory import Directory, Key, Listed
from bot.ports.roster import Day
from bot.server.scim.call import ACTOR, Answer, Call, one, some
from bot.server.scim.config import ScimConfig
from bot.server.scim.ids import group_id
from bot.server.scim.patch import patched
from bot.server.scim.query import asked, page
from bot.server.scim.resources import POLICY, Account
from bot.server.scim.saying import Said, account_of, address_of, filled, is_active, names_of, news, row_of, said

_KEYS: Final[dict[str, Key]] = {
    "username": "user_name",
    "externalid": "external",
    "emails.value": "email",
    "emails": "email",
}
_FILTERS: Final = ("userName", "externalId", "emails.value", "emails", "id")
_SHOWN: Final[dict[Key, str]] = {"user_name": "user name", "external": "external id", "email": "e-mail address"}


@dataclass(frozen=True, slots=True)
class Users:
    """Answers what is asked under ``/Users``. Of a call it sees and changes the people of its organisation alone."""

    config: ScimConfig
    roster: Roster
    directory: Directory
    audit: Audit

    def list(self, call: Call) -> Answer:
        """Those whom a filter names, or some of all."""
        shown, wanted, today = page(call.query), asked(call.query, *_FILTERS), call.at.date()
        if wanted is None:
            total = self.directory.count(call.organisation, today)
            found = self.directory.page(call.organisation, shown.start - 1, shown.most, today) if shown.most else []
            return some(call, [self._account(call, each) for each in found], total, shown)
        if wanted.attribute == "id":
            match = self.directory.find(call.organisation, wanted.value, today)
        else:
            match = self.directory.look_up(call.organisation, _KEYS[wanted.attribute], wanted.value, today)
        here = [match] if match and shown.start == 1 and shown.most else []
        return some(call, [self._account(call, each) for each in here], int(match is not None), shown)

    def get(self, call: Call) -> Answer:
        """One of them."""
        return one(call, self._account(call, self._known(call)))

    def add(self, call: Call) -> Answer:
        """One more; who was met in chat, or left once, is known again by the e-mail address."""
        with POLICY:
            account = Account.model_validate(call.body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        self._refuse_roles(call, account)
        told = said(account)
        email = address_of(told)
        names = names_of(told, ("", ""))
        self._refuse_listed(call, user_name=names[0], external=names[1], email=email)
        known = self.directory.look_up(call.organisation, "email", email, call.at.date())
        left = _leaving(known, told, call.at.date()) if known else (call.at.date() if told.active is False else "")
        change = self._upsert(call, row_of(email, told, left))
        listed = self.directory.look_up(call.organisation, "email", email, date.min)  # of any day: also who left
        if listed is None or not self.directory.link(call.organisation, listed.person.id, *names):
            raise UniquenessException(detail="somebody else was listed by these names at the same moment; try again")
        self._note(call, "scim_user_added", listed.person.id, *change.fields)
        return one(call, self._account(call, self._found(call, listed.person.id)), HTTPStatus.CREATED)

    def replace(self, call: Call) -> Answer:
        """What is said of one of them; what the request does not name stays as it is, as RFC 7644, 3.5.1 allows."""
        known = self._known(call)
        with POLICY:
            account = Account.model_validate(call.body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        self._refuse_roles(call, account)
        before = said(self._account(call, known))
        return self._change(call, known, news(before, filled(said(account), before)))

    def patch(self, call: Call) -> Answer:
        """Some of what is said of one of them."""
        known = self._known(call)
        before = self._account(call, known)
        after = before.model_copy(deep=True)
        patched(call.body, Account, after)
        self._refuse_roles(call, after)
        return self._change(call, known, news(said(before), said(after)))

    def remove(self, call: Call) -> Answer:
        """One of them left today, and is listed no longer."""
        known, today = self._known(call), call.at.date()
        if is_active(known, today):
            self._upsert(call, Row(known.person.profile.email, left=today))
        self.directory.unlink(call.organisation, known.person.id)
        self._note(call, "scim_user_removed", known.person.id)
        return Answer(HTTPStatus.NO_CONTENT)

    def _change(self, call: Call, known: Listed, told: Said) -> Answer:
        """Write down what is new of somebody. What cannot be used is refused before anything is changed."""
        person, before = known.person.id, known.person.profile.email
        email = address_of(told) if told.email else before
        names = names_of(told, (known.user_name, known.external))
        row = row_of(email, told, _leaving(known, told, call.at.date()))
        if email != before and not self.directory.readdress(call.organisation, person, email):
            raise UniquenessException(detail="somebody else has this e-mail address already")
        is_new = names != (known.user_name, known.external)
        if (is_new or not known.linked) and not self.directory.link(call.organisation, person, *names):
            raise UniquenessException(detail="somebody else is listed under this user name or external id already")
        change = self._upsert(call, row)
        fields = [*change.fields, *(["email"] if email != before else []), *(["names"] if is_new else [])]
        if fields:
            self._note(call, "scim_user_left" if change.what == "left" else "scim_user_changed", person, *fields)
        return one(call, self._account(call, self._found(call, person)))

    def _known(self, call: Call) -> Listed:
        return self._found(call, call.id)

    def _found(self, call: Call, person: str) -> Listed:
        found = self.directory.find(call.organisation, person, call.at.date())
        if found is None:
            raise NotFoundException(detail="there is nobody with this id; look them up by userName")
        return found

    def _account(self, call: Call, listed: Listed) -> Account:
        groups = [
            GroupMembership(value=group_id(name), display=name)
            for name, meaning in self.config.meanings
            if getattr(listed.person, meaning.field) == meaning.value
        ]
        return account_of(listed, groups, f"{call.base}/Users/{listed.person.id}", call.at.date())

    def _refuse_roles(self, call: Call, account: Account) -> None:
        if account.roles:
            self._note(call, "scim_roles_refused", call.id)
            remedy = "take 'roles' out of the attribute mapping; 'clearpost people grant' gives them"
            raise ForbiddenException(detail=f"nobody gets a role by SCIM: {remedy}")

    def _refuse_listed(self, call: Call, *, user_name: str, external: str, email: str) -> None:
        keys: tuple[tuple[Key, str], ...] = (("user_name", user_name), ("external", external), ("email", email))
        for key, value in keys:
            there = self.directory.look_up(call.organisation, key, value, call.at.date()) if value else None
            if there is not None and there.linked:
                raise UniquenessException(detail=f"somebody with this {_SHOWN[key]} is listed already")

    def _upsert(self, call: Call, row: Row) -> Change:
        (change,) = self.roster.upsert(call.organisation, [row], call.at)
        return change

    def _note(self, call: Call, action: str, person: str, *fields: str) -> None:
        """Write a line in the audit: what changed, never into what."""
        detail = {"fields": sorted(fields)} if fields else {}
        self.audit.add(call.organisation, call.at, ACTOR, action, person, detail)


def _leaving(known: Listed, told: Said, today: date) -> Day:
    """The day on which somebody leaves, where that is new: nothing is said of a day that is to come."""
    if told.active is None or told.active == is_active(known, today):
        return None
    return "" if told.active else today


__all__ = ["Users"]
