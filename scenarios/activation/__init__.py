"""The code: its window, its look, its tries (§3, §4)."""
