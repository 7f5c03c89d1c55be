"""Reports every mistake in a content pack, with file, line and remedy."""

from knowledge.content_check.check import check_content

__all__ = ["check_content"]
