"""What people of a small town learn with: two lessons, two levels with an exam, brown bags and notes, in a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count
from typing import Any, Final

from bot.conversation.escalate.office import Office
from bot.conversation.learn.campus import Campus
from bot.conversation.learn.certification.academy import Academy, Issuer, PolicyNow, Registrar
from bot.conversation.learn.gatherings import Hall, evidence
from lessons.catalogue import Catalogue
from lessons.certification.banks import Bank, Item
from lessons.models import Check, CheckKind, Option
from tests.fakes.academy import BANK, KEY, LEVELS
from tests.fakes.school import CURRICULUM, school

URL: Final = "https://clearpost.example.com"
POLICY: Final = PolicyNow("disclosure", "Saying who you work for", "1.0", date(2026, 9, 1), "0" * 64)
"""What has to be confirmed."""

_SECTION: Final = "disclosure#praise-our-products"
_CURRICULUM: Final = Catalogue(
    {key: replace(each, rests_on=(_SECTION,)) for key, each in CURRICULUM.lessons.items()}, CURRICULUM.programmes
)
"""Two lessons that rest on a policy that the sample of tests has."""


def _item(scene: str, check: Check, section: str) -> Item:
    return Item(scene, check, (section,))


EXAM: Final[Bank] = replace(
    BANK,
    items=(
        _item(
            "Deniz is proud of the new kettle and wants to praise it on her own account.",
            Check(
                "kettle",
                "Which post is fine?",
                CheckKind.POST,
                (
                    Option("“Best kettle I ever had!”", "Nobody can tell that she works here.", right=False),
                    Option("“I work at the maker of this kettle, and I love it.”", "It says so at once.", right=True),
                    Option("“Ask me where to buy it.”", "It says nothing.", right=False),
                ),
            ),
            _SECTION,
        ),
        _item(
            "Ravi's profile says where he works. His post about our app does not.",
            Check(
                "profile",
                "The line in his profile is enough.",
                CheckKind.TRUE_FALSE,
                (
                    Option("True", "Few open a profile.", right=False),
                    Option("False", "Right: the post itself has to say it.", right=True),
                ),
            ),
            "disclosure#praise-without-saying-so",
        ),
        _item(
            "Mia films the launch for her story.",
            Check(
                "story",
                "Where may she say that she works here?",
                CheckKind.MULTIPLE,
                (
                    Option("In the picture", "Yes, where it is easy to see.", right=True),
                    Option("In her spoken words", "Yes, everybody hears it.", right=True),
                    Option("In her profile", "Few open a profile.", right=False),
                ),
            ),
            _SECTION,
        ),
        _item(
            "A stranger asks Jo in public whether our blender is dishwasher-proof. The manual says so.",
            Check(
                "blender",
                "What should Jo do?",
                CheckKind.SINGLE,
                (
                    Option("Answer, and say that she works here", "Yes: it is public, and it is open.", right=True),
                    Option("Answer as any customer would", "Then nobody knows who speaks.", right=False),
                ),
            ),
            "disclosure#strangers-questions-public-answer",
        ),
    ),
)
"""Questions of which an exam asks two."""


def town(
    place: Office,
    state: Any,
    channel: tuple[str, str] | None,
    *,
    attests: bool,
    curriculum: Catalogue = _CURRICULUM,
) -> Campus:
    """Learning over a state, in memory or not.

    ``channel`` is a workspace and a channel of it in which colleagues are told things. ``attests``: a policy has to be
    confirmed.
    """
    taught = school(place, state.learners, curriculum)
    hall = Hall(
        school=replace(taught, new_id=_numbered("bag")),
        gatherings=state.gatherings,
        notes=state.notes,
        workspaces=place.workspaces,
        audit=place.audit,
        boards=(channel,) if channel else (),
        address=URL,
    )
    numbers = count(1)
    registrar = Registrar(
        certificates=state.certificates,
        audit=place.audit,
        curriculum=taught.curriculum,
        levels=lambda: LEVELS,
        issuer=Issuer(KEY, "Example Works", URL),
        draw=lambda most: next(numbers) * 7919 % most,
        new_id=_numbered("certificate"),
    )
    academy = Academy(
        school=taught,
        registrar=registrar,
        banks=lambda: {EXAM.id: EXAM},
        policies=lambda: (POLICY,),
        given=partial(evidence, state.gatherings, state.notes),
        attested=(POLICY.id,) if attests else (),
        praise=dict([channel]) if channel else {},
    )
    return Campus(taught, hall, academy)


def _numbered(name: str) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{name}-{next(numbers)}"


__all__ = ["EXAM", "POLICY", "URL", "town"]
