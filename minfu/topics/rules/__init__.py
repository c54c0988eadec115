"""Rules of the room."""
