"""Microsoft Teams: activities in, Adaptive Cards out. botbuilder is imported in ``microsoft`` alone."""
