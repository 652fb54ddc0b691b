"""The deliberate defects: each breaks one rule of the portal by overriding one method of a group of `Rules`.

`catalogue.toml` has their names, rules and texts; the modules have one class for each, by subject. A defect
is off unless a realm, or the whole installation, switches it on: a test suite can show whether it notices.
May import: domain. Only assembly, console and snapshots know this folder.
"""
