"""Rules of the identity vault."""
