"""Finds which positions answer a message, and whether any does: arrays in, numbers out, no database."""
