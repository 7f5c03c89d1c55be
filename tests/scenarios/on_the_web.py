"""Scenarios in the web chat: the page as a browser without JavaScript has it, and the forms that its buttons send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.web.app import web_app
from bot.channels.words import without_emoji
from tests.scenarios.overheard import World
from tests.scenarios.scenario import Step, Who, moment_said

_BLOCKS: Final = frozenset(
    ("p", "h1", "h2", "h3", "li", "dt", "dd", "legend", "label", "blockquote", "figcaption", "summary", "button", "div")
)
_UNSEEN: Final = frozenset(("script", "style", "svg", "head", "noscript", "select", "textarea", "template"))
_VOID: Final = frozenset(("input", "meta", "link", "br", "hr", "img", "use", "path"))


def on_the_web(steps: Sequence[Step], world: World) -> str:
    """Sends the steps as a browser without JavaScript does: types into the page, presses the buttons that it shows."""
    app = web_app(world.overheard.converse, world.clock)
    browsers: dict[Who, _Browser] = {}
    several = len({step.by for step in steps}) > 1
    seen: list[str] = []
    for step in steps:
        if step.until is not None:
            world.wait_until(step.until)
            seen.append(f"({moment_said(step.until)})")
            continue
        world.pass_a_minute()
        browser = browsers.setdefault(step.by, _Browser(app))
        shown = browser.takes(step)
        who = [f"In {step.by}'s browser:"] if several else []
        seen.append("\n".join([*who, *_opened(step), shown]))
    return "\n\n".join(seen) + "\n"


class _Browser:
    """Somebody's browser, with cookies of its own."""

    def __init__(self, app: Starlette) -> None:
        self._web = TestClient(app)
        self._page = _Page(self._web.get("/").text)

    def takes(self, step: Step) -> str:
        """Take a step; what the page says then."""
        fields = {"text": step.say} if step.say is not None else self._page.press(step)
        response = self._web.post("/ask", data=fields)
        assert response.status_code == 200, response.text
        self._page = _Page(response.text)
        return self._page.said()


def _opened(step: Step) -> Iterator[str]:
    """The page says what was pressed, or else what was written into its form."""
    if step.words:
        yield f"(Ines opens [{step.press}])"


class _Tree(HTMLParser):
    """A page as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag not in _VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        """Add words."""
        self.builder.data(data)


class _Page:
    """What can be seen on a page, a line for each block, and what its buttons send."""

    def __init__(self, html: str) -> None:
        tree = _Tree()
        tree.feed(html)
        self.root: Element = tree.builder.close()

    def press(self, step: Step) -> dict[str, str | list[str]]:
        """The fields that the button of a step sends."""
        label = without_emoji(step.choose or step.press or ("Yes, it helped" if step.helped else "No, it did not"))
        form, button = self._button(label)
        fields: dict[str, str | list[str]] = {
            each.get("name", ""): each.get("value", "")
            for each in form.iter()
            if each.tag in ("input", "textarea") and each.get("type") != "checkbox" and each.get("name")
        }
        if "name" in button.attrib:
            fields[button.attrib["name"]] = button.get("value", "")
        assert "words" in fields or not step.words, "no form was opened"
        needed = any(each.get("name") == "words" and "required" in each.attrib for each in form.iter())
        assert step.words or not needed, "a browser sends no form without what is needed"
        if step.pick:
            offered = dict(_offered(form))
            fields["choices"] = [offered[each] for each in step.pick]
        return {**fields, "words": step.words} if "words" in fields else fields

    def _button(self, label: str) -> tuple[Element, Element]:
        """A button and its form, by what stands on it or, where that form is closed, on what opens it."""
        for details in self.root.iter("details"):
            form = details.find("form")
            if form is not None and _words(details[0]) == label:
                return form, next(form.iter("button"))
        return next(
            (form, each) for form in self.root.iter("form") for each in form.iter("button") if _words(each) == label
        )

    def said(self) -> str:
        """What was said, and the reply to it."""
        log = next(each for each in self.root.iter("div") if each.get("id") == "thread")
        lines = [""]
        _read(log, lines)
        return "\n".join(line for line in (" ".join(each.split()) for each in lines) if line)


def _offered(form: Element) -> Iterator[tuple[str, str]]:
    """What can be picked in a form: the words of each box or line of a list, and its value."""
    for each in form.iter():
        if each.tag == "option":
            yield _words(each), each.get("value", "")
        elif each.tag == "label" and (box := each.find("input")) is not None:
            yield _words(each), box.get("value", "")


def _read(node: Element, lines: list[str]) -> None:
    """Add the lines of what can be seen; a closed form shows what opens it."""
    if node.tag in _UNSEEN or "hidden" in node.attrib:
        return
    is_form = node.tag == "details" and node.find("form") is not None
    if node.tag == "article":
        lines += ["----", ""]
    elif node.tag == "input" and node.get("type") == "checkbox":
        lines[-1] += "☐ "
    elif node.tag == "button" or is_form:
        lines.append(f"[{_words(node[0] if is_form else node)}{' …' if is_form else ''}]")
    elif node.tag in _BLOCKS:
        lines.append("")
    if node.tag != "button" and not is_form:
        lines[-1] += node.text or ""
        for each in node:
            _read(each, lines)
            lines[-1] += each.tail or ""
    if node.tag in _BLOCKS or is_form:
        lines.append("")


def _words(node: Element) -> str:
    """All words of an element."""
    return " ".join("".join(node.itertext()).split())


__all__ = ["on_the_web"]
