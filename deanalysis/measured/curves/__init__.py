"""Curves that rise: the theory's in floats, and the usual forms, with their parameters."""
