"""Lessons in the chat: what is due comes by itself, a check is graded at once, and every lesson can be found again."""
