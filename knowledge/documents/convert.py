"""Word, PDF and HTML files as Markdown, by the optional extra ``clearpost[documents]`` (Microsoft's markitdown)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from knowledge.errors import ContentError

CONVERTED: Final = frozenset({".docx", ".pdf", ".html", ".htm"})


def to_markdown(path: Path) -> str:
    """The file's text as Markdown; offsets and quotes of a converted file are those of this text.

    Raises:
        ContentError: where the extra is not installed or the file cannot be read.
    """
    try:
        from markitdown import MarkItDown
    except ImportError as error:
        raise ContentError(
            f"a {path.suffix} file needs the converter: pip install 'clearpost[documents]', or save it as Markdown"
        ) from error
    try:
        return str(MarkItDown(enable_plugins=False).convert(path).markdown)
    except Exception as error:  # markitdown wraps a dozen parsers, each with errors of its own
        raise ContentError(f"cannot be converted ({type(error).__name__}); save it as Markdown") from error


__all__ = ["CONVERTED", "to_markdown"]
