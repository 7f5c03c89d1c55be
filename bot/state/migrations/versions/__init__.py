"""One module a revision, each after the one before it. What was released is never edited."""
