"""Settings, addresses and entry points of the minfu site."""
