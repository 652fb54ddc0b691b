"""Scenarios: what people do at the portal, one file each, in words that a reader of the fiche knows.

A file here that holds a function marked `@scenario` is a scenario; the words are in story.py, `catalogue`
finds the files, `running` plays them. May import: maquette.fixtures; `running` alone maquette.simulator too.
"""
