"""What acts on a whole realm: making, resetting and deleting it, its clock, its named points, its snapshots.

Its invariants and its certificates on demand are here as well. May import: mail, procedure, store, pki,
defects, base, domain, and maquette.fixtures for its people.
"""
