"""What Slack tells us, one module a feature: each translates and delegates, and decides nothing."""
