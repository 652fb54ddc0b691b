"""The procedure from one end to the other."""
