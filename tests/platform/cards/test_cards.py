"""Every reply as Slack and Teams draw it: no complaint, nothing cut off on a phone, and what matters can be read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from bot.channels.words import conditions_title, head, says_the_quote, without_emoji
from bot.conversation.reply import Reply, ReplyKind

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
from playwright.sync_api import sync_playwright

from tests.platform.cards.case_talk import every_case
from tests.platform.cards.gathering_talk import every_gathering
from tests.platform.cards.lesson_talk import every_lesson
from tests.platform.cards.level_talk import every_level
from tests.platform.cards.papers import Papers
from tests.platform.cards.replies import Said, every_kind
from tests.platform.cards.scenes import (
    form_of,
    slack_case_scenes,
    slack_lesson_scenes,
    slack_scenes,
    teams_case_scenes,
    teams_scenes,
)
from tests.platform.cards.stage import PHONES, Scene, Sheet, Stage, bundle, missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MISSING: Final = missing()
pytestmark = pytest.mark.skipif(bool(_MISSING), reason=_MISSING)

_PLATFORMS: Final = ("slack", "teams")
_THEMES: Final = ("light", "dark")
_QUOTED: Final = frozenset({ReplyKind.ANSWER, ReplyKind.HAND_OVER})
_OURS: Final = re.compile(r"\bNone\b|\br\d+\b|[a-z]_[a-z]")
_ADDRESS: Final = re.compile(r"\S+\.example\.com/\S*")

_TOO_WIDE: Final = """
scene => [scene, ...scene.querySelectorAll("*")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
    .filter((each) => getComputedStyle(each).overflowX !== "hidden")
    .filter((each) => each.matches(".scene") || !each.querySelector(".ac-adaptiveCard"))  // open forms reach the edges
    .map((each) => `${each.tagName} ${each.className}: ${each.innerText}`)
"""


_CUT: Final = """
scene => [...scene.querySelectorAll("button")]
    .filter((button) =>
        [button, ...button.querySelectorAll("*")].some((each) => each.scrollWidth > each.clientWidth + 1))
    .map((button) => button.innerText.trim())
"""


@cache
def said() -> dict[str, Said]:
    """A reply of every kind."""
    return every_kind()


@cache
def cases() -> dict[str, Said]:
    """A reply of every sort that triage and cases bring."""
    return every_case()


@cache
def lessons() -> dict[str, Said]:
    """A reply of every sort that lessons, levels and brown bags bring."""
    return every_lesson() | every_level() | every_gathering()


@cache
def scenes(platform: str) -> dict[str, Scene]:
    """Every scene of a platform."""
    if platform == "slack":
        return slack_scenes(said()) | slack_case_scenes(cases()) | slack_lesson_scenes(lessons())
    return teams_scenes(said()) | teams_case_scenes(cases() | lessons())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The renderers, bundled once, in one browser."""
    pages: Path = tmp_path_factory.mktemp("cards")
    bundle(pages)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield Stage(browser, pages)
        browser.close()


@pytest.fixture(scope="module", params=[(platform, theme) for platform in _PLATFORMS for theme in _THEMES])
def on_a_phone(request: pytest.FixtureRequest, stage: Stage) -> Iterator[tuple[str, Page]]:
    """All scenes of a platform in one theme, at a phone's width."""
    platform, theme = request.param
    page = stage.show(Sheet(platform, theme, PHONES[platform], [list(scenes(platform).values())]))
    yield platform, page
    page.close()


def test_every_kind_of_reply_is_drawn() -> None:
    """No kind of reply is left out on either platform."""
    drawn = {each.reply.kind for each in (*said().values(), *cases().values(), *lessons().values())}
    assert drawn == set(ReplyKind)
    assert len(said() | cases() | lessons()) == len(said()) + len(cases()) + len(lessons())
    for platform in _PLATFORMS:
        assert set(scenes(platform)) >= set(said() | cases() | lessons())


def test_the_renderers_do_not_complain(on_a_phone: tuple[str, Page], stage: Stage) -> None:
    """No card makes the browser's console complain, and nothing is fetched from anywhere but files."""
    platform, page = on_a_phone
    assert page.locator(".scene").count() == len(scenes(platform))
    assert stage.complaints == []


def test_nothing_is_wider_than_a_phone(on_a_phone: tuple[str, Page]) -> None:
    """At a phone's width no part of a card sticks out."""
    platform, page = on_a_phone
    for name in scenes(platform):
        scene = page.locator(f'[data-name="{name}"]')
        assert scene.evaluate("scene => scene.scrollWidth <= scene.clientWidth"), name
        assert scene.evaluate(_TOO_WIDE) == [], name


def test_what_matters_can_be_read(on_a_phone: tuple[str, Page]) -> None:
    """The verdict's word, the quote, the conditions and the contact's name stand there as text."""
    platform, page = on_a_phone
    for name, each in said().items():
        text = " ".join(page.locator(f'[data-name="{name}"]').inner_text().split())
        for words in _needed(each.reply.about or each.reply):
            assert " ".join(words.split()) in text, (platform, name)


def test_what_a_case_tells_can_be_read(on_a_phone: tuple[str, Page]) -> None:
    """Facts, what was asked and said, lists, what may be posted, rows and notes stand there as text, none cut."""
    platform, page = on_a_phone
    for name, each in cases().items():
        text = " ".join(page.locator(f'[data-name="{name}"]').inner_text().split())
        needed = _form(each) if each.form else _told(each.reply)
        for words in needed:
            assert " ".join(words.split()) in text, (platform, name)


def test_what_a_lesson_tells_can_be_read(on_a_phone: tuple[str, Page]) -> None:
    """The lesson, its check with every option, what is said to an answer and what it rests on stand there, none cut."""
    platform, page = on_a_phone
    for name, each in lessons().items():
        if name == "library" or each.reply.verdict:  # of a long list the end is counted; an answer shows its quote
            continue
        text = _bare(page.locator(f'[data-name="{name}"]').inner_text())
        for words in _form(each) if each.form else _taught(each.reply):
            assert _bare(words) in text, (platform, name)


def _taught(reply: Reply) -> Iterator[str]:
    yield from (line for line in reply.text.splitlines() if line.strip())
    yield from _told(replace(reply, text="", items=()))
    for item in reply.items:
        yield from (item.title, *item.text.splitlines(), *(each.label for each in item.actions if not each.has_form))


def _bare(text: str) -> str:
    """Words without bullets and line breaks; addresses without what they begin with, as links are shown."""
    return " ".join(text.replace("•", " ").replace("https://", "").replace("\u200b", "").split())


def test_no_name_of_ours_is_shown(on_a_phone: tuple[str, Page]) -> None:
    """No identifier of a reply or case, no name of a kind as the code writes it, and no empty value; save in links."""
    platform, page = on_a_phone
    told = cases() | lessons()
    for name in told:
        typed = told[name].typed
        shown = page.locator(f'[data-name="{name}"]').inner_text().replace(typed or "\0", "")
        assert _OURS.findall(_ADDRESS.sub("", shown)) == [], (platform, name)


def _told(reply: Reply) -> Iterator[str]:
    at_a_glance = head(reply)
    yield from (at_a_glance.word if at_a_glance else "", reply.notice, reply.asked, reply.copy)
    yield from ("" if says_the_quote(reply) else reply.text, *reply.notes)
    yield from (part for fact in reply.facts for part in fact)
    yield from (part for each in reply.said for part in (each.who, each.words))
    yield from (part for each in reply.lists for part in (each.title, *each.items))
    yield from (part for each in reply.items for part in (without_emoji(each.title), each.text))
    yield from (without_emoji(each.label) for each in reply.actions)


def _form(said: Said) -> Iterator[str]:
    action = form_of(said)
    yield action.title or action.label
    yield action.submit
    yield from (each.label for each in (action.words, action.choices) if each)


def _needed(reply: Reply) -> Iterator[str]:
    at_a_glance = head(reply)
    if at_a_glance:
        yield at_a_glance.word
    if reply.kind in _QUOTED:
        yield reply.quotes[0].plain
        yield reply.quotes[0].title
        yield f"version {reply.quotes[0].version}"
    else:
        yield reply.text
    if reply.conditions:
        yield conditions_title(reply.verdict)
    yield from reply.conditions
    if reply.person:
        yield reply.person.name


def test_every_button_can_be_read_on_a_phone(on_a_phone: tuple[str, Page]) -> None:
    """At a phone's width no button's words are cut: long ones stand beside a short button."""
    platform, page = on_a_phone
    for name in scenes(platform):
        assert page.locator(f'[data-name="{name}"]').evaluate(_CUT) == [], (platform, name)


@pytest.mark.parametrize("name", ["certificate-valid-light", "certificate-revoked-dark", "certificate-phone"])
def test_the_page_of_a_certificate_is_whole(stage: Stage, name: str) -> None:
    """It has its style, its badge and no foreign parts, and nothing of it is wider than the screen."""
    papers = Papers()
    page = papers.open(stage.browser, papers.shots[name])
    drawn = page.locator("img.badge").evaluate("picture => picture.complete && picture.naturalWidth")
    assert drawn > 0 and page.locator("h1").inner_text() == "Ines Example"
    assert page.locator("body").evaluate("body => getComputedStyle(body).getPropertyValue('--gold') !== ''")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()
