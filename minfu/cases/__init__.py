"""Demands from the first word to the confirmed close: the reference room."""
