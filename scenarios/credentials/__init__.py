"""Address, password, question: what may be chosen, and who may have it (§3).

May import: maquette.scenarios, for its words.
"""
