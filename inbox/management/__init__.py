"""What people start from a shell: demo data, recorded conversations, measurements."""
