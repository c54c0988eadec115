"""Home, navigation, error pages, wiring."""
