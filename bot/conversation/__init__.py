"""What is said and decided, on no particular surface."""
