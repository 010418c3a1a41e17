"""Peeling as a Markov chain of three numbers: the skills left, the texts with one edge left, and those with more."""
