"""Operations on a whole realm: making, resetting, deleting, moving its clock, named points, snapshots.

Its invariants and the issuing of its certificates are here as well.
May import: mail, procedure, store, pki, defects, base, domain, and maquette.fixtures for its people.
"""
