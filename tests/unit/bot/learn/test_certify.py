"""Levels in the chat: where one stands, the exam, the certificate, praise, and renewing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.kept import from_json
from bot.conversation.learn.certification import certify, examine
from bot.conversation.learn.certification.academy import PLACES
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply
from bot.ports.certificates import Proof
from bot.state import State
from lessons.certification.progress import Evidence
from lessons.credentials import State as What
from lessons.credentials import StatusList, award_of, read_status_list, sign_status_list, status_list_url, verify
from lessons.models import CheckKind
from tests.fakes.academy import KEY, ORG, URL, WHITE, YELLOW, Hall, names, pressed, right_or_wrong, said
from tests.fakes.jobs import MemoryJobs
from tests.fakes.school import FIRST

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY: Final = timedelta(days=1)
START: Final = Deed(certify.EXAM, WHITE.id)


@pytest.fixture
def jobs() -> MemoryJobs:
    """What is owed."""
    return MemoryJobs()


@pytest.fixture
def hall(state: State, jobs: MemoryJobs) -> Hall:
    """Ines is on the track of employees."""
    made = Hall(state, state.certificates, jobs)
    made.join("ines", NOW)
    return made


def level(hall: Hall, name: str = "ines", at: datetime = NOW) -> Reply:
    """What somebody sees of their levels."""
    return certify.my_level(hall.academy, said(name, at))


def sit(hall: Hall, at: datetime, *, right: bool = True, name: str = "ines") -> Reply:
    """Somebody sits the whole exam; what they see at the end."""
    reply = examine.start(hall.academy, said(name, at), START)
    while reply.items and reply.items[0].actions and reply.items[0].actions[0].act == examine.ANSWER:
        reply = examine.answer(hall.academy, said(name, at), right_or_wrong(reply, right=right))
    return reply


def certified(hall: Hall, at: datetime = NOW, name: str = "ines") -> Reply:
    """Somebody shows all that the first level takes."""
    person = hall.state.people.find(ORG, name)
    assert person is not None
    hall.read_all(person, at)
    return sit(hall, at, name=name)


def ines(hall: Hall) -> str:
    """The id of Ines."""
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    return person.id


def test_my_level_says_what_is_missing(hall: Hall) -> None:
    """The next level lists lessons and exam with buttons, the one above only what it is; and by when it is due."""
    reply = level(hall)
    first, second = reply.items
    assert first.title == "→ White: Ready to post" and second.title == "○ Yellow: Steady hand"
    assert "○ Finish 2 lessons" in first.text and "○ Pass the exam (2 questions, all right)" in first.text
    assert names(reply) == ["Start the exam", "Say it in the first line", "Behind the cake"]
    assert reply.facts == (("Everybody needs", "“Ready to post”, by 1 Jan 2027"),)


def test_who_is_on_no_track_has_no_level(hall: Hall) -> None:
    """Nobody can go for a level without a track, nor on a track without levels."""
    hall.join("guest", NOW, track="")
    hall.join("boss", NOW, track="executives")
    assert "on no track" in level(hall, "guest").text and "no levels" in level(hall, "boss").text
    assert examine.start(hall.academy, said("guest", NOW), START).private


def test_an_exam_asks_one_question_after_another(hall: Hall) -> None:
    """Each card has its scene, its place and its options; nothing tells whether an answer was right."""
    first = examine.start(hall.academy, said("ines", NOW), START)
    assert first.facts == (("Question", "1 of 2"),) and first.text.startswith("The scene of ")
    second = examine.answer(hall.academy, said("ines", NOW), right_or_wrong(first, right=False))
    assert second.facts == (("Question", "2 of 2"),) and second.items[0].title != first.items[0].title
    assert not second.lists and second.head == first.head
    again = examine.start(hall.academy, said("ines", NOW + DAY), START)
    assert again.items == second.items


def test_who_passes_and_has_read_all_is_certified_at_once(hall: Hall) -> None:
    """The card names the level and the page; the certificate verifies, and the audit knows of it."""
    reply = certified(hall)
    assert reply.head is not None and reply.head.word == "Certified: Ready to post"
    assert reply.text.startswith("Passed, with 2 of 2 right.")
    (kept,) = hall.state.certificates.held(ines(hall))
    assert dict(reply.facts) == {
        "Level": "White: Ready to post",
        "Valid until": "2 November 2027",
        "Show it": f"{URL}/verify/{kept.id}",
    }
    found = verify(kept.token, NOW, {KEY.did}, None)
    assert (found.state, found.holder, found.level, found.award) == (What.VALID, "Ines Example", WHITE.id, kept.id)
    assert found.identity is not None and found.identity.is_of("ines@example.com")
    assert found.expires == kept.expires and award_of(kept.token).criteria.startswith(
        "Finished 2 lessons, and answered"
    )
    lines = [(each.actor, each.action, each.subject) for each in hall.state.audit.lines(ORG)]
    assert lines == [("ines", "certificate_issued", kept.id)]
    shown = level(hall)
    assert shown.items[0].title == "✓ White: Ready to post" and kept.id in shown.items[0].text
    assert certify.badge(hall.academy, ines(hall), NOW) == (WHITE, kept)


def test_who_passes_with_lessons_left_takes_it_later(hall: Hall) -> None:
    """A pass is kept; the certificate comes by a press once nothing is missing, and not before."""
    reply = sit(hall, NOW)
    assert reply.head is not None and reply.head.word == "Exam passed: Ready to post"
    assert [each.title for each in reply.items] == [
        "Finish 2 lessons: “Say it in the first line” and “Behind the cake”."
    ]
    take = Deed(certify.CERTIFY, WHITE.id)
    assert certify.take(hall.academy, said("ines", NOW), take).private
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    hall.read_all(person, NOW)
    assert names(level(hall)) == ["Take your certificate"]
    reply = certify.take(hall.academy, said("ines", NOW), take)
    assert reply.head is not None and reply.head.word == "Certified: Ready to post"
    assert certify.take(hall.academy, said("ines", NOW), take).private


def test_who_fails_reads_and_waits(hall: Hall) -> None:
    """The sections are quoted, the lessons on them offered; the next attempt opens after two days, with other items."""
    seen = {each.items[0].title for each in _questions(hall, NOW)}
    failed = sit(hall, NOW, right=False)
    assert failed.head is not None and failed.head.word == "Not yet: Ready to post"
    assert "0 of 2 right" in failed.text and "from 4 Nov 2026 on" in failed.text
    assert [each.heading for each in failed.quotes] == ["A reporter asks"]
    assert set(names(failed)) == {"Say it in the first line", "Behind the cake"}
    assert examine.start(hall.academy, said("ines", NOW + DAY), START).private
    assert "Start the exam" not in names(level(hall, at=NOW + DAY))
    assert not seen & {each.items[0].title for each in _questions(hall, NOW + 2 * DAY)}
    passed = sit(hall, NOW + 2 * DAY)
    assert passed.head is not None and passed.head.word == "Exam passed: Ready to post"
    attempts = hall.state.certificates.attempts(ines(hall))
    assert [(each.number, each.right, each.passed) for each in attempts] == [(1, 0, False), (2, 2, True)]


def _questions(hall: Hall, at: datetime) -> list[Reply]:
    """The first card of an attempt, which is begun."""
    return [examine.start(hall.academy, said("ines", at), START)]


def test_an_answer_is_not_believed(hall: Hall) -> None:
    """A question of another exam, an option that is none, two for a single one, or somebody else's exam: refused."""
    hall.join("noor", NOW)
    card = examine.start(hall.academy, said("ines", NOW), START)
    good = right_or_wrong(card, right=True)
    question = card.items[0].actions[0]
    name = (question.choices.options[0][0] if question.choices else question.choice).partition(":")[0]
    for choices in (("stray:0",), (f"{name}:99",), (f"{name}:x",), (), (f"{name}:0", "stray:1"), ("nonsense",)):
        reply = examine.answer(hall.academy, said("ines", NOW), replace(good, choices=choices))
        assert reply.private and "could not tell" in reply.text
    for on in ("employees-white:2", "employees-yellow:1", "nothing", ""):
        assert "over, or not yours" in examine.answer(hall.academy, said("ines", NOW), replace(good, on=on)).text
    assert "over, or not yours" in examine.answer(hall.academy, said("noor", NOW), good).text
    assert not hall.state.certificates.attempts(ines(hall))[0].answers


