"""Searches an index: lexical, dense, learned; fused, and turned into probabilities."""
