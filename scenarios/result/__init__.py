"""After the activation: the result, the recap, the space found again (§4.2, §5).

May import: maquette.scenarios, for its words.
"""
