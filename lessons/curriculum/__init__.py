"""Reads a curriculum's files: lessons in Markdown, programmes in YAML; what cannot be used is named."""

from lessons.curriculum.checks import MARKDOWN
from lessons.curriculum.files import read_texts
from lessons.curriculum.lesson import heading_of, read_lesson
from lessons.curriculum.programmes import PROGRAMMES, read_programmes

__all__ = ["MARKDOWN", "PROGRAMMES", "heading_of", "read_lesson", "read_programmes", "read_texts"]
