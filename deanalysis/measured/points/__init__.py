"""Measurements: tables that are read, points and their errors, sizes of trained models."""
