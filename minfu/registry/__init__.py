"""Residents and units' contact data: the identity vault."""
