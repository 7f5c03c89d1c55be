"""What is wrong with the levels of a curriculum and their item banks, beyond what reading them has found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lessons.catalogue import Catalogue
from lessons.certification.banks import Bank, Item, read_banks
from lessons.certification.levels import Belt, Level, Levels, Scope
from lessons.certification.levels_file import LEVELS, read_levels
from lessons.models import CheckKind, Flaw, Lesson, Rhythm
from lessons.soundness.checks import check_checks
from lessons.soundness.places import Places
from lessons.soundness.stale import ChangedSince
from lessons.soundness.words import words

_SCENE: Final = 90  # words; whoever sits an exam reads eight of them
_QUESTION: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Around:
    """What levels and banks refer to. ``sections`` and ``contacts`` are ``None`` where they could not be read."""

    catalogue: Catalogue
    sections: Collection[str] | None
    contacts: Collection[str] | None
    changed_since: ChangedSince


def check_levels(folder: Path, around: Around) -> tuple[Flaw, ...]:
    """Every mistake in the levels and banks of a curriculum's folder, sorted by file and line."""
    read, banks = read_levels(folder), read_banks(folder)
    found = level_flaws(read.levels, banks.banks, around, read.source)
    return tuple(sorted({*read.flaws, *banks.flaws, *found}))


def level_flaws(levels: Levels, banks: Mapping[str, Bank], around: Around, source: str) -> Iterator[Flaw]:
    """What is wrong with levels and banks that could be read. ``source`` is the text of ``levels.yml``."""
    if levels.levels:
        for belt in Belt:
            if belt not in levels.looks:
                remedy = f"Add '- {{belt: {belt}, name: …, colour: {belt}}}' under 'belts:'"
                yield Flaw(LEVELS, 1, f"the belt '{belt}' has no name", remedy)
    if any(each.mandatory_within for each in levels.levels) and not levels.reminders:
        yield Flaw(LEVELS, 1, "there is a mandatory level and no reminder", "Add some under 'reminders:'")
    for level in levels.levels:
        yield from _level(level, levels, around.catalogue, Places(source))
        yield from _exam(level, banks, Places(source))
    asked = {each.exam.bank for each in levels.levels if each.exam}
    for bank in banks.values():
        if bank.id not in asked:
            yield Flaw(bank.file, 2, f"no level asks the bank '{bank.id}'", f"Name it in {LEVELS}, or remove it")
        yield from _bank(bank, around)


def _level(level: Level, levels: Levels, catalogue: Catalogue, places: Places) -> Iterator[Flaw]:
    first = next(each for each in levels.levels if each.track is level.track and each.belt is level.belt)
    if first is not level:
        message = f"'{level.id}' and '{first.id}' are both {level.belt} for {level.track}"
        yield Flaw(LEVELS, level.line, message, "Give a track one level of each belt")
    if level.lessons is Scope.NONE and level.exam is None and not level.evidence:
        remedy = "Ask for lessons, an exam or evidence"
        yield Flaw(LEVELS, level.line, f"'{level.id}' asks for nothing", remedy)
    if level.renew_days * 2 > level.valid_days:
        remedy = "Let 'renew_days' be half of 'valid_days' at most"
        yield Flaw(LEVELS, level.line, f"'{level.id}' can be renewed nearly always", remedy)
    for rule in level.evidence:
        if rule.kind not in levels.kinds:
            line = places.words(rule.kind, after=level.line)
            yield Flaw(LEVELS, line, f"there is no kind of evidence '{rule.kind}'", "Add it under 'evidence:'")
    if not isinstance(level.lessons, Scope):
        yield from _listed(level, level.lessons, catalogue, places)
    elif level.lessons is not Scope.NONE and not level.taught(catalogue):
        remedy = f"Add an {Rhythm.ONBOARDING} programme" if level.lessons is Scope.ONBOARDING else "Add lessons"
        message = f"'{level.id}' asks for lessons ({level.lessons}), and {level.track} has none of them"
        yield Flaw(LEVELS, level.line, message, remedy)


def _listed(level: Level, lessons: tuple[str, ...], catalogue: Catalogue, places: Places) -> Iterator[Flaw]:
    for identifier, count in Counter(lessons).items():
        lesson, line = catalogue.lessons.get(identifier), places.words(identifier, after=level.line)
        if lesson is None:
            message = f"'{level.id}' names '{identifier}', and no lesson of that id could be read"
            yield Flaw(LEVELS, line, message, "Name the id of a lesson")
        elif lesson.track is not level.track:
            message = f"'{level.id}' is for {level.track}, and '{identifier}' for {lesson.track}"
            yield Flaw(LEVELS, line, message, "Name lessons of its own track")
        if count > 1:
            yield Flaw(LEVELS, line, f"'{level.id}' names '{identifier}' twice", "Keep one of the two")


