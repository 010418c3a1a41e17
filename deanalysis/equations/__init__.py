"""What follows from a model, symbolically."""
