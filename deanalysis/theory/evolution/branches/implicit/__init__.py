"""The branch of a letter that cannot be isolated: double roots in the plane of q and the letter, with proof."""
