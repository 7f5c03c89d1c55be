"""Cases that a person answers: opened with consent, routed, claimed, answered, and watched by a clock."""
