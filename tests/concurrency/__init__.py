"""Races, each with the control that shows the test can fail."""
