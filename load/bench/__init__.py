"""The benchmark: the costs of the simulator, one module for each subject."""
