"""Theory and simulation side by side."""
