"""The console's door, for the API and the pages: who may call, the call, long answers, and problems."""
