"""Returns: forms that are asked for inside the house pass a gate, are filled in once, and end by themselves. See README.md."""
