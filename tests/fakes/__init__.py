"""Fakes that implement the ports, so that tests need neither a model nor a network."""
