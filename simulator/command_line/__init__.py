"""The `maquette` command: reads flags, prints, and leaves all work to other folders.

`app` finds the commands, also those of packages above the simulator. Each of the simulator's own has a file.
`terminal` and `options` hold what commands share. Each command imports what it needs when it runs.
May import: server, console for its links, realm, pki, store, base, domain.
"""
