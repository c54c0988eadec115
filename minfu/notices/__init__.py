"""Messages: rows first, then delivery."""
