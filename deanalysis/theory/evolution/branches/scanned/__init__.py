"""Branches as a scan in floats and mpmath show them, without proof."""
