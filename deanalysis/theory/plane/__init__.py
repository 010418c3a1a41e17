"""Lines and points in the plane of two letters: phase diagrams, of one class and of many."""
