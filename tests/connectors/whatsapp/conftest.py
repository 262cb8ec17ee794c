"""A simulated Graph, as Meta's networks share it."""

from tests.connectors.meta.conftest import network

__all__ = ["network"]
