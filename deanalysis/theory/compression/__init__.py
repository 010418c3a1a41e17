"""Semantic compression, and its place in communication."""
