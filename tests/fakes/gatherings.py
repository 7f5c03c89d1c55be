"""Brown bags and notes in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.ports import Delivery, Jobs
from bot.ports.gatherings import Decide, Gathering, Guest, Note, Phase, Remark


class MemoryGatherings:
    """Implements ``Gatherings``; ``kept`` is by id, ``invited`` by id and person."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self.kept: dict[str, Gathering] = {}
        self.invited: dict[tuple[str, str], Guest] = {}

    def add(self, gathering: Gathering) -> None:
        """Keep a new one."""
        self.kept.setdefault(gathering.id, replace(gathering, version=1))

    def find(self, organisation: str, gathering: str) -> Gathering | None:
        """One of them."""
        found = self.by_link(gathering)
        return found if found is not None and found.organisation == organisation else None

    def by_link(self, gathering: str) -> Gathering | None:
        """One of whatever organisation."""
        found = self.kept.get(gathering)
        return None if found is None else self._counted(found)

    def guests(self, organisation: str, gathering: str) -> Sequence[Guest]:
        """Everybody who said whether they come."""
        if self.find(organisation, gathering) is None:
            return []
        theirs = [each for (which, _), each in self.invited.items() if which == gathering]
        return sorted(theirs, key=lambda each: (each.at, each.person))

    def change(self, organisation: str, gathering: str, decide: Decide) -> Gathering | None:
        """Make a step."""
        before = self.find(organisation, gathering)
        if before is None:
            return None
        step = decide(before, self.guests(organisation, gathering))
        if step is not None:
            self.kept[gathering] = replace(step.after, version=before.version + 1)
            self.invited |= {(gathering, each.person): each for each in step.guests}
            self._jobs.plan(step.owed)
        return self.find(organisation, gathering)

    def drop(self, organisation: str, gathering: str) -> None:
        """Forget a draft."""
        found = self.find(organisation, gathering)
        if found is not None and found.phase is Phase.DRAFT:
            del self.kept[gathering]

    def upcoming(self, organisation: str, at: datetime, most: int) -> Sequence[Gathering]:
        """Those that were announced and are not over."""
        ahead = [each for each in self._of(organisation) if each.phase in (Phase.PLANNED, Phase.REMINDED)]
        return sorted((each for each in ahead if each.ends > at), key=lambda each: (each.begins, each.id))[:most]

    def replays(self, organisation: str, most: int) -> Sequence[Gathering]:
        """Those that can be seen again."""
        return [each for each in self._newest(organisation) if each.phase is Phase.OVER and each.replay][:most]

    def hosted(self, organisation: str, person: str) -> Sequence[Gathering]:
        """Those of a host."""
        return [each for each in self._newest(organisation) if each.host.person == person]

    def answers(self, organisation: str, person: str) -> Mapping[str, bool]:
        """To which of them somebody said whether they come."""
        mine = {which: each.coming for (which, who), each in self.invited.items() if who == person}
        return {which: coming for which, coming in mine.items() if self.find(organisation, which)}

    def ringing(self, at: datetime, most: int) -> Sequence[Gathering]:
        """Those about which something has to be done."""
        due = [(each.next, each.id) for each in self.kept.values() if each.next is not None and each.next <= at]
        return [self._counted(self.kept[identifier]) for _, identifier in sorted(due)[:most]]

    def _of(self, organisation: str) -> list[Gathering]:
        return [self._counted(each) for each in self.kept.values() if each.organisation == organisation]

    def _newest(self, organisation: str) -> list[Gathering]:
        return sorted(
            sorted(self._of(organisation), key=lambda each: each.id), key=lambda each: each.begins, reverse=True
        )

    def _counted(self, gathering: Gathering) -> Gathering:
        theirs = [each for (which, _), each in self.invited.items() if which == gathering.id]
        return replace(gathering, coming=sum(each.coming and each.person != gathering.host.person for each in theirs))


class MemoryNotes:
    """Implements ``Notes``; ``kept`` is by id, ``added`` holds the remarks by note."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self.kept: dict[str, Note] = {}
        self.added: dict[str, list[Remark]] = {}

    def add(self, note: Note) -> None:
        """Keep a new one."""
        self.kept.setdefault(note.id, note)

    def find(self, organisation: str, note: str) -> Note | None:
        """One of them."""
        found = self.kept.get(note)
        return found if found is not None and found.organisation == organisation else None

    def newest(self, organisation: str, most: int) -> Sequence[Note]:
        """The newest first."""
        mine = sorted((each for each in self.kept.values() if each.organisation == organisation), key=lambda n: n.id)
        return sorted(mine, key=lambda each: each.at, reverse=True)[:most]

    def of(self, organisation: str, person: str) -> Sequence[Note]:
        """Those of an author."""
        return [each for each in self.newest(organisation, len(self.kept)) if each.author.person == person]

    def annotate(self, organisation: str, note: str, remark: Remark, owed: Sequence[Delivery]) -> bool:
        """Keep a remark and owe what follows from it."""
        if self.find(organisation, note) is None:
            return False
        self.added.setdefault(note, []).append(remark)
        self._jobs.plan(owed)
        return True

    def remarks(self, organisation: str, note: str) -> Sequence[Remark]:
        """What was added to a note."""
        return tuple(self.added.get(note, ())) if self.find(organisation, note) else ()

    def drop(self, organisation: str, note: str) -> None:
        """Take a note down."""
        if self.find(organisation, note) is not None:
            del self.kept[note]
            self.added.pop(note, None)


__all__ = ["MemoryGatherings", "MemoryNotes"]
