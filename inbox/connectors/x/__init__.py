"""X: mentions, replies and quotes in public, and direct messages, pushed by its Activity API; every one is paid for."""