def test_an_exam_is_not_sat_out_of_turn(hall: Hall) -> None:
    """Neither one that is not on the way, nor one of another track, nor one that was passed already."""
    boss = hall.join("boss", NOW, track="executives")
    assert examine.start(hall.academy, said("boss", NOW), START).private and boss.track == "executives"
    assert examine.start(hall.academy, said("ines", NOW), Deed(certify.EXAM, YELLOW.id)).private
    assert examine.start(hall.academy, said("ines", NOW), Deed(certify.EXAM, "no-level")).private
    certified(hall)
    assert examine.start(hall.academy, said("ines", NOW), START).private


def test_praise_comes_only_with_leave(hall: Hall, jobs: MemoryJobs) -> None:
    """A channel hears of it after a yes, once; after a no it never does; nobody says yes for somebody else."""
    hall.join("noor", NOW)
    card = certified(hall)
    yes, no = card.actions
    assert (yes.label, no.label) == ("Yes, tell them", "No, keep it to me")
    certify.praise(hall.academy, said("noor", NOW), pressed(yes))
    assert not jobs.planned
    certify.praise(hall.academy, said("ines", NOW), pressed(yes))
    certify.praise(hall.academy, said("ines", NOW), pressed(yes))
    (owed,) = jobs.planned.values()
    assert (owed.workspace, owed.place, owed.account) == (ORG, "C1", "")
    assert "Ines Example has reached the level “Ready to post”" in from_json(owed.body).text
    refused = certified(hall, name="noor")
    certify.praise(hall.academy, said("noor", NOW), pressed(refused.actions[1]))
    certify.praise(hall.academy, said("noor", NOW), pressed(refused.actions[0]))
    assert len(jobs.planned) == 1


