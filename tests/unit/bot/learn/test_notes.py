"""Notes from conferences: posted, annotated, found again, taken down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.learn.gatherings import evidence, noted
from bot.conversation.reply import Reply, ReplyKind
from lessons.certification.progress import Evidence
from tests.unit.bot.learn.gathering_scene import MONDAY, OTHER, SLACK, Scene, button, fact, labels, shown

WORDS = "A day at the fair\nThree booths asked for reviews.\nSee https://fair.example.com/talks."


@pytest.fixture
def scene() -> Scene:
    """A company without notes."""
    return Scene()


def posted(scene: Scene, words: str = WORDS, account: str = "ines") -> Reply:
    """Somebody writes "note …"."""
    return noted(scene.hall, scene.message(account), words)


def test_a_note_is_posted(scene: Scene) -> None:
    """The first line is the title, the rest the text; its link is kept, and it is listed for colleagues."""
    card = posted(scene)
    assert card.head is not None and card.head.word == "A day at the fair"
    assert card.text == WORDS.partition("\n")[2] and fact(card, "From") == "Ines Example"
    (note,) = scene.notes.kept.values()
    assert note.link == "https://fair.example.com/talks"
    (row,) = noted(scene.hall, scene.message("noor")).items
    assert row.title == "A day at the fair" and row.text.startswith("Ines Example, Mon 23 Nov 2026: Three booths")


def test_a_note_without_words_is_asked_for(scene: Scene) -> None:
    """Where only a title is written, the form comes back with it, and nothing is kept."""
    reply = posted(scene, "A day at the fair")
    field = button(reply, "Post a note").words
    assert reply.kind is ReplyKind.NOTE and field is not None and field.value == "A day at the fair"
    assert posted(scene, " \n ").kind is ReplyKind.NOTE and not scene.notes.kept


def test_a_long_first_line_is_text_too(scene: Scene) -> None:
    """Words in one line are a note whose title is their beginning; nothing of them is lost."""
    words = "Everybody at the fair asked the same question: " + "who answers on a Sunday? " * 8
    card = posted(scene, words.strip())
    assert card.head is not None and card.head.word.endswith(" …") and card.text == words.strip()


def test_others_add_to_it(scene: Scene) -> None:
    """What a colleague adds stands below the note, and its author hears of it; their own additions tell nobody."""
    posted(scene)
    read = scene.press(noted(scene.hall, scene.message("noor")), "Read", "noor")
    card = scene.press(read, "Add something", "noor", "I heard the opposite.")
    assert [(each.who, each.words) for each in card.said] == [("Noor Example", "I heard the opposite.")]
    (told,) = scene.sent()
    assert told.account == "ines" and shown(told).said == card.said
    scene.press(read, "Add something", "ines", "Where?")
    scene.press(read, "Add something", "ines", "   ")
    assert not scene.sent() and len(scene.do("note", read.actions[0].on, "omar").said) == 2


def test_only_the_author_or_staff_take_it_down(scene: Scene) -> None:
    """The button is shown to whoever may, and asked of nobody else; it stands in the audit."""
    card = posted(scene)
    identifier = card.actions[0].on
    assert labels(card) == ["Add something", "Take it down"]
    assert labels(scene.do("note", identifier, "noor")) == ["Add something"]
    assert scene.do("note_drop", identifier, "noor").kind is ReplyKind.ERROR
    assert scene.do("note_drop", identifier, "lea").kind is ReplyKind.LESSON
    assert scene.do("note", identifier, "ines").kind is ReplyKind.ERROR and not scene.notes.kept
    assert [(each.actor, each.action) for each in scene.state.audit.added] == [("lea", "note_taken_down")]


@pytest.mark.parametrize(("account", "workspace"), [("paul", SLACK), ("stranger", OTHER)])
def test_partners_and_other_companies_read_nothing(scene: Scene, account: str, workspace: str) -> None:
    """A note is for colleagues: partners and other companies neither see it nor add to it."""
    identifier = posted(scene).actions[0].on
    for act in ("note", "note_add", "note_drop"):
        assert scene.do(act, identifier, account, "words", workspace=workspace).kind is ReplyKind.ERROR
    assert "fair" not in repr(scene.do("notes", "", account, workspace=workspace))
    assert not scene.notes.added and scene.notes.kept


def test_partners_post_nothing(scene: Scene) -> None:
    """Whoever may not read notes may not post them."""
    assert posted(scene, account="paul").kind is ReplyKind.ERROR and not scene.notes.kept


def test_notes_count_for_certification(scene: Scene) -> None:
    """Each note that was shared is evidence, of the day on which it was."""
    posted(scene)
    scene.now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    posted(scene)
    person = scene.people.find(SLACK, "ines")
    assert person is not None
    days = [each.on for each in evidence(scene.books, scene.notes, SLACK, person.id)]
    assert days == [MONDAY.date(), scene.now.date()]
    assert evidence(scene.books, scene.notes, SLACK, person.id)[0] == Evidence("conference_note", MONDAY.date())
