"""Division codes, grids, gazetteer, locating."""
