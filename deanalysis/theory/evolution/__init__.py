"""Density evolution of one class of skills: equations, states, branches of fixed points, thresholds."""
