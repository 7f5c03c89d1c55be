"""What to teach whom and when; knows nothing of chat or SQL."""
