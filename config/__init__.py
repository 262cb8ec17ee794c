"""The wiring: settings, addresses, processes and embedded servers. Nobody imports from here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
