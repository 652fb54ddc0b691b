"""`python -m maquette.simulator`: the same as the `maquette` command."""

from maquette.simulator.cli import main

main()
