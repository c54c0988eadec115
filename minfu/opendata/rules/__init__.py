"""Rules of the storey."""
