"""Measures an installation: its answers, and its surfaces under load."""
