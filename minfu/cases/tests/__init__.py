"""Tests of the room of demands."""
