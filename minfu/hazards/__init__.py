"""Hazards: found, graded, rectified by a date, checked by another until they are gone; and the alarm for immediate danger."""
