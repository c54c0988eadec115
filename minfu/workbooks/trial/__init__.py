"""Invented forms of different make with answers written by hand, and how well they are read: ``minfu evaluate workbooks``."""
