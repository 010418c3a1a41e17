"""Least squares: chi-square of a form, its least value from a grid, intervals by profiles."""
