"""The console's pages, in French, for people who do not write scripts."""
