"""Entering the space: the certificate's cases, the sessions, the welcome screens (§1.5, §2).

May import: maquette.scenarios, for its words.
"""
