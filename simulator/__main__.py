"""`python -m maquette.simulator`: the same as the `maquette` command."""

from maquette.simulator.command_line.app import main

main()
