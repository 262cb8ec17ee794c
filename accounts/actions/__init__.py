"""What people mean to do to people and keys; each action owns its transaction."""
