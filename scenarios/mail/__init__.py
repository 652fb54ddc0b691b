"""The mail with the code, and what may happen to it on its way (§3).

May import: maquette.scenarios, for its words.
"""
