"""Microsoft Teams as far as it can be had without Microsoft: the Agents Playground, in a real browser."""
