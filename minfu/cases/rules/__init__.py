"""Rules of the room: pure ones by noun, the catalogue of configuration, access, and actions."""
