"""Uploads: checked, stripped, quarantined."""
