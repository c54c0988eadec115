"""Screens: parse, call, answer."""
