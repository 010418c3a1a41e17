"""Degree laws that learn earliest."""
