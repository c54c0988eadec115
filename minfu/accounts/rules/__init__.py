"""Verbs and rules of staff, posts and delegation."""
