"""``/Groups``: some groups of the identity provider say on which track or in which unit their members are.

Nothing is kept of a group. Who belongs to one that means something is whoever is on that track, or in that unit; one
that means nothing is taken, so that the identity provider does not stumble over it, and has no members.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from scim2_models import (
    Context,
    Group,
    GroupMember,
    InvalidValueException,
    Meta,
    MutabilityException,
    NotFoundException,
)

from bot.conversation.roster import read_words
from bot.ports import Audit, Roster, Row
from bot.ports.directory import Directory, Listed
from bot.server.scim.call import ACTOR, Answer, Call, one, some
from bot.server.scim.config import Meaning, ScimConfig
from bot.server.scim.ids import group_id, group_name
from bot.server.scim.members import comings
from bot.server.scim.query import asked, page
from bot.server.scim.resources import POLICY

_FILTERS: Final = ("displayName", "externalId", "id")


@dataclass(frozen=True, slots=True)
class Groups:
    """Answers what is asked under ``/Groups``."""

    config: ScimConfig
    roster: Roster
    directory: Directory
    audit: Audit

    def list(self, call: Call) -> Answer:
        """The groups that mean something; of those, the one that a filter names."""
        shown, wanted = page(call.query), asked(call.query, *_FILTERS)
        names = [name for name in self.config.groups if wanted is None or _is(name, wanted.attribute, wanted.value)]
        here = names[shown.start - 1 : shown.start - 1 + shown.most]
        with_members = wanted is not None and _wants_members(call)
        return some(call, [self._group(call, name, whole=with_members) for name in here], len(names), shown)

    def get(self, call: Call) -> Answer:
        """One of them."""
        return one(call, self._group(call, self._known(call), whole=_wants_members(call)))

    def add(self, call: Call) -> Answer:
        """One more. One that means something has been there all along, and gets these members on top."""
        group = _group_of(call, Context.RESOURCE_CREATION_REQUEST)
        name = self._name(group.display_name or "")
        self._write(call, name, added=_ids(group), removed=())
        return one(call, self._group(call, name, whole=_wants_members(call)), HTTPStatus.CREATED)

    def replace(self, call: Call) -> Answer:
        """These are its members, and nobody else is."""
        name = self._known(call)
        group = _group_of(call, Context.RESOURCE_REPLACEMENT_REQUEST)
        _refuse_renaming(name, group.display_name or "")
        before = {each.person.id for each in self._members(call, name)}
        self._write(call, name, added=_ids(group) - before, removed=before - _ids(group))
        return one(call, self._group(call, name, whole=_wants_members(call)))

    def patch(self, call: Call) -> Answer:
        """Some come, some go. There is nothing to say to it: a group may be large, and is read with GET."""
        name, told = self._known(call), comings(call.body)
        if told.name is not None:
            _refuse_renaming(name, told.name)
        gone = told.removed
        if told.all_others_go:
            gone = {each.person.id for each in self._members(call, name)} - told.added
        self._write(call, name, added=told.added, removed=gone)
        return Answer(HTTPStatus.NO_CONTENT)

    def remove(self, call: Call) -> Answer:
        """Nobody belongs to it any more; what it means stays in the settings."""
        name = self._known(call)
        self._write(call, name, added=(), removed=[each.person.id for each in self._members(call, name)])
        return Answer(HTTPStatus.NO_CONTENT)

    def _known(self, call: Call) -> str:
        name = group_name(call.id)
        if name is None:
            raise NotFoundException(detail="there is no group with this id; look it up by displayName")
        return self._name(name)

    def _name(self, written: str) -> str:
        """The name of a group as the settings write it, where they do."""
        try:
            name = read_words(written)
        except ValueError as error:
            raise InvalidValueException(detail=f"displayName: {error}") from error
        if not name:
            raise InvalidValueException(detail="displayName is empty; a group is known by its name")
        return next((each for each in self.config.groups if each.casefold() == name.casefold()), name)

    def _group(self, call: Call, name: str, *, whole: bool) -> Group:
        members = self._members(call, name) if whole else ()
        identifier = group_id(name)
        return Group(
            id=identifier,
            display_name=name,
            members=[GroupMember(value=each.person.id, display=each.person.profile.name or None) for each in members],
            meta=Meta(resource_type="Group", location=f"{call.base}/Groups/{identifier}"),
        )

    def _members(self, call: Call, name: str) -> Sequence[Listed]:
        meaning = self.config.meaning(name)
        if meaning is None:
            return ()
        return self.directory.members(call.organisation, meaning.field, meaning.value, call.at.date())

    def _write(self, call: Call, name: str, *, added: Collection[str], removed: Collection[str]) -> None:
        """Write down who came and who went; ids that are nobody's here, such as those of groups, are passed over."""
        meaning = self.config.meaning(name)
        if meaning is None:
            return
        came, gone = (self.directory.those(call.organisation, each, call.at.date()) for each in (added, removed))
        new = [_row(each, meaning, meaning.value) for each in came if not _is_in(each, meaning)]
        old = [_row(each, meaning, "") for each in gone if _is_in(each, meaning)]
        if new or old:
            self.roster.upsert(call.organisation, [*new, *old], call.at)
            detail = {"group": name, "added": len(new), "removed": len(old)}
            subject = f"{meaning.field}:{meaning.value}"
            self.audit.add(call.organisation, call.at, ACTOR, "scim_group_changed", subject, detail)


def _group_of(call: Call, context: Context) -> Group:
    with POLICY:
        return Group.model_validate(call.body, scim_ctx=context)


def _is_in(listed: Listed, meaning: Meaning) -> bool:
    return bool(getattr(listed.person, meaning.field) == meaning.value)


def _row(listed: Listed, meaning: Meaning, value: str) -> Row:
    email = listed.person.profile.email
    return Row(email, track=value) if meaning.field == "track" else Row(email, unit=value)


def _ids(group: Group) -> frozenset[str]:
    return frozenset(each.value for each in group.members or () if each.value)


def _is(name: str, attribute: str, value: str) -> bool:
    return {"displayname": name.casefold() == value.casefold(), "id": group_id(name) == value}.get(attribute, False)


def _wants_members(call: Call) -> bool:
    """Whether a request wants to see the members, of whom there may be very many."""
    wanted = {each.strip().lower() for each in call.query.get("attributes", "").split(",") if each.strip()}
    hidden = {each.strip().lower() for each in call.query.get("excludedAttributes", "").split(",")}
    return "members" not in hidden and (not wanted or any(each.startswith("members") for each in wanted))


def _refuse_renaming(name: str, wanted: str) -> None:
    if wanted.strip().casefold() != name.casefold():
        raise MutabilityException(detail="a group is known by its name; provision the renamed one as another group")


__all__ = ["Groups"]
