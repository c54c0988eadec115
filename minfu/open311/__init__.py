"""Open311 GeoReport v2: the door for other systems that speak this standard."""
