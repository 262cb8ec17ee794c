"""One folder a network, all of the same shape: what comes in, what goes out, and the three ways it can fail."""
