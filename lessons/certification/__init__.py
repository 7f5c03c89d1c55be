"""Levels, what they take, their exams, and how far somebody is with them."""

from lessons.certification.banks import Bank, read_banks
from lessons.certification.levels import Belt, Level, Levels
from lessons.certification.levels_file import read_levels

__all__ = ["Bank", "Belt", "Level", "Levels", "read_banks", "read_levels"]
