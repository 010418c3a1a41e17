"""Graphs that exist: read and written, learned, rewired at fixed degrees, made of texts, and put into an order in which to learn."""
