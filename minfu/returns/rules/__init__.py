"""Rules of returns: no web."""
