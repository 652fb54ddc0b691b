"""Scenarios: what people do at the portal, one file each, in words that a reader of the fiche knows.

A file in the folders here that holds a function marked `@scenario` is a scenario; the words are in person.py
and story.py, `catalogue` finds the files, `running` plays them, `audit` asks a suite which defects it
catches. May import: maquette.fixtures. The simulator is met through its doors alone.
"""
