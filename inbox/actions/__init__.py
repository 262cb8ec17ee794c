"""What people and networks mean: one intention each, its own transaction, its events written with it."""
