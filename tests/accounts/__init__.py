"""What people may do, and how they come and go."""
