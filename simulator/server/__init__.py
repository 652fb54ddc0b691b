"""Starts and wires the simulator: the assembly, its doors, its workers, and the other servers beside it.

Imports every other folder but command_line.
May import: console, portal, realm, mail, procedure, store, pki, defects, base, domain.
"""
