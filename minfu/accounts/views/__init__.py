"""Screens of sign-in and of the administrator."""
