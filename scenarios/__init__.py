"""Scenarios: what people do at the portal, one file each, in words that a reader of the fiche knows.

A file in the folders here that holds a function marked `@scenario` is a scenario; the words are in person.py
and story.py, `catalogue` finds the files, `running` plays them, `audit` asks a suite which defects it
catches, `commands` offers all of it in the terminal. May import: maquette.fixtures, and of maquette.simulator
the command_line and base for `commands`. The simulator is used through its doors alone.
"""
