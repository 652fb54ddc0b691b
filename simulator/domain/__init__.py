"""What the portal decides, and nothing else.

Values, the state machine as a literal table, the rules and the clock's arithmetic. Pure: standard
library only, no input or output, no present time, no randomness; instants and codes are arguments.
May import: nothing of ours outside this folder.
"""
