"""The window in which the result opens, and what may happen to it (§4.2)."""
