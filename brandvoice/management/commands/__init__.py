"""What `manage.py` can do with the voice."""
