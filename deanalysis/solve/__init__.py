"""Where a formula becomes a number with proved digits."""
