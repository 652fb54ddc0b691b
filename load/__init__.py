"""Load: what the simulator costs, and what it bears, measured on the machine at hand.

`bench` measures costs, a benchmark in each `bench_…`; `machine` is what the system tells of itself and of a
process, `figures` is what comes out. `running` makes a load run of a `profile`, `by_hand` serves a Locust
that was started without it; `locustfile`, `journeys` and `browser` live in Locust's own process and are the
only ones to import it; `tally` is what they count, `verdict` what that comes to, `report` the page that shows
it. May import: maquette.fixtures, and of maquette.simulator its assembly, its wall clock, the signals that
end a command, and the command_line for `commands`; the rest is reached through the doors.
"""
