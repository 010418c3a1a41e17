"""Chains of topics and protographs: equations, states and thresholds with proof, fronts that run along them, and windows."""
