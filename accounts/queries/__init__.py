"""What doors ask about people and keys."""
