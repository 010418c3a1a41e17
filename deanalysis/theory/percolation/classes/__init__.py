"""Percolation with several classes of skills and types of texts."""
