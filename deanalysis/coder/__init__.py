"""A semantic coder, a language to speak of, and a channel code."""
