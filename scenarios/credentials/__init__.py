"""Address, password, question: what may be chosen, and who may have it (§3)."""
