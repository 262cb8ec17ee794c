"""Registers the wiring as an app, so that its commands and checks are found."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Settings, processes and embedded servers."""

    name = "config"
    verbose_name = "Wiring"
