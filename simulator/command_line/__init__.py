"""The `maquette` command: parses flags, prints, and leaves all work to other folders.

`app` finds the commands, also those of packages above the simulator. Each of the simulator's own commands has
a module. `terminal` and `options` hold what commands share. A command imports its modules when it runs.
May import: server, console for its links, realm, pki, store, base, domain.
"""
