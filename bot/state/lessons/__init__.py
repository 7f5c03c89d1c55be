"""Who learns what, and the company's list of its people, in SQL."""
