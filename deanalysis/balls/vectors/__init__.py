"""Large systems with proof: arrays of intervals of floats, rounded outward, and what is proved by them."""
