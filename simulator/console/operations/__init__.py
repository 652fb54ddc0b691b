"""What the console does: the API and the pages call the same operations."""
