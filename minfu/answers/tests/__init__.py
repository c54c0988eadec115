"""Tests of the storey."""
