"""The people's own pages; signing in itself is django-allauth's."""
