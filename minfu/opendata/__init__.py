"""Open data: counts without persons and solved matters, for everyone."""
