"""The benchmark: what the simulator costs, a file for each thing that is measured."""
