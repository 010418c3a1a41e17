"""Fronts that run along a chain: their speed, how it vanishes, and windows that move along with them; in floats."""
