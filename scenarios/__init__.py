"""Scenarios: what people do at the portal, one file each, in words that a reader of the fiche knows.

A file in the folders here that holds a function marked `@scenario` is a scenario; the words are in person.py
and story.py, `catalogue` finds the files, `runner` plays them, `audit` finds out which defects a suite
catches; `commands` has the terminal's. May import: maquette.fixtures, and for `commands` the command_line and
base of maquette.simulator. Scenarios use the simulator through its doors alone.
"""
