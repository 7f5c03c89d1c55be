"""Something said about the company in, a kind, an action, a priority and a contact out."""
