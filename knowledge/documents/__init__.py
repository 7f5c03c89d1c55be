"""Reads policy files: Markdown first, other formats converted to it."""

from knowledge.documents.folder import Reading, read_folder
from knowledge.documents.policy import read_policy

__all__ = ["Reading", "read_folder", "read_policy"]
