"""The surfaces: each translates its events into messages and renders replies in its own manner."""