def test_nobody_is_asked_where_there_is_no_channel(hall: Hall) -> None:
    """Without a channel for praise there is nothing to agree to."""
    hall.academy = replace(hall.academy, praise={})
    assert not certified(hall).actions


def test_without_a_key_the_pass_is_kept(hall: Hall) -> None:
    """Where nothing can be signed the person is told so, and takes the certificate when it can be."""
    whole = hall.academy
    hall.academy = replace(whole, registrar=replace(whole.registrar, issuer=None))
    reply = certified(hall)
    assert "has to wait" in reply.text and not hall.state.certificates.held(ines(hall))
    hall.academy = whole
    assert names(level(hall)) == ["Take your certificate"]


def test_a_renewal_asks_only_what_changed(hall: Hall) -> None:
    """Where nothing changed it is one press; where a lesson has another version, that lesson and nothing else."""
    certified(hall)
    late = NOW + 350 * DAY
    assert names(level(hall, at=late)) == ["Renew it"]
    hall.curriculum = replace(
        hall.curriculum, lessons={**hall.curriculum.lessons, FIRST.id: replace(FIRST, version="2.0")}
    )
    assert names(level(hall, at=late)) == [FIRST.title]
    assert certify.take(hall.academy, said("ines", late), Deed(certify.CERTIFY, WHITE.id)).private
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    hall.read(person, replace(FIRST, version="2.0"), late)
    certify.take(hall.academy, said("ines", late), Deed(certify.CERTIFY, WHITE.id))
    old, new = hall.state.certificates.held(person.id)
    assert new.expires - old.expires == 350 * DAY and new.place != old.place


