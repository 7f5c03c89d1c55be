"""Policies in, cited verdicts out; knows nothing of chat."""
