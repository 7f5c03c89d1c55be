"""When the words of a section changed, as the kept versions of its policy tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge.models import Policy, Section


class Changes:
    """The versions of every policy of a pack, looked at on one day.

    Of each policy the version that took effect last is in force. Older versions are known where their files were
    kept (see "Versions" in the content guide).
    """

    def __init__(self, policies: Iterable[Policy], today: date) -> None:
        self._versions: dict[str, list[Policy]] = {}
        for policy in sorted(policies, key=_since):
            self._versions.setdefault(policy.id, []).append(policy)
        self._today = today

    def sections(self) -> frozenset[str]:
        """The sections of the versions in force, as ``policy#section``; of a policy that is still to come, those."""
        in_force = (self._in_force(name, self._today) or versions[0] for name, versions in self._versions.items())
        return frozenset(f"{policy.id}#{section.id}" for policy in in_force for section in policy.sections)

    def changed_since(self, section: str, day: date) -> date | None:
        """On which day after ``day`` a section (``policy#section``) changed; ``None`` where it did not.

        A section changed where its words in force today are not those that were in force on ``day``; a situation or
        a line break more is no change. Where no version that was in force on ``day`` was kept, the policy changed on
        the day on which its first known version took effect.
        """
        policy, _, identifier = section.partition("#")
        before = self._words(self._in_force(policy, day), identifier)
        if day >= self._today or self._words(self._in_force(policy, self._today), identifier) == before:
            return None
        later = (each for each in self._versions.get(policy, ()) if day < _since(each) <= self._today)
        return next((_since(each) for each in later if self._words(each, identifier) != before), None)

    def _in_force(self, policy: str, day: date) -> Policy | None:
        return next((each for each in reversed(self._versions.get(policy, [])) if _since(each) <= day), None)

    @staticmethod
    def _words(policy: Policy | None, identifier: str) -> tuple[str, ...] | None:
        section = next((each for each in policy.sections if each.id == identifier), None) if policy else None
        return _rule(policy.text, section) if policy and section else None


def _since(policy: Policy) -> date:
    """The first day of a version; one without a day has always been there."""
    return policy.effective or date.min


def _rule(text: str, section: Section) -> tuple[str, ...]:
    """What a section rules: everything but its situations, which are there to find it by, and its sources."""
    fact = (section.fact.question, section.fact.when) if section.fact else ()
    sentences = (" ".join(span.of(text).split()) for span in section.sentences)
    levels = ("", *section.certified) if section.certified else ()
    return (
        section.heading,
        section.verdict,
        section.ask or "",
        *section.conditions,
        "",
        *fact,
        "",
        *sentences,
        *levels,
    )


__all__ = ["Changes"]
