"""The branch of a letter that can be isolated: the curve of fixed points, inverted for the letter, with proof."""
