"""Scaling laws: far from a threshold, at it, and on graphs of finite size."""
