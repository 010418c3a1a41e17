"""Numbers without proof: formulas compiled for mpmath and floats, sign changes found by a scan and refined."""
