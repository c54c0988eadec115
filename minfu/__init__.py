"""民富 minfu: one network of county, township and village that serves residents."""
