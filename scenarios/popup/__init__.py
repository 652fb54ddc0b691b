"""The window in which the result opens, and what may happen to it (§4.2).

May import: maquette.scenarios, for its words; maquette.fixtures for the browser's blocker.
"""
