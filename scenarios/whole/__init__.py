"""The procedure from one end to the other.

May import: maquette.scenarios, for its words.
"""
