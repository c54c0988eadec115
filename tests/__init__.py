"""Tests that span rooms, and the fixtures they share."""
