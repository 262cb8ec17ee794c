"""What people mean to do to positions and examples; each action owns its transaction."""
