"""Clearpost: the conversation, the surfaces it runs on, and what it must not forget."""