def test_a_renewal_asks_the_questions_of_what_changed(hall: Hall) -> None:
    """Where a section changed after the certificate was issued, the questions that rest on it are asked again."""
    certified(hall)
    late = NOW + 350 * DAY
    hall.place.answers.since = {"journalists#press-asks": (NOW + 100 * DAY).date()}  # type: ignore[attr-defined] # the fake's own
    assert "Start the exam" in names(level(hall, at=late))
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    hall.read_all(person, late)
    reply = sit(hall, late)
    assert reply.head is not None and reply.head.word == "Certified: Ready to post"
    assert len(hall.state.certificates.held(person.id)) == 2


def test_evidence_leads_to_the_next_level(hall: Hall) -> None:
    """Two brown bags, and the first level in force, make the second; a revoked first level takes the way away."""
    certified(hall)
    for number in (1, 2):
        hall.state.certificates.prove(Proof(f"bag:{number}", ines(hall), "brown_bag", "The cake", NOW, "coe"))
    take = Deed(certify.CERTIFY, YELLOW.id)
    (first,) = hall.state.certificates.held(ines(hall))
    hall.state.certificates.revoke(first.id, NOW, "cli", "mistaken")
    assert certify.take(hall.academy, said("ines", NOW), take).private
    sit(hall, NOW)
    certify.take(hall.academy, said("ines", NOW), Deed(certify.CERTIFY, WHITE.id))
    reply = certify.take(hall.academy, said("ines", NOW), take)
    assert reply.head is not None and reply.head.word == "Certified: Steady hand"
    assert level(hall).text == "You are at the top. Thank you for passing it on."


def test_what_somebody_gave_counts_beside_what_was_noted(hall: Hall) -> None:
    """One brown bag that took place and one that was noted by hand are two; somebody else's are not one's own."""
    asked = []

    def given(organisation: str, person: str) -> list[Evidence]:
        asked.append((organisation, person))
        return [Evidence("brown_bag", NOW.date())]

    hall.academy = replace(hall.academy, given=given)
    certified(hall)
    assert "○ Give a brown-bag session (1 of 2)." in level(hall).items[1].text
    hall.state.certificates.prove(Proof("bag:1", ines(hall), "brown_bag", "The cake", NOW, "coe"))
    assert names(level(hall)) == ["Take your certificate"] and set(asked) == {(ORG, ines(hall))}


def test_what_is_revoked_is_on_the_list(hall: Hall) -> None:
    """The place of a certificate is the one by which the list finds it."""
    certified(hall)
    (kept,) = hall.state.certificates.held(ines(hall))
    hall.state.certificates.revoke(kept.id, NOW, "cli", "lent")
    places = frozenset(hall.state.certificates.revoked_places())
    signed = sign_status_list(StatusList(status_list_url(URL), KEY.did, places, NOW, size=PLACES), KEY)
    listed = read_status_list(signed, {KEY.did}, NOW)
    assert verify(kept.token, NOW, {KEY.did}, listed).state is What.REVOKED


def test_a_form_takes_several_options(hall: Hall) -> None:
    """A question with several right options comes with a form, a single one with buttons."""
    kinds = set()
    for name in ("ines", "noor", "olu", "pat", "kim"):
        hall.join(name, NOW)
        for _ in range(2):
            card = examine.start(hall.academy, said(name, NOW), START)
            several = card.items[0].actions[0].choices is not None
            kinds.add(CheckKind.MULTIPLE if several else CheckKind.SINGLE)
            assert len(card.items[0].actions) == (1 if several else 3)
            examine.answer(hall.academy, said(name, NOW), right_or_wrong(card, right=True))
    assert kinds == {CheckKind.MULTIPLE, CheckKind.SINGLE}
