"""What to teach whom and when; knows nothing of chat or SQL. The curriculum arrives with its own release."""
