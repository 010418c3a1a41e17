"""Scaling laws as formulas."""
