"""One policy file as a ``Policy``: our own format where its author used it, any Markdown where not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from knowledge.documents.blocks import Block, Body, FrontMatter, Heading, plain, read_blocks
from knowledge.documents.front_matter import Faq, as_date, as_names, broken_line, read_faqs, read_fields
from knowledge.documents.passages import cut_passages, cut_sentences
from knowledge.documents.wording import infer_verdict
from knowledge.errors import ContentError
from knowledge.models import Fact, Policy, Problem, Section, Verdict

EVERYONE: Final = "everyone"
WORLDWIDE: Final = "worldwide"

_FIELD: Final = re.compile(r"[-*+]\s+(if|ask|source|fact|when|certified):\s*(.+)", re.DOTALL)
_BULLET: Final = re.compile(r"(?:[-*+]|\d+[.)])(?:\s+|$)")
_SITUATIONS: Final = "situations"
_NOT_IN_SLUG: Final = re.compile(r"[^\w\- ]+")


@dataclass(slots=True)
class _Draft:
    """A section while its blocks are being collected."""

    heading: Heading
    path: tuple[str, ...]
    bodies: list[Body] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    situations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """A policy and what was wrong with its file."""

    policy: Policy
    problems: tuple[Problem, ...]


def read_policy(source: str, file: str) -> ReadPolicy:
    """Read one policy from the text of ``file`` (Markdown, or a YAML file that lists questions and answers).

    Nothing is refused: what cannot be used is left out and named in ``problems``.
    """
    if PurePosixPath(file).suffix.lower() in {".yml", ".yaml"}:
        return _finish(source, file, {}, [], list(read_faqs(source, 0, source)), [])
    blocks = list(read_blocks(source))
    fields: Mapping[str, object] = {}
    faqs: list[Faq] = []
    problems: list[Problem] = []
    for block in blocks:
        if isinstance(block, FrontMatter):
            try:
                fields = read_fields(block.text)
            except ContentError as error:
                line = block.line + broken_line(error)
                problems.append(Problem(file, line, str(error), "Mend the lines between the two '---'"))
            faqs = list(read_faqs(source, source.index(block.text, block.span.start), block.text))
    return _finish(source, file, fields, blocks, faqs, problems)


def _finish(
    source: str,
    file: str,
    fields: Mapping[str, object],
    blocks: list[Block],
    faqs: list[Faq],
    problems: list[Problem],
) -> ReadPolicy:
    title = _title(fields, blocks, file)
    drafts = _collect(blocks, title)
    annotated = any("verdict" in draft.heading.attributes for draft in drafts)
    taken: set[str] = set()
    sections = [
        _section(source, file, draft, taken, problems)
        for draft in drafts
        if draft.bodies and not (annotated and draft.heading.level <= 1)
    ]
    sections += [_faq_section(source, faq, title, taken) for faq in faqs]
    name = PurePosixPath(file)
    policy = Policy(
        id=str(fields.get("id") or slug(str(name.with_suffix("")).replace("/", " "))),
        title=title,
        kind=str(fields.get("kind") or "social-media"),
        owner=str(fields["owner"]) if fields.get("owner") else None,
        version=str(fields.get("version") or "unversioned"),
        effective=as_date(fields.get("effective")),
        review_by=as_date(fields.get("review_by")),
        audience=as_names(fields.get("audience")) or (EVERYONE,),
        regions=as_names(fields.get("regions")) or (WORLDWIDE,),
        file=file,
        text=source,
        sections=tuple(sections),
    )
    return ReadPolicy(policy, tuple(problems))


def _title(fields: Mapping[str, object], blocks: Iterable[Block], file: str) -> str:
    if isinstance(fields.get("title"), str) and str(fields["title"]).strip():
        return " ".join(str(fields["title"]).split())
    for block in blocks:
        if isinstance(block, Heading) and block.text:
            return block.text
    return PurePosixPath(file).stem.replace("-", " ").replace("_", " ").strip().capitalize()


def _collect(blocks: Iterable[Block], title: str) -> list[_Draft]:
    """Group the blocks under their headings; text before the first heading stands under the title."""
    drafts: list[_Draft] = []
    above: list[Heading] = []
    in_situations = False
    for block in blocks:
        if isinstance(block, Heading):
            in_situations = block.text.lower() == _SITUATIONS and bool(drafts)
            if in_situations:
                continue
            above = [heading for heading in above if heading.level < block.level]
            drafts.append(_Draft(block, tuple(heading.text for heading in above)))
            above.append(block)
        elif isinstance(block, Body):
            if not drafts:
                drafts.append(_Draft(Heading(1, title, block.span, block.line), ()))
            _add(drafts[-1], block, in_situations=in_situations)
    return drafts


def _add(draft: _Draft, body: Body, *, in_situations: bool) -> None:
    if in_situations:
        situation = " ".join(_BULLET.sub("", body.text, count=1).split())
        if body.bullet and situation:
            draft.situations.append(situation)
        return
    match = _FIELD.fullmatch(body.text) if body.bullet else None
    if match:
        draft.fields.setdefault(match[1], []).append(" ".join(match[2].split()))
    elif _words_of(body).text:
        draft.bodies.append(body)


def _section(source: str, file: str, draft: _Draft, taken: set[str], problems: list[Problem]) -> Section:
    heading = draft.heading
    sentences = tuple(span for body in draft.bodies for span in cut_sentences(source, _words_of(body).span))
    verdict = _authors_verdict(draft, file, problems)
    questions, whens = draft.fields.get("fact", []), draft.fields.get("when", [])
    if len(questions) != len(whens) or len(questions) > 1:
        problems.append(
            Problem(
                file, heading.line, "'fact' and 'when' do not go together", "Give one '- fact:' and one '- when:' line"
            )
        )
    return Section(
        id=_identifier(heading, file, taken, problems),
        heading=heading.text,
        line=heading.line,
        path=draft.path,
        verdict=verdict or infer_verdict([plain(span.of(source)) for span in sentences]),
        inferred=verdict is None,
        passages=cut_passages(source, draft.bodies),
        sentences=sentences,
        conditions=tuple(draft.fields.get("if", ())),
        ask=next(iter(draft.fields.get("ask", ())), None),
        sources=tuple(draft.fields.get("source", ())),
        fact=Fact(questions[0], whens[0]) if questions and whens else None,
        situations=tuple(draft.situations),
        certified=as_levels(draft.fields.get("certified", ())),
    )


def as_levels(written: Iterable[str]) -> tuple[str, ...]:
    """The levels that lines of ``certified`` name; several on one line are parted by commas."""
    return tuple(dict.fromkeys(name for line in written for each in line.split(",") if (name := each.strip())))


def _authors_verdict(draft: _Draft, file: str, problems: list[Problem]) -> Verdict | None:
    written = draft.heading.attributes.get("verdict")
    if written is None:
        return None
    try:
        return Verdict(str(written))
    except ValueError:
        problems.append(
            Problem(file, draft.heading.line, f"unknown verdict '{written}'", f"Use one of {', '.join(Verdict)}")
        )
        return None


def _identifier(heading: Heading, file: str, taken: set[str], problems: list[Problem]) -> str:
    written = heading.attributes.get("id")
    base = str(written) if written else slug(heading.text)
    if written and base in taken:
        problems.append(
            Problem(file, heading.line, f"section id '{base}' is used twice", "Give each section an id of its own")
        )
    return _free(base, taken)


def _faq_section(source: str, faq: Faq, title: str, taken: set[str]) -> Section:
    body = Body(faq.answer.of(source), faq.answer, faq.line)
    sentences = cut_sentences(source, faq.answer)
    return Section(
        id=_free(slug(faq.question), taken),
        heading=faq.question,
        line=faq.line,
        path=(title,),
        verdict=infer_verdict([plain(span.of(source)) for span in sentences]),
        inferred=True,
        passages=cut_passages(source, [body]),
        sentences=sentences,
    )


def _words_of(body: Body) -> Body:
    """A list item without its bullet, so that a quote begins with a word."""
    bullet = _BULLET.match(body.text) if body.bullet else None
    if bullet is None:
        return body
    span = type(body.span)(body.span.start + bullet.end(), body.span.end)
    return Body(body.text[bullet.end() :], span, body.line, bullet=True)


def slug(text: str) -> str:
    """A heading as an id, the way GitHub and most static site generators make it."""
    return _NOT_IN_SLUG.sub("", text.lower()).strip().replace(" ", "-") or "section"


def _free(base: str, taken: set[str]) -> str:
    identifier, number = base, 1
    while identifier in taken:
        identifier, number = f"{base}-{number}", number + 1
    taken.add(identifier)
    return identifier


__all__ = ["EVERYONE", "WORLDWIDE", "ReadPolicy", "as_levels", "read_policy", "slug"]
