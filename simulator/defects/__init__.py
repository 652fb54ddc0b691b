"""The deliberate defects: each breaks one rule of portal.md by replacing one decision of the `Rules`.

Files by subject; `catalogue` has them all, in the order of portal.md. Off unless a realm, or the whole
installation, switches one on: a test suite can be asked whether it notices.
May import: domain. Nobody but assembly and console knows this folder.
"""
