"""Levels, what they take, their exams, and how far somebody is with them."""
