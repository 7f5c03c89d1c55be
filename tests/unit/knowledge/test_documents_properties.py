"""What holds for every text: spans lie in the source, quotes are verbatim, ids differ, and reading never raises."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.documents.blocks import read_blocks
from knowledge.documents.policy import read_policy
from knowledge.documents.wording import infer_verdict
from knowledge.models import Policy, Verdict

FILES = st.sampled_from(["a.md", "sub/b c.txt", "faq.yml", "x.yaml"])

# Pieces of Markdown, HTML and YAML at which readers stumble; joined in any order.
PIECES = st.sampled_from(
    [
        "---\n",
        "---",
        "id: x\n",
        "title: 'a\n  b'\n",
        "faqs:\n  - q: Why not?\n    a: |\n      Because you must not.\n",
        '- question: Why?\n  answer: "You may not."\n',
        "- {q: x, a: >-\n  y}\n",
        "&a !!str ",
        "*a",
        "# ",
        "## ",
        "### Situations\n",
        "Title\n===\n",
        "Sub\n---\n",
        "{#x verdict=no}",
        "{#x",
        "verdict=yes}",
        "- ",
        "-\n",
        "* - + 1. ",
        "1) ",
        "    ",
        "\t",
        "> ",
        "```\n",
        "~~~",
        "- if: you say so\n",
        "- ask: \n",
        "- fact: Who?\n",
        "- when: Me\n",
        "| a | b |\n|---|---|\n| c. d | e |\n",
        "<h2 id=x>Head</h2>",
        "<h1>\n",
        "</h1>\n",
        "<div>\n",
        "</p><br>",
        "<!-- ",
        " -->",
        "<script>",
        "</script>\n",
        "[link](b.md#x)",
        "![]()",
        "[ref]: /url\n",
        "You may post. ",
        "You must not do that. ",
        "e.g. this. ",
        "Yes. ",
        "…) ",
        "word " * 130,
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\x00",
        "\ufeff",
        "\u2028",
        "\x0b",
        "\x1c",
        "\x85",
        "\xa0",
        "&nbsp;",
        "{{ x }}",
        "{% raw %}",
        "\\",
        "`",
        "**",
        "ü👍",
    ]
)
MARKDOWN = st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)


def _check(policy: Policy, source: str) -> None:
    assert policy.text == source
    identifiers = [section.id for section in policy.sections]
    assert len(identifiers) == len(set(identifiers))
    lines = source.count("\n") + source.count("\r") + 1
    for section in policy.sections:
        assert section.id
        assert section.heading == " ".join(section.heading.split())
        assert 1 <= section.line <= lines
        assert section.passages
        assert section.sentences
        assert all((*section.situations, *section.conditions))
        for span in (*section.passages, *section.sentences):
            quote = span.of(source)
            assert 0 <= span.start < span.end <= len(source)
            assert quote == quote.strip() != ""
        for before, after in pairwise(section.sentences):
            assert before.end <= after.start
        starts = [span.start for span in section.passages]
        assert starts == sorted(starts)


@given(source=MARKDOWN, file=FILES)
@settings(max_examples=400, deadline=None)
@example(source="---\r\nid: x\r\n---\r\nYou may not.\r\n", file="a.md")
@example(source="---\nid: \x00\n---\nYou may not.\n", file="a.md")
@example(source="---\na: !!bool maybe\n---\nYou may not.\n", file="a.md")
@example(source="-\n", file="a.md")
@example(source="> - ", file="a.md")
@example(source='- q: Why?\n  a: !!str "You may not."\n', file="faq.yml")
def test_generated_markdown_is_quoted_verbatim(source: str, file: str) -> None:
    """Whatever a file looks like, what is quoted of it stands in it word for word."""
    _check(read_policy(source, file).policy, source)


@given(source=st.text(), file=FILES)
@settings(max_examples=300, deadline=None)
def test_arbitrary_text_is_quoted_verbatim(source: str, file: str) -> None:
    """So it does for text that nobody meant as Markdown."""
    _check(read_policy(source, file).policy, source)


@given(body=st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
@settings(max_examples=150, deadline=None)
def test_a_section_keeps_what_its_author_wrote(body: str) -> None:
    """An annotated section has its verdict, its id and its situations, whatever words stand in them."""
    source = f"# T\n\n## H {{#here verdict=no}}\n\nThe rule.\n\n### Situations\n\n- x{body}\n"
    (section,) = read_policy(source, "a.md").policy.sections
    assert (section.id, section.verdict, section.inferred) == ("here", Verdict.NO, False)
    assert section.situations == (f"x{body}",)


@given(source=MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_blocks_are_in_order_and_do_not_overlap(source: str) -> None:
    """Each character of the source belongs to one block at most."""
    spans = [block.span for block in read_blocks(source)]
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(sentences=st.lists(st.text()))
@settings(max_examples=100, deadline=None)
def test_a_verdict_is_always_one_of_four(sentences: list[str]) -> None:
    """Wording that says nothing still has a verdict, and it is not a permission."""
    assert infer_verdict(sentences) in list(Verdict)
