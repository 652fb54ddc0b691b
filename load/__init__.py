"""Load: the costs of the simulator, and the load that it bears, measured on this machine.

`bench/` measures costs, and its `machine` reads facts about the machine and a process. `runner` makes a load
run of a `profile`: `preparation`, Locust in a process of its own, `judgement` with `verdict` and `report`;
`by_hand` serves a Locust that was started without it. `locustfile`, `journeys` and `browser` run in Locust's
process and are the only modules that import it; `tally` counts there. May import: maquette.fixtures, and of
maquette.simulator its assembly, its wall clock, the signals that end a command, and the command_line for
`commands`.
"""
