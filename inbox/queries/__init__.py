"""Reads, each for one screen or endpoint: all that the page will touch, in a number of queries that does not grow."""