def _exam(level: Level, banks: Mapping[str, Bank], places: Places) -> Iterator[Flaw]:
    if level.exam is None:
        return
    line = places.words("exam", after=level.line)
    bank = banks.get(level.exam.bank)
    if bank is None:
        message = f"'{level.id}' asks the bank '{level.exam.bank}', and no such bank could be read"
        yield Flaw(LEVELS, line, message, "Name the id of a bank in the folder 'exams', or mend its file")
        return
    if bank.track is not level.track:
        message = f"'{level.id}' is for {level.track}, and the bank '{bank.id}' for {bank.track}"
        yield Flaw(LEVELS, line, message, "Name a bank of its own track")
    there = len(bank.upto(level.belt))
    if there < level.exam.items:
        message = f"the exam of '{level.id}' has {level.exam.items} questions, and its bank {there} for it"
        yield Flaw(LEVELS, line, message, "Write more questions, or ask fewer")


def _bank(bank: Bank, around: Around) -> Iterator[Flaw]:
    places = Places(bank.source)
    if around.contacts is not None and bank.owner not in around.contacts:
        remedy = "Name the id of a contact of contacts.yml"
        yield Flaw(bank.file, places.field("owner"), f"the owner '{bank.owner}' is no contact", remedy)
    if not bank.items:
        yield Flaw(bank.file, 1, "the bank has no question", "Write some as '## Check: … {#id type=single}'")
    lessons = {_plain(check.question): each for each in around.catalogue.lessons.values() for check in each.checks}
    asked: dict[str, Item] = {}
    for item in bank.items:
        yield from _item(bank, item, around, places)
        twin = lessons.get(_plain(item.check.question))
        if twin is not None:
            message = f"the question '{item.id}' is asked in the lesson '{twin.id}'"
            yield Flaw(bank.file, item.check.line, message, "Ask about another situation")
        same = asked.setdefault(_plain(f"{item.scene} {item.check.question}"), item)
        if same is not item:
            message = f"the question '{item.id}' is that of '{same.id}'"
            yield Flaw(bank.file, item.check.line, message, "Keep one of the two")


def _item(bank: Bank, item: Item, around: Around, places: Places) -> Iterator[Flaw]:
    yield from check_checks(_as_lesson(bank, item), bank.source)
    if len(item.check.question) > _QUESTION:
        message = f"the question '{item.id}' has {len(item.check.question)} characters"
        yield Flaw(bank.file, item.check.line, message, f"Keep it to {_QUESTION}, and tell the scene below it")
    if len(words(item.scene)) > _SCENE:
        message = f"the scene of '{item.id}' has {len(words(item.scene))} words"
        yield Flaw(bank.file, item.check.line, message, f"Keep it to {_SCENE}")
    if item.check.kind is CheckKind.TRUE_FALSE and item.scene == "":
        remedy = "Tell a scene above the options"
        yield Flaw(bank.file, item.check.line, f"'{item.id}' is a bare sentence to believe or not", remedy)
    for section in item.rests_on:
        line = places.words(section, after=item.check.line)
        if around.sections is not None and section not in around.sections:
            remedy = "Name one that is in force, as policy#section"
            yield Flaw(bank.file, line, f"there is no section '{section}'", remedy)
        day = around.changed_since(section, bank.reviewed)
        if day is not None:
            message = f"the section '{section}' changed on {day} after the bank was reviewed on {bank.reviewed}"
            yield Flaw(bank.file, line, message, "Read the question again and set 'reviewed'")


def _as_lesson(bank: Bank, item: Item) -> Lesson:
    """The question as the only check of a lesson, so that the rules for checks hold for it as well."""
    return Lesson(
        id=item.id,
        title=bank.title,
        summary="",
        track=bank.track,
        minutes=1,
        rests_on=item.rests_on,
        owner=bank.owner,
        version=bank.version,
        reviewed=bank.reviewed,
        body=item.scene,
        checks=(item.check,),
        file=bank.file,
    )


def _plain(text: str) -> str:
    return " ".join(words(text.casefold()))


__all__ = ["Around", "check_levels", "level_flaws"]
