"""What the networks of Meta share: one signature, one handshake, one set of error codes, one shape of conversation."""
