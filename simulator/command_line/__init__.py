"""The `maquette` command: reads flags, prints, and leaves all work to other folders.

May import: server, console for its links, realm, pki, store, base, domain, maquette.fixtures,
maquette.scenarios and maquette.load.
"""
