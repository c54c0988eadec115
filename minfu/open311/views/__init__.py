"""The calls of GeoReport v2 and of mySociety's extension."""
