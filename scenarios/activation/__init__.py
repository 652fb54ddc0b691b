"""The code: its window, its look, its tries (§3, §4).

May import: maquette.scenarios, for its words.
"""
