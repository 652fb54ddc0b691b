"""Load: what the simulator costs, measured on the machine at hand.

`bench` measures, `machine` is what the system tells of itself and of a process, `figures` is what comes out.
May import: of maquette.simulator its assembly and its wall clock; the rest is reached through the doors.
"""
