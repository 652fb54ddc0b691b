"""The test certificate authority of one installation, its doors' TLS, and the certificates of personas.

What it makes is worth nothing outside the simulator: name constraints keep it to this machine, the reserved
test names and what the installation was told. It judges no one: the domain does.
May import: base, domain.
"""
