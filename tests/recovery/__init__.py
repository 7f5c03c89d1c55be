"""Kill the worker again and again in the middle of its work, and count what reached the people."""
