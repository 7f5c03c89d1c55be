"""Precedents and the crisis in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.ports import Audit, Crisis, Delivery, Jobs, Party, Precedent, PrecedentState


class MemoryPrecedents:
    """Implements ``Precedents``; ``kept`` is by organisation and id."""

    def __init__(self, jobs: Jobs, audit: Audit) -> None:
        self._jobs = jobs
        self._audit = audit
        self.kept: dict[tuple[str, str], Precedent] = {}

    def propose(self, precedent: Precedent, owed: Sequence[Delivery]) -> bool:
        """Keep a new one; ``False`` where its escalation has one that is not refused."""
        key = (precedent.organisation, precedent.id)
        mine = [each for each in self.all(precedent.organisation) if each.escalation == precedent.escalation]
        if key in self.kept or any(each.state != PrecedentState.REFUSED for each in mine):
            return False
        self.kept[key] = precedent
        self._jobs.plan(owed)
        author = precedent.author
        detail = {"escalation": precedent.escalation, "owner": precedent.owner, "verdict": precedent.verdict.value}
        action, at = "precedent_proposed", precedent.proposed
        self._audit.add(author.workspace, at, author.account, action, precedent.id, detail)
        return True

    def change(self, before: Precedent, after: Precedent, actor: Party, at: datetime, owed: Sequence[Delivery]) -> bool:
        """Keep a change; ``False`` where somebody else was faster."""
        key = (before.organisation, before.id)
        known = self.kept.get(key)
        if known is None or known.version != before.version:
            return False
        self.kept[key] = replace(after, organisation=key[0], id=key[1], version=known.version + 1)
        self._jobs.plan(owed)
        action = "precedent_edited" if after.state is before.state else f"precedent_{after.state.value}"
        detail = {"from": before.state.value, "to": after.state.value, "escalation": before.escalation}
        self._audit.add(actor.workspace or before.author.workspace, at, actor.account, action, before.id, detail)
        return True

    def find(self, organisation: str, precedent: str) -> Precedent | None:
        """One precedent."""
        return self.kept.get((organisation, precedent))

    def approved(self, organisation: str, on: date) -> Sequence[Precedent]:
        """Those that count on a day, oldest first."""
        approved = [each for each in self.all(organisation) if each.state is PrecedentState.APPROVED]
        counts = [each for each in approved if each.expires is None or each.expires >= on]
        return sorted(counts, key=lambda each: (each.proposed, each.id))

    def all(self, organisation: str) -> Sequence[Precedent]:
        """Every one, newest first."""
        mine = sorted((each for each in self.kept.values() if each.organisation == organisation), key=lambda p: p.id)
        return sorted(mine, key=lambda each: each.proposed, reverse=True)

    def organisations(self) -> Sequence[str]:
        """Every organisation with precedents."""
        return sorted({whose for whose, _ in self.kept})


class MemoryCrises:
    """Implements ``Crises``; ``kept`` is by organisation."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self.kept: dict[str, Crisis] = {}

    def declare(self, crisis: Crisis) -> None:
        """Begin, or change, the crisis."""
        action = "crisis_changed" if crisis.organisation in self.kept else "crisis_declared"
        self.kept[crisis.organisation] = crisis
        told = {"policies": list(crisis.policies), "contact": crisis.contact, "escalation": crisis.escalation}
        self._tell(crisis.organisation, crisis.by, crisis.since, action, told)

    def lift(self, organisation: str, by: Party, at: datetime) -> bool:
        """End it; ``False`` where there was none."""
        if self.kept.pop(organisation, None) is None:
            return False
        self._tell(organisation, by, at, "crisis_lifted", {})
        return True

    def current(self, organisation: str) -> Crisis | None:
        """The crisis of now."""
        return self.kept.get(organisation)

    def _tell(self, organisation: str, by: Party, at: datetime, action: str, detail: Mapping[str, object]) -> None:
        self._audit.add(by.workspace, at, by.account, action, organisation, detail)


__all__ = ["MemoryCrises", "MemoryPrecedents"]
