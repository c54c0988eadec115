"""What a text says: search normal form."""
