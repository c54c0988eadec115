"""Tests of the Open311 adapter."""
