"""The REST door: connectors post messages, take replies from the outbox, and read and change tickets."""
