"""Tests of the make-believe network."""
