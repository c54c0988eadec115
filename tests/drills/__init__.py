"""Failure drills: what breaks in a county's machine room, done on purpose."""
