"""Chains of topics and protographs: their graphs, and what is learned of them by topic and by round."""
