"""A network that fails, processes that are killed, and an auditor who compares what both sides have written down."""
