"""What lies beside the option: HORS espace, a new space, a forgotten password, the helpdesk (§1, §6).

May import: maquette.scenarios, for its words.
"""
