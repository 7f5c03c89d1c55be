"""Replies as Slack and Teams show them, drawn offline by the renderers that others wrote."""
