"""Rules of answers: no web."""
